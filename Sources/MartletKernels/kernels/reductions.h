// Sums and maxima along rows, and sums over rows.
#ifndef MARTLET_REDUCTIONS_H
#define MARTLET_REDUCTIONS_H

#include "each_vector.h"
#include "grain.h"

typedef struct {
  size_t rows, columns;
  const float *x;
  float *y;
} reduction_task;

// The sum of n floats: 16 lanes, each ascending in chunks, and the fixed tree.
V16 float sum_of(const float *x, size_t count) {
  v16 sum = v16_set(0.0f);
  SUM_EACH_VECTOR(sum, count, { part = v16_add(part, v16_load_n(x + i, n)); });
  return v16_sum(sum);
}

// The maximum of n floats, -infinity of none; what is not a number is passed over or not, as it comes.
V16 float maximum_of(const float *x, size_t count) {
  v16 most = v16_set(-__builtin_inff());
  EACH_VECTOR(0, count, { most = v16_max(most, v16_load_rest(x + i, n, -__builtin_inff())); });
  return v16_maximum(most);
}

static void sum_columns_range(void *context, size_t begin, size_t end) {
  const reduction_task t = *(const reduction_task *)context;
  for (size_t row = begin; row < end; row++) t.y[row] = sum_of(t.x + row * t.columns, t.columns);
}

// Not a number when any element is not.
static void maximum_columns_range(void *context, size_t begin, size_t end) {
  const reduction_task t = *(const reduction_task *)context;
  for (size_t row = begin; row < end; row++) {
    const float *x = t.x + row * t.columns;
    v16 bad = v16_set(0.0f);
    EACH_VECTOR(0, t.columns, {
      const v16 element = v16_load_n(x + i, n);
      bad = v16_select(v16_not_equal(element, element), v16_set(1.0f), bad);
    });
    t.y[row] = v16_maximum(bad) > 0.0f ? __builtin_nanf("") : maximum_of(x, t.columns);
  }
}

static void reduce_columns(mk_reduction reduction, size_t rows, size_t columns, const float *x, float *y) {
  reduction_task task = {rows, columns, x, y};
  mk_parallel(rows, grain_of(columns), reduction == MK_REDUCE_SUM ? sum_columns_range : maximum_columns_range,
              &task);
}

// Columns begin ..< end, four rows at a time so that the sums are loaded and stored less often.
static void accumulate_rows_range(void *context, size_t begin, size_t end) {
  const reduction_task t = *(const reduction_task *)context;
  size_t row = 0;
  for (; row + 4 <= t.rows; row += 4) {
    const float *x0 = t.x + row * t.columns, *x1 = x0 + t.columns, *x2 = x1 + t.columns, *x3 = x2 + t.columns;
    EACH_VECTOR(begin, end, {
      v16 sum = v16_add(v16_load_n(t.y + i, n), v16_load_n(x0 + i, n));
      sum = v16_add(sum, v16_load_n(x1 + i, n));
      sum = v16_add(sum, v16_load_n(x2 + i, n));
      v16_store_n(t.y + i, v16_add(sum, v16_load_n(x3 + i, n)), n);
    });
  }
  for (; row < t.rows; row++) {
    const float *x = t.x + row * t.columns;
    EACH_VECTOR(begin, end, {
      v16_store_n(t.y + i, v16_add(v16_load_n(t.y + i, n), v16_load_n(x + i, n)), n);
    });
  }
}
static void accumulate_rows(size_t rows, size_t columns, const float *x, float *y) {
  if (rows == 0) return;
  reduction_task task = {rows, columns, x, y};
  mk_parallel(columns, vector_grain_of(rows), accumulate_rows_range, &task);
}

#endif
