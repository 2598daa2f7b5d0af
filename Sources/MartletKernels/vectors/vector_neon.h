// The vector of 16 lanes on NEON (AArch64): four registers. See vector_portable.h for what each operation means.
#ifndef MARTLET_VECTOR_H
#define MARTLET_VECTOR_H

#include <arm_neon.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define V16 static inline __attribute__((always_inline, unused))

typedef struct { float32x4_t q[4]; } v16;
typedef struct { int32x4_t q[4]; } i16;
typedef struct { uint32x4_t q[4]; } m16;  // all ones or all zeros a lane

// Builds a vector from an expression of the quarter number i.
#define QUARTERS(type, f0, f1, f2, f3) ((type){{f0, f1, f2, f3}})
#define EACH1(type, f, a) QUARTERS(type, f((a).q[0]), f((a).q[1]), f((a).q[2]), f((a).q[3]))
#define EACH2(type, f, a, b) \
  QUARTERS(type, f((a).q[0], (b).q[0]), f((a).q[1], (b).q[1]), f((a).q[2], (b).q[2]), f((a).q[3], (b).q[3]))
#define EACH3(type, f, a, b, c)                                                      \
  QUARTERS(type, f((a).q[0], (b).q[0], (c).q[0]), f((a).q[1], (b).q[1], (c).q[1]), \
           f((a).q[2], (b).q[2], (c).q[2]), f((a).q[3], (b).q[3], (c).q[3]))

V16 v16 v16_set(float x) {
  const float32x4_t q = vdupq_n_f32(x);
  return QUARTERS(v16, q, q, q, q);
}
V16 v16 v16_load(const float *p) {
  return QUARTERS(v16, vld1q_f32(p), vld1q_f32(p + 4), vld1q_f32(p + 8), vld1q_f32(p + 12));
}
V16 void v16_store(float *p, v16 x) {
  vst1q_f32(p, x.q[0]);
  vst1q_f32(p + 4, x.q[1]);
  vst1q_f32(p + 8, x.q[2]);
  vst1q_f32(p + 12, x.q[3]);
}
V16 m16 m16_first(size_t n) {
  static const uint32_t lanes[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const uint32x4_t count = vdupq_n_u32((uint32_t)n);
  return QUARTERS(m16, vcgtq_u32(count, vld1q_u32(lanes)), vcgtq_u32(count, vld1q_u32(lanes + 4)),
                  vcgtq_u32(count, vld1q_u32(lanes + 8)), vcgtq_u32(count, vld1q_u32(lanes + 12)));
}
V16 v16 v16_load_first(const float *p, size_t n, float rest) {
  float x[16];
  for (size_t i = 0; i < 16; i++) x[i] = i < n ? p[i] : rest;
  return v16_load(x);
}
V16 void v16_store_first(float *p, v16 x, size_t n) {
  float y[16];
  v16_store(y, x);
  memcpy(p, y, n * sizeof(float));
}

V16 v16 v16_add(v16 a, v16 b) { return EACH2(v16, vaddq_f32, a, b); }
V16 v16 v16_sub(v16 a, v16 b) { return EACH2(v16, vsubq_f32, a, b); }
V16 v16 v16_mul(v16 a, v16 b) { return EACH2(v16, vmulq_f32, a, b); }
V16 v16 v16_div(v16 a, v16 b) { return EACH2(v16, vdivq_f32, a, b); }
V16 v16 v16_fma(v16 a, v16 b, v16 c) { return EACH3(v16, vfmaq_f32, c, a, b); }
V16 v16 v16_fnma(v16 a, v16 b, v16 c) { return EACH3(v16, vfmsq_f32, c, a, b); }
V16 v16 v16_sqrt(v16 a) { return EACH1(v16, vsqrtq_f32, a); }
V16 m16 v16_greater(v16 a, v16 b) { return EACH2(m16, vcgtq_f32, a, b); }
V16 m16 v16_not_equal(v16 a, v16 b) {
  const m16 equal = EACH2(m16, vceqq_f32, a, b);
  return EACH1(m16, vmvnq_u32, equal);
}
V16 v16 v16_select(m16 m, v16 a, v16 b) { return EACH3(v16, vbslq_f32, m, a, b); }
// A compare and a select: the processor's own maximum treats zeros and NaN differently from x86-64's.
V16 v16 v16_max(v16 a, v16 b) { return v16_select(v16_greater(a, b), a, b); }
V16 v16 v16_min(v16 a, v16 b) { return v16_select(v16_greater(b, a), a, b); }

V16 i16 i16_set(int32_t x) {
  const int32x4_t q = vdupq_n_s32(x);
  return QUARTERS(i16, q, q, q, q);
}
V16 i16 i16_load(const int32_t *p) {
  return QUARTERS(i16, vld1q_s32(p), vld1q_s32(p + 4), vld1q_s32(p + 8), vld1q_s32(p + 12));
}
V16 void i16_store(int32_t *p, i16 x) {
  vst1q_s32(p, x.q[0]);
  vst1q_s32(p + 4, x.q[1]);
  vst1q_s32(p + 8, x.q[2]);
  vst1q_s32(p + 12, x.q[3]);
}
V16 i16 i16_add(i16 a, i16 b) { return EACH2(i16, vaddq_s32, a, b); }
V16 i16 i16_sub(i16 a, i16 b) { return EACH2(i16, vsubq_s32, a, b); }
V16 i16 i16_and(i16 a, i16 b) { return EACH2(i16, vandq_s32, a, b); }
V16 i16 i16_or(i16 a, i16 b) { return EACH2(i16, vorrq_s32, a, b); }
V16 i16 i16_xor(i16 a, i16 b) { return EACH2(i16, veorq_s32, a, b); }
V16 i16 i16_shift_left(i16 a, int bits) {
  const int32x4_t by = vdupq_n_s32(bits);
  return QUARTERS(i16, vshlq_s32(a.q[0], by), vshlq_s32(a.q[1], by), vshlq_s32(a.q[2], by),
                  vshlq_s32(a.q[3], by));
}
V16 i16 i16_shift_right_signed(i16 a, int bits) { return i16_shift_left(a, -bits); }
V16 i16 i16_shift_right(i16 a, int bits) {
  const int32x4_t by = vdupq_n_s32(-bits);
  i16 y;
  for (int i = 0; i < 4; i++)
    y.q[i] = vreinterpretq_s32_u32(vshlq_u32(vreinterpretq_u32_s32(a.q[i]), by));
  return y;
}
V16 i16 v16_bits(v16 x) { return EACH1(i16, vreinterpretq_s32_f32, x); }
V16 v16 v16_from_bits(i16 x) { return EACH1(v16, vreinterpretq_f32_s32, x); }
V16 v16 v16_from_int(i16 x) { return EACH1(v16, vcvtq_f32_s32, x); }
V16 m16 i16_equal(i16 a, i16 b) { return EACH2(m16, vceqq_s32, a, b); }
V16 m16 i16_greater(i16 a, i16 b) { return EACH2(m16, vcgtq_s32, a, b); }
V16 i16 i16_select(m16 m, i16 a, i16 b) { return EACH3(i16, vbslq_s32, m, a, b); }

V16 float v16_sum(v16 x) {
  const float32x4_t a = vaddq_f32(vaddq_f32(x.q[0], x.q[2]), vaddq_f32(x.q[1], x.q[3]));
  const float32x2_t b = vadd_f32(vget_low_f32(a), vget_high_f32(a));
  return vget_lane_f32(b, 0) + vget_lane_f32(b, 1);
}
V16 float v16_maximum(v16 x) {
  float lane[16];
  v16_store(lane, x);
  for (int half = 8; half > 0; half /= 2)
    for (int i = 0; i < half; i++) lane[i] = lane[i] > lane[i + half] ? lane[i] : lane[i + half];
  return lane[0];
}

V16 void v16_transpose(v16 r[16]) {
  v16 t[16];
  for (int row = 0; row < 4; row++)
    for (int column = 0; column < 4; column++) {  // 4 × 4 blocks
      const float32x4x2_t a = vtrnq_f32(r[4 * row].q[column], r[4 * row + 1].q[column]);
      const float32x4x2_t b = vtrnq_f32(r[4 * row + 2].q[column], r[4 * row + 3].q[column]);
      for (int i = 0; i < 2; i++) {
        t[4 * column + i].q[row] = vcombine_f32(vget_low_f32(a.val[i]), vget_low_f32(b.val[i]));
        t[4 * column + i + 2].q[row] = vcombine_f32(vget_high_f32(a.val[i]), vget_high_f32(b.val[i]));
      }
    }
  for (int i = 0; i < 16; i++) r[i] = t[i];
}

#undef QUARTERS
#undef EACH1
#undef EACH2
#undef EACH3
#endif
