// The vector of 16 lanes on AVX2 with FMA: two registers. See vector_portable.h for what each operation means.
#ifndef MARTLET_VECTOR_H
#define MARTLET_VECTOR_H

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define V16 static inline __attribute__((always_inline, unused, target("avx2,fma")))

typedef struct { __m256 low, high; } v16;
typedef struct { __m256i low, high; } i16;
typedef struct { __m256 low, high; } m16;  // all ones or all zeros a lane

// Applies an intrinsic to both halves.
#define BOTH1(type, f, a) (type){f((a).low), f((a).high)}
#define BOTH2(type, f, a, b) (type){f((a).low, (b).low), f((a).high, (b).high)}
#define BOTH3(type, f, a, b, c) (type){f((a).low, (b).low, (c).low), f((a).high, (b).high, (c).high)}

V16 v16 v16_set(float x) { return (v16){_mm256_set1_ps(x), _mm256_set1_ps(x)}; }
V16 v16 v16_load(const float *p) { return (v16){_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)}; }
V16 void v16_store(float *p, v16 x) {
  _mm256_storeu_ps(p, x.low);
  _mm256_storeu_ps(p + 8, x.high);
}
V16 m16 m16_first(size_t n) {
  const __m256i count = _mm256_set1_epi32((int)n);
  const __m256i low = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const __m256i high = _mm256_setr_epi32(8, 9, 10, 11, 12, 13, 14, 15);
  return (m16){_mm256_castsi256_ps(_mm256_cmpgt_epi32(count, low)),
               _mm256_castsi256_ps(_mm256_cmpgt_epi32(count, high))};
}
V16 v16 v16_select(m16 m, v16 a, v16 b) { return BOTH3(v16, _mm256_blendv_ps, b, a, m); }
V16 v16 v16_load_first(const float *p, size_t n, float rest) {
  const m16 m = m16_first(n);
  const v16 x = {_mm256_maskload_ps(p, _mm256_castps_si256(m.low)),
                 _mm256_maskload_ps(p + 8, _mm256_castps_si256(m.high))};
  return v16_select(m, x, v16_set(rest));
}
V16 void v16_store_first(float *p, v16 x, size_t n) {
  const m16 m = m16_first(n);
  _mm256_maskstore_ps(p, _mm256_castps_si256(m.low), x.low);
  _mm256_maskstore_ps(p + 8, _mm256_castps_si256(m.high), x.high);
}

V16 v16 v16_add(v16 a, v16 b) { return BOTH2(v16, _mm256_add_ps, a, b); }
V16 v16 v16_sub(v16 a, v16 b) { return BOTH2(v16, _mm256_sub_ps, a, b); }
V16 v16 v16_mul(v16 a, v16 b) { return BOTH2(v16, _mm256_mul_ps, a, b); }
V16 v16 v16_div(v16 a, v16 b) { return BOTH2(v16, _mm256_div_ps, a, b); }
V16 v16 v16_fma(v16 a, v16 b, v16 c) { return BOTH3(v16, _mm256_fmadd_ps, a, b, c); }
V16 v16 v16_fnma(v16 a, v16 b, v16 c) { return BOTH3(v16, _mm256_fnmadd_ps, a, b, c); }
V16 v16 v16_sqrt(v16 a) { return BOTH1(v16, _mm256_sqrt_ps, a); }
V16 v16 v16_max(v16 a, v16 b) { return BOTH2(v16, _mm256_max_ps, a, b); }
V16 v16 v16_min(v16 a, v16 b) { return BOTH2(v16, _mm256_min_ps, a, b); }

V16 i16 i16_set(int32_t x) { return (i16){_mm256_set1_epi32(x), _mm256_set1_epi32(x)}; }
V16 i16 i16_load(const int32_t *p) {
  return (i16){_mm256_loadu_si256((const __m256i *)p), _mm256_loadu_si256((const __m256i *)(p + 8))};
}
V16 void i16_store(int32_t *p, i16 x) {
  _mm256_storeu_si256((__m256i *)p, x.low);
  _mm256_storeu_si256((__m256i *)(p + 8), x.high);
}
V16 i16 i16_add(i16 a, i16 b) { return BOTH2(i16, _mm256_add_epi32, a, b); }
V16 i16 i16_sub(i16 a, i16 b) { return BOTH2(i16, _mm256_sub_epi32, a, b); }
V16 i16 i16_and(i16 a, i16 b) { return BOTH2(i16, _mm256_and_si256, a, b); }
V16 i16 i16_or(i16 a, i16 b) { return BOTH2(i16, _mm256_or_si256, a, b); }
V16 i16 i16_xor(i16 a, i16 b) { return BOTH2(i16, _mm256_xor_si256, a, b); }
#define i16_shift_left(a, bits) ((i16){_mm256_slli_epi32((a).low, bits), _mm256_slli_epi32((a).high, bits)})
#define i16_shift_right(a, bits) ((i16){_mm256_srli_epi32((a).low, bits), _mm256_srli_epi32((a).high, bits)})
#define i16_shift_right_signed(a, bits) \
  ((i16){_mm256_srai_epi32((a).low, bits), _mm256_srai_epi32((a).high, bits)})
V16 i16 v16_bits(v16 x) { return BOTH1(i16, _mm256_castps_si256, x); }
V16 v16 v16_from_bits(i16 x) { return BOTH1(v16, _mm256_castsi256_ps, x); }
V16 v16 v16_from_int(i16 x) { return BOTH1(v16, _mm256_cvtepi32_ps, x); }

V16 m16 v16_greater(v16 a, v16 b) {
  return (m16){_mm256_cmp_ps(a.low, b.low, _CMP_GT_OQ), _mm256_cmp_ps(a.high, b.high, _CMP_GT_OQ)};
}
V16 m16 v16_not_equal(v16 a, v16 b) {
  return (m16){_mm256_cmp_ps(a.low, b.low, _CMP_NEQ_UQ), _mm256_cmp_ps(a.high, b.high, _CMP_NEQ_UQ)};
}
V16 m16 i16_equal(i16 a, i16 b) {
  const i16 m = BOTH2(i16, _mm256_cmpeq_epi32, a, b);
  return BOTH1(m16, _mm256_castsi256_ps, m);
}
V16 m16 i16_greater(i16 a, i16 b) {
  const i16 m = BOTH2(i16, _mm256_cmpgt_epi32, a, b);
  return BOTH1(m16, _mm256_castsi256_ps, m);
}
V16 i16 i16_select(m16 m, i16 a, i16 b) {
  return v16_bits(v16_select(m, v16_from_bits(a), v16_from_bits(b)));
}

V16 float v16_sum(v16 x) {
  const __m256 a = _mm256_add_ps(x.low, x.high);
  __m128 b = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
  b = _mm_add_ps(b, _mm_movehl_ps(b, b));
  b = _mm_add_ss(b, _mm_movehdup_ps(b));
  return _mm_cvtss_f32(b);
}
V16 float v16_maximum(v16 x) {
  const __m256 a = _mm256_max_ps(x.low, x.high);
  __m128 b = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
  b = _mm_max_ps(b, _mm_movehl_ps(b, b));
  b = _mm_max_ss(b, _mm_movehdup_ps(b));
  return _mm_cvtss_f32(b);
}

V16 void m256_transpose(__m256 r[8]) {
  __m256 s[8];
  for (int i = 0; i < 8; i += 4) {  // 4 × 4 blocks within 128-bit halves
    const __m256 a = _mm256_unpacklo_ps(r[i], r[i + 1]), b = _mm256_unpackhi_ps(r[i], r[i + 1]);
    const __m256 c = _mm256_unpacklo_ps(r[i + 2], r[i + 3]), d = _mm256_unpackhi_ps(r[i + 2], r[i + 3]);
    s[i] = _mm256_shuffle_ps(a, c, 0x44);
    s[i + 1] = _mm256_shuffle_ps(a, c, 0xee);
    s[i + 2] = _mm256_shuffle_ps(b, d, 0x44);
    s[i + 3] = _mm256_shuffle_ps(b, d, 0xee);
  }
  for (int i = 0; i < 4; i++) {
    r[i] = _mm256_permute2f128_ps(s[i], s[i + 4], 0x20);
    r[i + 4] = _mm256_permute2f128_ps(s[i], s[i + 4], 0x31);
  }
}
V16 void v16_transpose(v16 r[16]) {
  __m256 a[8], b[8], c[8], d[8];  // the four quarters: [a b; c d] becomes [a' c'; b' d']
  for (int i = 0; i < 8; i++) a[i] = r[i].low, b[i] = r[i].high, c[i] = r[i + 8].low, d[i] = r[i + 8].high;
  m256_transpose(a);
  m256_transpose(b);
  m256_transpose(c);
  m256_transpose(d);
  for (int i = 0; i < 8; i++) r[i] = (v16){a[i], c[i]}, r[i + 8] = (v16){b[i], d[i]};
}

#undef BOTH1
#undef BOTH2
#undef BOTH3
#endif
