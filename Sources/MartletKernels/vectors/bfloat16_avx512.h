// bfloat16 with AVX512_BF16; see bfloat16.h for what each operation means. A packed lane holds two factors. The
// processor adds the product of the upper halves first (Intel's manual, VDPBF16PS), each rounded by itself, so
// that it has the bits of two fused multiply-adds.
#ifndef MARTLET_BFLOAT16_AVX512_H
#define MARTLET_BFLOAT16_AVX512_H

#define MARTLET_NATIVE_BFLOAT16
#define BFLOAT16                    \
  static inline __attribute__(      \
    (always_inline, unused, target("avx512f,avx512dq,avx512bw,avx512bf16")))

enum { NARROW_FACTORS = 2 };  // in a packed lane, the first in its upper half

static inline unsigned begin_bfloat16(void) { return 0; }
static inline void end_bfloat16(unsigned before) { (void)before; }

// Lane i: the pair (first[i], second[i]), rounded.
BFLOAT16 v16 v16_pair(v16 first, v16 second) {
  const __m512i halves = (__m512i)_mm512_cvtne2ps_pbh(first, second);  // all of second, then all of first
  const __m512i order = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7,
                                         22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
  return _mm512_castsi512_ps(_mm512_permutexvar_epi16(order, halves));
}
// Lane i: the pair (x[2i], x[2i + 1]) of the 32 numbers x = low, high, rounded.
BFLOAT16 v16 v16_neighbours(v16 low, v16 high) {
  return _mm512_castsi512_ps(_mm512_rol_epi32((__m512i)_mm512_cvtne2ps_pbh(high, low), 16));
}

BFLOAT16 v16 v16_fma_bfloat16(v16 a, v16 b, v16 sum) {
  return _mm512_dpbf16_ps(sum, (__m512bh)_mm512_castps_si512(a), (__m512bh)_mm512_castps_si512(b));
}
BFLOAT16 v16 v16_whole_bfloat16(v16 sum) { return sum; }

#endif
