// bfloat16 on x86-64 without instructions for it; see bfloat16.h. The processor takes numbers too small to be
// normal for zero where it reads them, while its control register says so: between begin_bfloat16 and
// end_bfloat16. What it writes may be that small, and is zero when it is added to.
#ifndef MARTLET_BFLOAT16_X86_H
#define MARTLET_BFLOAT16_X86_H

#define MARTLET_FLUSHES_SMALL

enum { DENORMALS_ARE_ZERO = 0x40 };

// Code that multiplies is called through pointers in between, so that no compiler moves it out.
static inline unsigned begin_bfloat16(void) {
  const unsigned before = _mm_getcsr();
  _mm_setcsr(before | DENORMALS_ARE_ZERO);
  return before;
}
static inline void end_bfloat16(unsigned before) { _mm_setcsr(before); }

V16 v16 v16_fma_bfloat16(v16 a, v16 b, v16 sum) { return v16_fma(a, b, sum); }

#endif
