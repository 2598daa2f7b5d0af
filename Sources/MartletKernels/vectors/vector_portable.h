// The vector of 16 lanes in plain C: what each operation means, and the path for any machine.
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

typedef struct { float lane[16]; } v16;    // 16 float32 lanes
typedef struct { int32_t lane[16]; } i16;  // 16 int32 lanes (wrapping arithmetic)
typedef struct { _Bool lane[16]; } m16;    // 16 conditions

V16 v16 v16_set(float x) { v16 y; LANES y.lane[i] = x; return y; }
V16 v16 v16_load(const float *p) { v16 y; memcpy(y.lane, p, sizeof y.lane); return y; }
V16 void v16_store(float *p, v16 x) { memcpy(p, x.lane, sizeof x.lane); }
V16 m16 m16_first(size_t n) { m16 y; LANES y.lane[i] = (size_t)i < n; return y; }
// The first n floats at p, and `rest` in the other lanes; nothing past the n-th is touched.
V16 v16 v16_load_first(const float *p, size_t n, float rest) {
  v16 y;
  LANES y.lane[i] = (size_t)i < n ? p[i] : rest;
  return y;
}
V16 void v16_store_first(float *p, v16 x, size_t n) { for (size_t i = 0; i < n; i++) p[i] = x.lane[i]; }

V16 v16 v16_add(v16 a, v16 b) { LANES a.lane[i] = a.lane[i] + b.lane[i]; return a; }
V16 v16 v16_sub(v16 a, v16 b) { LANES a.lane[i] = a.lane[i] - b.lane[i]; return a; }
V16 v16 v16_mul(v16 a, v16 b) { LANES a.lane[i] = a.lane[i] * b.lane[i]; return a; }
V16 v16 v16_div(v16 a, v16 b) { LANES a.lane[i] = a.lane[i] / b.lane[i]; return a; }
// a · b + c and c - a · b, rounded once.
V16 v16 v16_fma(v16 a, v16 b, v16 c) {
  LANES c.lane[i] = __builtin_fmaf(a.lane[i], b.lane[i], c.lane[i]);
  return c;
}
V16 v16 v16_fnma(v16 a, v16 b, v16 c) {
  LANES c.lane[i] = __builtin_fmaf(-a.lane[i], b.lane[i], c.lane[i]);
  return c;
}
V16 v16 v16_sqrt(v16 a) { LANES a.lane[i] = __builtin_sqrtf(a.lane[i]); return a; }
// a > b ? a : b and a < b ? a : b: b where either is not a number, and b of two zeros.
V16 v16 v16_max(v16 a, v16 b) { LANES a.lane[i] = a.lane[i] > b.lane[i] ? a.lane[i] : b.lane[i]; return a; }
V16 v16 v16_min(v16 a, v16 b) { LANES a.lane[i] = a.lane[i] < b.lane[i] ? a.lane[i] : b.lane[i]; return a; }

V16 i16 i16_set(int32_t x) { i16 y; LANES y.lane[i] = x; return y; }
V16 i16 i16_load(const int32_t *p) { i16 y; memcpy(y.lane, p, sizeof y.lane); return y; }
V16 void i16_store(int32_t *p, i16 x) { memcpy(p, x.lane, sizeof x.lane); }
V16 i16 i16_add(i16 a, i16 b) { LANES a.lane[i] = (int32_t)((uint32_t)a.lane[i] + (uint32_t)b.lane[i]); return a; }
V16 i16 i16_sub(i16 a, i16 b) { LANES a.lane[i] = (int32_t)((uint32_t)a.lane[i] - (uint32_t)b.lane[i]); return a; }
V16 i16 i16_and(i16 a, i16 b) { LANES a.lane[i] &= b.lane[i]; return a; }
V16 i16 i16_or(i16 a, i16 b) { LANES a.lane[i] |= b.lane[i]; return a; }
V16 i16 i16_xor(i16 a, i16 b) { LANES a.lane[i] ^= b.lane[i]; return a; }
// Shifts by a constant number of bits; the plain right shift fills with zeros.
V16 i16 i16_shift_left(i16 a, int bits) { LANES a.lane[i] = (int32_t)((uint32_t)a.lane[i] << bits); return a; }
V16 i16 i16_shift_right(i16 a, int bits) { LANES a.lane[i] = (int32_t)((uint32_t)a.lane[i] >> bits); return a; }
V16 i16 i16_shift_right_signed(i16 a, int bits) { LANES a.lane[i] >>= bits; return a; }
V16 i16 v16_bits(v16 x) { i16 y; memcpy(&y, &x, sizeof y); return y; }
V16 v16 v16_from_bits(i16 x) { v16 y; memcpy(&y, &x, sizeof y); return y; }
V16 v16 v16_from_int(i16 x) { v16 y; LANES y.lane[i] = (float)x.lane[i]; return y; }

V16 m16 v16_greater(v16 a, v16 b) { m16 m; LANES m.lane[i] = a.lane[i] > b.lane[i]; return m; }
V16 m16 v16_not_equal(v16 a, v16 b) { m16 m; LANES m.lane[i] = a.lane[i] != b.lane[i]; return m; }
V16 m16 i16_equal(i16 a, i16 b) { m16 m; LANES m.lane[i] = a.lane[i] == b.lane[i]; return m; }
V16 m16 i16_greater(i16 a, i16 b) { m16 m; LANES m.lane[i] = a.lane[i] > b.lane[i]; return m; }
// a where the mask holds, else b.
V16 v16 v16_select(m16 m, v16 a, v16 b) { LANES a.lane[i] = m.lane[i] ? a.lane[i] : b.lane[i]; return a; }
V16 i16 i16_select(m16 m, i16 a, i16 b) { LANES a.lane[i] = m.lane[i] ? a.lane[i] : b.lane[i]; return a; }

// The fixed tree: lanes i and i + 8, then i + 4, i + 2, i + 1.
V16 float v16_sum(v16 x) {
  for (int half = 8; half > 0; half /= 2)
    for (int i = 0; i < half; i++) x.lane[i] = x.lane[i] + x.lane[i + half];
  return x.lane[0];
}
V16 float v16_maximum(v16 x) {
  for (int half = 8; half > 0; half /= 2)
    for (int i = 0; i < half; i++) x.lane[i] = x.lane[i] > x.lane[i + half] ? x.lane[i] : x.lane[i + half];
  return x.lane[0];
}

// Lane j of vector i becomes lane i of vector j.
V16 void v16_transpose(v16 r[16]) {
  for (int j = 0; j < 16; j++)
    for (int i = 0; i < j; i++) {
      const float x = r[i].lane[j];
      r[i].lane[j] = r[j].lane[i];
      r[j].lane[i] = x;
    }
}

#undef LANES
#endif
