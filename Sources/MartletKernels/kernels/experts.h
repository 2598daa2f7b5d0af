// Mixtures of experts: the largest columns of each row, and rows gathered by expert joined again.
#ifndef MARTLET_EXPERTS_H
#define MARTLET_EXPERTS_H

#include "each_vector.h"
#include "grain.h"

typedef struct {
  size_t columns, each;
  const float *x;
  int32_t *places;
} top_task;

// Each element is put before those smaller than it, so of equal ones the first comes first. What is not a number is
// larger than nothing and smaller than nothing; the places differ in any case.
static void top_columns_range(void *context, size_t begin, size_t end) {
  const top_task t = *(const top_task *)context;
  for (size_t row = begin; row < end; row++) {
    const float *x = t.x + row * t.columns;
    int32_t *places = t.places + row * t.each;
    size_t kept = 0;
    for (size_t column = 0; column < t.columns; column++) {
      size_t at = kept;
      while (at > 0 && x[column] > x[places[at - 1]]) at--;
      if (at == t.each) continue;
      if (kept < t.each) kept++;
      for (size_t i = kept - 1; i > at; i--) places[i] = places[i - 1];
      places[at] = (int32_t)column;
    }
  }
}
static void top_columns(size_t rows, size_t columns, size_t each, const float *x, int32_t *places) {
  if (each == 0) return;
  top_task task = {columns, each, x, places};
  mk_parallel(rows, grain_of(columns * 4), top_columns_range, &task);
}

typedef struct {
  size_t each, width;
  const int32_t *places;
  const float *weights, *x, *dy;
  float *y, *dweights;
} combine_task;

static void combine_rows_range(void *context, size_t begin, size_t end) {
  const combine_task t = *(const combine_task *)context;
  for (size_t row = begin; row < end; row++) {
    const int32_t *places = t.places + row * t.each;
    float *y = t.y + row * t.width;
    for (size_t j = 0; j < t.each; j++) {
      const float *x = t.x + (size_t)places[j] * t.width;
      if (t.weights) {
        const v16 weight = v16_set(t.weights[row * t.each + j]);
        EACH_VECTOR(0, t.width, {
          const v16 before = j == 0 ? v16_set(0.0f) : v16_load_n(y + i, n);
          v16_store_n(y + i, v16_fma(weight, v16_load_n(x + i, n), before), n);
        });
      } else {
        EACH_VECTOR(0, t.width, {
          const v16 before = j == 0 ? v16_set(0.0f) : v16_load_n(y + i, n);
          v16_store_n(y + i, v16_add(before, v16_load_n(x + i, n)), n);
        });
      }
    }
  }
}
static void combine_rows(size_t rows, size_t each, size_t width, const int32_t *places, const float *weights,
                         const float *x, float *y) {
  if (each == 0) memset(y, 0, rows * width * sizeof(float));
  combine_task task = {.each = each, .width = width, .places = places, .weights = weights, .x = x, .y = y};
  mk_parallel(rows, grain_of(each * width), combine_rows_range, &task);
}

static void combine_rows_gradient_range(void *context, size_t begin, size_t end) {
  const combine_task t = *(const combine_task *)context;
  for (size_t row = begin; row < end; row++) {
    const float *dy = t.dy + row * t.width;
    for (size_t j = row * t.each; j < (row + 1) * t.each; j++) {
      const float *x = t.x + (size_t)t.places[j] * t.width;
      float *dx = t.y + (size_t)t.places[j] * t.width;
      const v16 weight = v16_set(t.weights[j]);
      v16 sum = v16_set(0.0f);
      SUM_EACH_VECTOR(sum, t.width, {
        const v16 slope = v16_load_n(dy + i, n);
        part = v16_fma(slope, v16_load_n(x + i, n), part);
        v16_store_n(dx + i, v16_mul(weight, slope), n);
      });
      t.dweights[j] = v16_sum(sum);
    }
  }
}
static void combine_rows_gradient(size_t rows, size_t each, size_t width, const int32_t *places,
                                  const float *weights, const float *x, const float *dy, float *dx,
                                  float *dweights) {
  combine_task task = {.each = each, .width = width, .places = places, .weights = weights, .x = x, .dy = dy,
                       .y = dx, .dweights = dweights};
  mk_parallel(rows, grain_of(each * width), combine_rows_gradient_range, &task);
}

#endif
