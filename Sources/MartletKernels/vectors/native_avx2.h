// The vector of AVX2's registers, 8 lanes; see native.h for what each operation means.
#ifndef MARTLET_NATIVE_AVX2_H
#define MARTLET_NATIVE_AVX2_H

#define MARTLET_NATIVE_VECTOR

typedef __m256 vn;
enum { VN_LANES = 8, VN_PIECE = 4 };

V16 vn vn_set(float x) { return _mm256_set1_ps(x); }
V16 vn vn_load(const float *p) { return _mm256_loadu_ps(p); }
V16 void vn_store(float *p, vn x) { _mm256_storeu_ps(p, x); }
V16 vn vn_fma(vn a, vn b, vn c) { return _mm256_fmadd_ps(a, b, c); }
// Operations that v16 has and vn lacks take this way; what the other half computes is not kept.
V16 v16 vn_to_v16(vn x) { return (v16){x, x}; }
V16 vn vn_from_v16(v16 x) { return x.low; }

// Loading halves of registers joins them, which would cost more where it is done in registers.
V16 void vn_load_transposed(const char *const row[VN_LANES], size_t at, vn r[VN_PIECE]) {
  __m256 x[4];
  for (int i = 0; i < 4; i++) {
    const float *low = (const float *)(const void *)(row[i] + at);
    const float *high = (const float *)(const void *)(row[i + 4] + at);
    x[i] = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(low)), _mm_loadu_ps(high), 1);
  }
  const __m256 a = _mm256_unpacklo_ps(x[0], x[1]), b = _mm256_unpackhi_ps(x[0], x[1]);
  const __m256 c = _mm256_unpacklo_ps(x[2], x[3]), d = _mm256_unpackhi_ps(x[2], x[3]);
  r[0] = _mm256_shuffle_ps(a, c, 0x44);
  r[1] = _mm256_shuffle_ps(a, c, 0xee);
  r[2] = _mm256_shuffle_ps(b, d, 0x44);
  r[3] = _mm256_shuffle_ps(b, d, 0xee);
}

#endif
