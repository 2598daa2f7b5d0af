// Layer normalisation (Ba et al. 2016, arXiv:1607.06450) and root mean square normalisation (Zhang and
// Sennrich 2019, arXiv:1910.07467), a row at a time, with their gradients.
#include "each_vector.h"
#include "grain.h"
#include "reductions.h"

typedef struct {
  size_t rows, width;
  float epsilon;
  const float *x, *added, *weight, *bias, *dy, *other;
  const float *mean, *inverse;        // what the gradients are given
  float *sum, *y, *means, *inverses;  // what the forward pass writes; y is dx in a gradient
  float *dweight, *dbias;
} normalisation_task;

// What is normalised in a row: x, or its sum with what is added to it, which stays in the nearest cache.
static inline const float *normalised_row(const normalisation_task *t, size_t row) {
  const float *x = t->x + row * t->width;
  if (!t->added) return x;
  const float *added = t->added + row * t->width;
  float *sum = t->sum + row * t->width;
  EACH_VECTOR(0, t->width, { v16_store_n(sum + i, v16_add(v16_load_n(x + i, n), v16_load_n(added + i, n)), n); });
  return sum;
}

// A part of dx, added to what has reached x on other ways.
V16 v16 with_other(const float *other, size_t n, v16 dx) {
  return other ? v16_add(v16_load_n(other, n), dx) : dx;
}

// MARK: Layer normalisation

// Two passes: the mean, then the mean square of what is left.
static void layer_norm_range(void *context, size_t begin, size_t end) {
  const normalisation_task t = *(const normalisation_task *)context;
  const float count = (float)t.width;
  for (size_t row = begin; row < end; row++) {
    const float *x = normalised_row(&t, row);
    float *y = t.y + row * t.width;
    const float mean = sum_of(x, t.width) / count;
    const v16 center = v16_set(mean);
    v16 squares = v16_set(0.0f);
    EACH_VECTOR(0, t.width, {
      const v16 difference = v16_sub(v16_load_rest(x + i, n, mean), center);
      squares = v16_fma(difference, difference, squares);
    });
    const float inverse = 1.0f / __builtin_sqrtf(v16_sum(squares) / count + t.epsilon);
    const v16 scale = v16_set(inverse);
    if (t.bias) {
      EACH_VECTOR(0, t.width, {
        const v16 normal = v16_mul(v16_sub(v16_load_n(x + i, n), center), scale);
        v16_store_n(y + i, v16_fma(normal, v16_load_n(t.weight + i, n), v16_load_n(t.bias + i, n)), n);
      });
    } else {
      EACH_VECTOR(0, t.width, {
        const v16 normal = v16_mul(v16_sub(v16_load_n(x + i, n), center), scale);
        v16_store_n(y + i, v16_mul(normal, v16_load_n(t.weight + i, n)), n);
      });
    }
    t.means[row] = mean;
    t.inverses[row] = inverse;
  }
}
static void layer_norm(size_t rows, size_t width, float epsilon, const float *x, const float *added, float *sum,
                       const float *weight, const float *bias, float *y, float *mean, float *inverse) {
  normalisation_task task = {.width = width,
                             .epsilon = epsilon,
                             .x = x,
                             .added = added,
                             .sum = sum,
                             .weight = weight,
                             .bias = bias,
                             .y = y,
                             .means = mean,
                             .inverses = inverse};
  mk_parallel(rows, grain_of(width), layer_norm_range, &task);
}

// With g = dy · weight and h the normalised x: dx = inverse · (g - mean(g) - h · mean(g · h)).
static void layer_norm_gradient_range(void *context, size_t begin, size_t end) {
  const normalisation_task t = *(const normalisation_task *)context;
  const float count = (float)t.width;
  for (size_t row = begin; row < end; row++) {
    const float *x = t.x + row * t.width, *dy = t.dy + row * t.width;
    const float *other = t.other ? t.other + row * t.width : NULL;
    float *dx = t.y + row * t.width;
    const float mean = t.mean[row];
    const v16 center = v16_set(mean), scale = v16_set(t.inverse[row]);
    v16 sum = v16_set(0.0f), product = v16_set(0.0f);
    EACH_VECTOR(0, t.width, {
      const v16 g = v16_mul(v16_load_n(dy + i, n), v16_load_n(t.weight + i, n));
      const v16 h = v16_mul(v16_sub(v16_load_rest(x + i, n, mean), center), scale);
      sum = v16_add(sum, g);
      product = v16_fma(g, h, product);
    });
    const v16 mean_g = v16_set(v16_sum(sum) / count), mean_gh = v16_set(v16_sum(product) / count);
    EACH_VECTOR(0, t.width, {
      const v16 g = v16_mul(v16_load_n(dy + i, n), v16_load_n(t.weight + i, n));
      const v16 h = v16_mul(v16_sub(v16_load_n(x + i, n), center), scale);
      v16_store_n(dx + i, with_other(other ? other + i : NULL, n,
                                           v16_mul(v16_fnma(h, mean_gh, v16_sub(g, mean_g)), scale)), n);
    });
  }
}
static void layer_norm_gradient(size_t rows, size_t width, const float *x, const float *weight,
                                const float *mean, const float *inverse, const float *dy, const float *other,
                                float *dx) {
  normalisation_task task = {.width = width,
                             .x = x,
                             .weight = weight,
                             .dy = dy,
                             .other = other,
                             .mean = mean,
                             .inverse = inverse,
                             .y = dx};
  mk_parallel(rows, grain_of(width), layer_norm_gradient_range, &task);
}

// Columns begin ..< end, rows ascending.
static void layer_norm_weight_gradient_range(void *context, size_t begin, size_t end) {
  const normalisation_task t = *(const normalisation_task *)context;
  for (size_t row = 0; row < t.rows; row++) {
    const float *x = t.x + row * t.width, *dy = t.dy + row * t.width;
    const v16 center = v16_set(t.mean[row]), scale = v16_set(t.inverse[row]);
    EACH_VECTOR(begin, end, {
      const v16 h = v16_mul(v16_sub(v16_load_n(x + i, n), center), scale);
      const v16 sum = v16_fma(v16_load_n(dy + i, n), h, v16_load_n(t.dweight + i, n));
      v16_store_n(t.dweight + i, sum, n);
    });
    if (t.dbias)
      EACH_VECTOR(begin, end, {
        v16_store_n(t.dbias + i, v16_add(v16_load_n(t.dbias + i, n), v16_load_n(dy + i, n)), n);
      });
  }
}
static void layer_norm_weight_gradient(size_t rows, size_t width, const float *x, const float *mean,
                                       const float *inverse, const float *dy, float *dweight, float *dbias) {
  normalisation_task task = {.rows = rows,
                             .width = width,
                             .x = x,
                             .dy = dy,
                             .mean = mean,
                             .inverse = inverse,
                             .dweight = dweight,
                             .dbias = dbias};
  if (rows > 0) mk_parallel(width, vector_grain_of(rows), layer_norm_weight_gradient_range, &task);
}

// MARK: Root mean square normalisation

static void rms_norm_range(void *context, size_t begin, size_t end) {
  const normalisation_task t = *(const normalisation_task *)context;
  const float count = (float)t.width;
  for (size_t row = begin; row < end; row++) {
    const float *x = normalised_row(&t, row);
    float *y = t.y + row * t.width;
    v16 squares = v16_set(0.0f);
    EACH_VECTOR(0, t.width, {
      const v16 element = v16_load_n(x + i, n);
      squares = v16_fma(element, element, squares);
    });
    const float inverse = 1.0f / __builtin_sqrtf(v16_sum(squares) / count + t.epsilon);
    const v16 scale = v16_set(inverse);
    EACH_VECTOR(0, t.width, {
      const v16 normal = v16_mul(v16_load_n(x + i, n), scale);
      v16_store_n(y + i, v16_mul(normal, v16_load_n(t.weight + i, n)), n);
    });
    t.inverses[row] = inverse;
  }
}
static void rms_norm(size_t rows, size_t width, float epsilon, const float *x, const float *added, float *sum,
                     const float *weight, float *y, float *inverse) {
  normalisation_task task = {.width = width,
                             .epsilon = epsilon,
                             .x = x,
                             .added = added,
                             .sum = sum,
                             .weight = weight,
                             .y = y,
                             .inverses = inverse};
  mk_parallel(rows, grain_of(width), rms_norm_range, &task);
}

// With g = dy · weight and h the normalised x: dx = inverse · (g - h · mean(g · h)).
static void rms_norm_gradient_range(void *context, size_t begin, size_t end) {
  const normalisation_task t = *(const normalisation_task *)context;
  const float count = (float)t.width;
  for (size_t row = begin; row < end; row++) {
    const float *x = t.x + row * t.width, *dy = t.dy + row * t.width;
    const float *other = t.other ? t.other + row * t.width : NULL;
    float *dx = t.y + row * t.width;
    const v16 scale = v16_set(t.inverse[row]);
    v16 product = v16_set(0.0f);
    EACH_VECTOR(0, t.width, {
      const v16 g = v16_mul(v16_load_n(dy + i, n), v16_load_n(t.weight + i, n));
      product = v16_fma(g, v16_mul(v16_load_n(x + i, n), scale), product);
    });
    const v16 mean_gh = v16_set(v16_sum(product) / count);
    EACH_VECTOR(0, t.width, {
      const v16 g = v16_mul(v16_load_n(dy + i, n), v16_load_n(t.weight + i, n));
      const v16 h = v16_mul(v16_load_n(x + i, n), scale);
      v16_store_n(dx + i, with_other(other ? other + i : NULL, n,
                                           v16_mul(v16_fnma(h, mean_gh, g), scale)), n);
    });
  }
}
static void rms_norm_gradient(size_t rows, size_t width, const float *x, const float *weight,
                              const float *inverse, const float *dy, const float *other, float *dx) {
  normalisation_task task = {
      .width = width, .x = x, .weight = weight, .dy = dy, .other = other, .inverse = inverse, .y = dx};
  mk_parallel(rows, grain_of(width), rms_norm_gradient_range, &task);
}

// Columns begin ..< end, rows ascending.
static void rms_norm_weight_gradient_range(void *context, size_t begin, size_t end) {
  const normalisation_task t = *(const normalisation_task *)context;
  for (size_t row = 0; row < t.rows; row++) {
    const float *x = t.x + row * t.width, *dy = t.dy + row * t.width;
    const v16 scale = v16_set(t.inverse[row]);
    EACH_VECTOR(begin, end, {
      const v16 h = v16_mul(v16_load_n(x + i, n), scale);
      v16_store_n(t.dweight + i, v16_fma(v16_load_n(dy + i, n), h, v16_load_n(t.dweight + i, n)), n);
    });
  }
}
static void rms_norm_weight_gradient(size_t rows, size_t width, const float *x, const float *inverse,
                                     const float *dy, float *dweight) {
  normalisation_task task = {
      .rows = rows, .width = width, .x = x, .dy = dy, .inverse = inverse, .dweight = dweight};
  if (rows > 0) mk_parallel(width, vector_grain_of(rows), rms_norm_weight_gradient_range, &task);
}
