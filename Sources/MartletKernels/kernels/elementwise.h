// binary: one operation on two operands, each a full matrix or broadcast along rows or columns. accumulate.
#include "each_vector.h"
#include "grain.h"

V16 v16 greater_of(v16 a, v16 b) {
  return v16_select(v16_greater(a, b), v16_set(1.0f), v16_set(0.0f));
}

typedef struct {
  mk_binary_operation operation;
  size_t columns;
  const float *a;
  size_t a_row, a_column;
  const float *b;
  size_t b_row, b_column;
  float *y;
} binary_task;

// Elements begin ..< end of the result, counted through its rows.
static void binary_range(void *context, size_t begin, size_t end) {
  const binary_task t = *(const binary_task *)context;
  size_t row = begin / t.columns, first = begin % t.columns;
  while (begin < end) {
    const size_t left = end - begin;
    const size_t last = left < t.columns - first ? first + left : t.columns;
    const float *a = t.a + row * t.a_row, *b = t.b + row * t.b_row;
    float *y = t.y + row * t.columns;
    const v16 a_all = v16_set(*a), b_all = v16_set(*b);
    switch (t.operation) {
#define LOOP(f, load_a, load_b) EACH_VECTOR(first, last, { v16_store_n(y + i, f(load_a, load_b), n); })
#define CASE(operation, f)                                          \
  case operation:                                                   \
    if (t.a_column && t.b_column)                                   \
      LOOP(f, v16_load_n(a + i, n), v16_load_n(b + i, n));          \
    else if (t.a_column)                                            \
      LOOP(f, v16_load_n(a + i, n), b_all);                         \
    else if (t.b_column)                                            \
      LOOP(f, a_all, v16_load_n(b + i, n));                         \
    else                                                            \
      LOOP(f, a_all, b_all);                                        \
    break;
      CASE(MK_ADD, v16_add)
      CASE(MK_SUBTRACT, v16_sub)
      CASE(MK_MULTIPLY, v16_mul)
      CASE(MK_DIVIDE, v16_div)
      CASE(MK_MAXIMUM, v16_max)
      CASE(MK_MINIMUM, v16_min)
      CASE(MK_GREATER, greater_of)
#undef CASE
#undef LOOP
    }
    begin += last - first;
    first = 0;
    row++;
  }
}

// True when the operand's rows follow one another as one long row does.
static inline int is_one_row(size_t columns, size_t row_stride, size_t column_stride) {
  return row_stride == columns * column_stride;
}

static void binary(mk_binary_operation operation, size_t rows, size_t columns, const float *a, size_t a_row,
                   size_t a_column, const float *b, size_t b_row, size_t b_column, float *y) {
  if (rows == 0 || columns == 0) return;
  const size_t count = rows * columns;
  binary_task task = {operation, columns, a, a_row, a_column, b, b_row, b_column, y};
  if (columns == 1 && a_row <= 1 && b_row <= 1) {
    task = (binary_task){operation, rows, a, 0, a_row, b, 0, b_row, y};
  } else if (is_one_row(columns, a_row, a_column) && is_one_row(columns, b_row, b_column)) {
    task.columns = count;
  }
  mk_parallel(count, ELEMENT_GRAIN, binary_range, &task);
}

typedef struct {
  const float *x;
  float *y;
} accumulate_task;

static void accumulate_range(void *context, size_t begin, size_t end) {
  const accumulate_task t = *(const accumulate_task *)context;
  EACH_VECTOR(begin, end, {
    v16_store_n(t.y + i, v16_add(v16_load_n(t.y + i, n), v16_load_n(t.x + i, n)), n);
  });
}
static void accumulate(size_t count, const float *x, float *y) {
  accumulate_task task = {x, y};
  mk_parallel(count, ELEMENT_GRAIN, accumulate_range, &task);
}
