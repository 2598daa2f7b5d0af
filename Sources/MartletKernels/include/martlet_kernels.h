int mk_placeholder(void);
