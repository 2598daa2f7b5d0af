// The vector of 16 lanes in the C of GCC and Clang: what each operation means, and the path for any machine.
//
// Every variant defines the same operations with the same bits. A mask selects lanes; `first(n)` masks take
// 0 <= n <= 16 (n < 16 for loads and stores of the first n lanes is the usual case).
#ifndef MARTLET_VECTOR_H
#define MARTLET_VECTOR_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define V16 static inline __attribute__((always_inline, unused))
#define LANES for (int i = 0; i < 16; i++)

#pragma GCC diagnostic ignored "-Wpsabi"  // how such vectors are passed does not matter: all is inlined
typedef float v16 __attribute__((vector_size(64)));    // 16 float32 lanes
typedef int32_t i16 __attribute__((vector_size(64)));  // 16 int32 lanes (wrapping arithmetic)
typedef uint32_t u16 __attribute__((vector_size(64)));
typedef i16 m16;  // 16 conditions: all ones or all zeros a lane

V16 v16 v16_set(float x) { return (v16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }
V16 v16 v16_load(const float *p) { v16 y; memcpy(&y, p, sizeof y); return y; }
V16 void v16_store(float *p, v16 x) { memcpy(p, &x, sizeof x); }
V16 m16 m16_first(size_t n) {
  const int32_t count = (int32_t)n;
  const i16 lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return lane < (i16){count, count, count, count, count, count, count, count,
                      count, count, count, count, count, count, count, count};
}
// The first n floats at p, and `rest` in the other lanes; nothing past the n-th is touched.
V16 v16 v16_load_first(const float *p, size_t n, float rest) {
  float y[16];
  LANES y[i] = rest;
  memcpy(y, p, n * sizeof(float));
  return v16_load(y);
}
V16 void v16_store_first(float *p, v16 x, size_t n) { memcpy(p, &x, n * sizeof(float)); }

V16 v16 v16_add(v16 a, v16 b) { return a + b; }
V16 v16 v16_sub(v16 a, v16 b) { return a - b; }
V16 v16 v16_mul(v16 a, v16 b) { return a * b; }
V16 v16 v16_div(v16 a, v16 b) { return a / b; }

// a · b + c and c - a · b, rounded once. Out of line, as it is long where there is no such instruction.
#if defined(__FP_FAST_FMAF) || defined(__FMA__) || defined(__aarch64__)
#define FUSED_MULTIPLY_ADD(a, b, c) __builtin_fmaf(a, b, c)
#else
// The product is exact in double precision. The sum is rounded there to odd, which the second rounding
// cannot see (Boldo and Melquiond 2008, "Emulation of a FMA and correctly rounded sums").
V16 float fused_multiply_add(float a, float b, float c) {
  const double product = (double)a * b, sum = product + c;
  const double taken = sum - product, error = (product - (sum - taken)) + (c - taken);
  int64_t bits;
  memcpy(&bits, &sum, sizeof bits);
  const int64_t towards = (error > 0) == (sum > 0) ? 1 : -1;
  bits += (error > 0 || error < 0) && (bits & 1) == 0 ? towards : 0;
  double odd;
  memcpy(&odd, &bits, sizeof odd);
  return (float)odd;
}
#define FUSED_MULTIPLY_ADD(a, b, c) fused_multiply_add(a, b, c)
#endif
static __attribute__((noinline, unused)) void fuse(const float *a, const float *b, float *c) {
  LANES c[i] = FUSED_MULTIPLY_ADD(a[i], b[i], c[i]);
}
#undef FUSED_MULTIPLY_ADD
V16 v16 v16_fma(v16 a, v16 b, v16 c) { fuse((const float *)&a, (const float *)&b, (float *)&c); return c; }
V16 v16 v16_fnma(v16 a, v16 b, v16 c) { return v16_fma(-a, b, c); }
V16 v16 v16_sqrt(v16 a) { LANES a[i] = __builtin_sqrtf(a[i]); return a; }

V16 i16 v16_bits(v16 x) { return (i16)x; }
V16 v16 v16_from_bits(i16 x) { return (v16)x; }
V16 v16 v16_from_int(i16 x) { return __builtin_convertvector(x, v16); }
V16 m16 v16_greater(v16 a, v16 b) { return (m16)(a > b); }
V16 m16 v16_not_equal(v16 a, v16 b) { return (m16)(a != b); }
V16 m16 i16_equal(i16 a, i16 b) { return (m16)(a == b); }
V16 m16 i16_greater(i16 a, i16 b) { return (m16)(a > b); }
// a where the mask holds, else b.
V16 i16 i16_select(m16 m, i16 a, i16 b) { return (m & a) | (~m & b); }
V16 v16 v16_select(m16 m, v16 a, v16 b) { return (v16)i16_select(m, (i16)a, (i16)b); }
// a > b ? a : b and a < b ? a : b: b where either is not a number, and b of two zeros.
V16 v16 v16_max(v16 a, v16 b) { return v16_select(v16_greater(a, b), a, b); }
V16 v16 v16_min(v16 a, v16 b) { return v16_select(v16_greater(b, a), a, b); }

V16 i16 i16_set(int32_t x) { return (i16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }
V16 i16 i16_load(const int32_t *p) { i16 y; memcpy(&y, p, sizeof y); return y; }
V16 void i16_store(int32_t *p, i16 x) { memcpy(p, &x, sizeof x); }
V16 i16 i16_add(i16 a, i16 b) { return (i16)((u16)a + (u16)b); }
V16 i16 i16_sub(i16 a, i16 b) { return (i16)((u16)a - (u16)b); }
V16 i16 i16_and(i16 a, i16 b) { return a & b; }
V16 i16 i16_or(i16 a, i16 b) { return a | b; }
V16 i16 i16_xor(i16 a, i16 b) { return a ^ b; }
// Shifts by a constant number of bits; the plain right shift fills with zeros.
V16 i16 i16_shift_left(i16 a, int bits) { return (i16)((u16)a << (uint32_t)bits); }
V16 i16 i16_shift_right(i16 a, int bits) { return (i16)((u16)a >> (uint32_t)bits); }
V16 i16 i16_shift_right_signed(i16 a, int bits) { return a >> bits; }

// The fixed tree: lanes i and i + 8, then i + 4, i + 2, i + 1.
V16 float v16_sum(v16 x) {
  float lane[16];
  v16_store(lane, x);
  for (int half = 8; half > 0; half /= 2)
    for (int i = 0; i < half; i++) lane[i] = lane[i] + lane[i + half];
  return lane[0];
}
V16 float v16_maximum(v16 x) {
  float lane[16];
  v16_store(lane, x);
  for (int half = 8; half > 0; half /= 2)
    for (int i = 0; i < half; i++) lane[i] = lane[i] > lane[i + half] ? lane[i] : lane[i + half];
  return lane[0];
}

// Lane j of vector i becomes lane i of vector j.
V16 void v16_transpose(v16 r[16]) {
  float x[16][16];
  for (int i = 0; i < 16; i++) v16_store(x[i], r[i]);
  for (int j = 0; j < 16; j++) {
    float y[16];
    LANES y[i] = x[i][j];
    r[j] = v16_load(y);
  }
}

#undef LANES
#endif
