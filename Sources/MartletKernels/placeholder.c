int mk_placeholder(void) { return 0; }
