// The place of each row's largest element: greedy choice.
#ifndef MARTLET_LARGEST_H
#define MARTLET_LARGEST_H

#include "each_vector.h"
#include "grain.h"

typedef struct {
  size_t columns;
  const float *x;
  int32_t *places;
} largest_task;

static int32_t largest_of_row(const float *x, size_t columns) {
  static const int32_t numbers[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  v16 best = v16_set(-__builtin_inff()), doubt = v16_set(0);
  i16 place = i16_load(numbers), at = place;  // of each lane's best; of the vector
  EACH_VECTOR(0, columns, {
    const v16 element = v16_load_n(x + i, n);
    const v16 rest = n == 16 ? element : v16_load_rest(x + i, n, -__builtin_inff());
    doubt = v16_add(doubt, v16_sub(element, element));  // 0 as long as all are numbers, then not a number
    const m16 larger = v16_greater(rest, best);
    best = v16_select(larger, rest, best);
    place = i16_select(larger, at, place);
    at = i16_add(at, i16_set(16));
  });
  if (!(v16_sum(doubt) == 0.0f) || columns == 0) return -1;
  float values[16];
  int32_t places[16];
  v16_store(values, best);
  i16_store(places, place);
  int lane = 0;
  for (int i = 1; i < 16 && (size_t)i < columns; i++)
    if (values[i] > values[lane] || (values[i] == values[lane] && places[i] < places[lane])) lane = i;
  return places[lane];
}

static void largest_columns_range(void *context, size_t begin, size_t end) {
  const largest_task t = *(const largest_task *)context;
  for (size_t row = begin; row < end; row++) t.places[row] = largest_of_row(t.x + row * t.columns, t.columns);
}
static void largest_columns(size_t rows, size_t columns, const float *x, int32_t *places) {
  largest_task task = {columns, x, places};
  mk_parallel(rows, grain_of(columns), largest_columns_range, &task);
}

#endif
