// The vector of 16 lanes on AVX-512F: one register. See vector_portable.h for what each operation means.
#ifndef MARTLET_VECTOR_H
#define MARTLET_VECTOR_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define V16 static inline __attribute__((always_inline, unused, target("avx512f,avx512dq")))

typedef __m512 v16;
typedef __m512i i16;
typedef __mmask16 m16;

V16 v16 v16_set(float x) { return _mm512_set1_ps(x); }
V16 v16 v16_load(const float *p) { return _mm512_loadu_ps(p); }
V16 void v16_store(float *p, v16 x) { _mm512_storeu_ps(p, x); }
V16 m16 m16_first(size_t n) { return (m16)((1u << n) - 1u); }
V16 v16 v16_load_first(const float *p, size_t n, float rest) {
  return _mm512_mask_loadu_ps(_mm512_set1_ps(rest), m16_first(n), p);
}
V16 void v16_store_first(float *p, v16 x, size_t n) { _mm512_mask_storeu_ps(p, m16_first(n), x); }

V16 v16 v16_add(v16 a, v16 b) { return _mm512_add_ps(a, b); }
V16 v16 v16_sub(v16 a, v16 b) { return _mm512_sub_ps(a, b); }
V16 v16 v16_mul(v16 a, v16 b) { return _mm512_mul_ps(a, b); }
V16 v16 v16_div(v16 a, v16 b) { return _mm512_div_ps(a, b); }
V16 v16 v16_fma(v16 a, v16 b, v16 c) { return _mm512_fmadd_ps(a, b, c); }
V16 v16 v16_fnma(v16 a, v16 b, v16 c) { return _mm512_fnmadd_ps(a, b, c); }
V16 v16 v16_sqrt(v16 a) { return _mm512_sqrt_ps(a); }
V16 v16 v16_max(v16 a, v16 b) { return _mm512_max_ps(a, b); }
V16 v16 v16_min(v16 a, v16 b) { return _mm512_min_ps(a, b); }

V16 i16 i16_set(int32_t x) { return _mm512_set1_epi32(x); }
V16 i16 i16_load(const int32_t *p) { return _mm512_loadu_si512(p); }
V16 void i16_store(int32_t *p, i16 x) { _mm512_storeu_si512(p, x); }
V16 i16 i16_add(i16 a, i16 b) { return _mm512_add_epi32(a, b); }
V16 i16 i16_sub(i16 a, i16 b) { return _mm512_sub_epi32(a, b); }
V16 i16 i16_and(i16 a, i16 b) { return _mm512_and_si512(a, b); }
V16 i16 i16_or(i16 a, i16 b) { return _mm512_or_si512(a, b); }
V16 i16 i16_xor(i16 a, i16 b) { return _mm512_xor_si512(a, b); }
#define i16_shift_left(a, bits) _mm512_slli_epi32(a, bits)
#define i16_shift_right(a, bits) _mm512_srli_epi32(a, bits)
#define i16_shift_right_signed(a, bits) _mm512_srai_epi32(a, bits)
V16 i16 v16_bits(v16 x) { return _mm512_castps_si512(x); }
V16 v16 v16_from_bits(i16 x) { return _mm512_castsi512_ps(x); }
V16 v16 v16_from_int(i16 x) { return _mm512_cvtepi32_ps(x); }

V16 m16 v16_greater(v16 a, v16 b) { return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ); }
V16 m16 v16_not_equal(v16 a, v16 b) { return _mm512_cmp_ps_mask(a, b, _CMP_NEQ_UQ); }
V16 m16 i16_equal(i16 a, i16 b) { return _mm512_cmpeq_epi32_mask(a, b); }
V16 m16 i16_greater(i16 a, i16 b) { return _mm512_cmpgt_epi32_mask(a, b); }
V16 v16 v16_select(m16 m, v16 a, v16 b) { return _mm512_mask_blend_ps(m, b, a); }
V16 i16 i16_select(m16 m, i16 a, i16 b) { return _mm512_mask_blend_epi32(m, b, a); }

V16 float v16_sum(v16 x) {
  __m256 a = _mm256_add_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps(x, 1));
  __m128 b = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
  b = _mm_add_ps(b, _mm_movehl_ps(b, b));
  b = _mm_add_ss(b, _mm_movehdup_ps(b));
  return _mm_cvtss_f32(b);
}
V16 float v16_maximum(v16 x) {
  __m256 a = _mm256_max_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps(x, 1));
  __m128 b = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
  b = _mm_max_ps(b, _mm_movehl_ps(b, b));
  b = _mm_max_ss(b, _mm_movehdup_ps(b));
  return _mm_cvtss_f32(b);
}

V16 void v16_transpose(v16 r[16]) {
  __m512 s[16];
  for (int i = 0; i < 16; i += 4) {  // 4 × 4 blocks within 128-bit quarters
    const __m512 a = _mm512_unpacklo_ps(r[i], r[i + 1]), b = _mm512_unpackhi_ps(r[i], r[i + 1]);
    const __m512 c = _mm512_unpacklo_ps(r[i + 2], r[i + 3]), d = _mm512_unpackhi_ps(r[i + 2], r[i + 3]);
    s[i] = _mm512_shuffle_ps(a, c, 0x44);
    s[i + 1] = _mm512_shuffle_ps(a, c, 0xee);
    s[i + 2] = _mm512_shuffle_ps(b, d, 0x44);
    s[i + 3] = _mm512_shuffle_ps(b, d, 0xee);
  }
  for (int i = 0; i < 4; i++) {  // a 4 × 4 transpose of the quarters
    const __m512 a = _mm512_shuffle_f32x4(s[i], s[i + 4], 0x44);
    const __m512 b = _mm512_shuffle_f32x4(s[i], s[i + 4], 0xee);
    const __m512 c = _mm512_shuffle_f32x4(s[i + 8], s[i + 12], 0x44);
    const __m512 d = _mm512_shuffle_f32x4(s[i + 8], s[i + 12], 0xee);
    r[i] = _mm512_shuffle_f32x4(a, c, 0x88);
    r[i + 4] = _mm512_shuffle_f32x4(a, c, 0xdd);
    r[i + 8] = _mm512_shuffle_f32x4(b, d, 0x88);
    r[i + 12] = _mm512_shuffle_f32x4(b, d, 0xdd);
  }
}

#endif
