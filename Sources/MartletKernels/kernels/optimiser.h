// One step of AdamW, the gradient's square sum, and the widening of stored weights.
#include "each_vector.h"
#include "grain.h"

#define CHUNK ((size_t)4096)

typedef struct {
  size_t count;
  const float *x;
  float *partials;
} sum_of_squares_task;

static void sum_of_squares_range(void *context, size_t begin, size_t end) {
  const sum_of_squares_task t = *(const sum_of_squares_task *)context;
  for (size_t chunk = begin; chunk < end; chunk++) {
    const size_t first = chunk * CHUNK;
    const size_t last = t.count - first < CHUNK ? t.count : first + CHUNK;
    v16 sum = v16_set(0.0f);
    EACH_VECTOR(first, last, {
      const v16 x = v16_load_n(t.x + i, n);
      sum = v16_fma(x, x, sum);
    });
    t.partials[chunk] = v16_sum(sum);
  }
}
static void sum_of_squares(size_t count, const float *x, float *partials) {
  sum_of_squares_task task = {count, x, partials};
  mk_parallel((count + CHUNK - 1) / CHUNK, grain_of(CHUNK), sum_of_squares_range, &task);
}
#undef CHUNK

typedef struct {
  float shrink, beta1, rest1, beta2, rest2, epsilon, step, root_correction, gradient_scale;
  const float *gradient;
  float *value, *m, *v;
} adamw_task;

static void adamw_range(void *context, size_t begin, size_t end) {
  const adamw_task t = *(const adamw_task *)context;
  const v16 shrink = v16_set(t.shrink), beta1 = v16_set(t.beta1), rest1 = v16_set(t.rest1),
            beta2 = v16_set(t.beta2), rest2 = v16_set(t.rest2), epsilon = v16_set(t.epsilon),
            step = v16_set(t.step), root_correction = v16_set(t.root_correction),
            scale = v16_set(t.gradient_scale);
  EACH_VECTOR(begin, end, {
    const v16 g = v16_mul(v16_load_n(t.gradient + i, n), scale);
    const v16 m = v16_fma(beta1, v16_load_n(t.m + i, n), v16_mul(rest1, g));
    const v16 v = v16_fma(beta2, v16_load_n(t.v + i, n), v16_mul(rest2, v16_mul(g, g)));
    v16_store_n(t.m + i, m, n);
    v16_store_n(t.v + i, v, n);
    const v16 root = v16_add(v16_div(v16_sqrt(v), root_correction), epsilon);
    v16 value = v16_load_n(t.value + i, n);
    value = v16_fnma(shrink, value, value);
    v16_store_n(t.value + i, v16_fnma(step, v16_div(m, root), value), n);
  });
}
static void adamw(size_t count, float learning_rate, float beta1, float rest1, float beta2, float rest2,
                  float epsilon, float decay, float correction1, float correction2, float gradient_scale,
                  const float *gradient, float *value, float *m, float *v) {
  adamw_task task = {
      .shrink = learning_rate * decay,
      .beta1 = beta1,
      .rest1 = rest1,
      .beta2 = beta2,
      .rest2 = rest2,
      .epsilon = epsilon,
      .step = learning_rate / correction1,
      .root_correction = __builtin_sqrtf(correction2),
      .gradient_scale = gradient_scale,
      .gradient = gradient,
      .value = value,
      .m = m,
      .v = v,
  };
  mk_parallel(count, ELEMENT_GRAIN, adamw_range, &task);
}

typedef struct {
  const uint16_t *x;
  float *y;
} widen_task;

// bfloat16 is the upper half of a float32.
static void widen_bfloat16_range(void *context, size_t begin, size_t end) {
  const widen_task t = *(const widen_task *)context;
  for (size_t i = begin; i < end; i++) {
    const uint32_t bits = (uint32_t)t.x[i] << 16;
    memcpy(t.y + i, &bits, sizeof bits);
  }
}
static void widen_bfloat16(size_t count, const uint16_t *x, float *y) {
  widen_task task = {x, y};
  mk_parallel(count, ELEMENT_GRAIN, widen_bfloat16_range, &task);
}

// Not by the processor's conversion: machines differ in what they make of a signalling not-a-number.
static void widen_float16_range(void *context, size_t begin, size_t end) {
  const widen_task t = *(const widen_task *)context;
  for (size_t i = begin; i < end; i++) {
    const uint32_t sign = (uint32_t)(t.x[i] & 0x8000) << 16;
    const uint32_t magnitude = t.x[i] & 0x7fff;  // 5 bits of exponent, 10 of fraction
    // Exponents count from 127 instead of 15; the largest stands for infinity and not-a-number in both.
    const uint32_t normal = (magnitude << 13) + ((magnitude < 0x7c00 ? 127u - 15u : 255u - 31u) << 23);
    // The smallest exponent: a multiple of 2^-24, which float32 holds exactly.
    const float small = (float)(int32_t)magnitude * 0x1p-24f;
    uint32_t bits;
    memcpy(&bits, &small, sizeof bits);
    bits = (magnitude < 0x400 ? bits : normal) | sign;
    memcpy(t.y + i, &bits, sizeof bits);
  }
}
static void widen_float16(size_t count, const uint16_t *x, float *y) {
  widen_task task = {x, y};
  mk_parallel(count, ELEMENT_GRAIN, widen_float16_range, &task);
}
