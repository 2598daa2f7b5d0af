// Rows and elements chosen by index. Indices are checked by the caller.
#include "each_vector.h"
#include "grain.h"

typedef struct {
  size_t count, width;
  const int32_t *ids;
  const float *x;  // what is read
  float *y;        // what is written
} indexing_task;

static void gather_rows_range(void *context, size_t begin, size_t end) {
  const indexing_task t = *(const indexing_task *)context;
  for (size_t row = begin; row < end; row++)
    memcpy(t.y + row * t.width, t.x + (size_t)t.ids[row] * t.width, t.width * sizeof(float));
}
static void gather_rows(size_t count, size_t width, const int32_t *ids, const float *table, float *y) {
  if (width == 0) return;
  indexing_task task = {count, width, ids, table, y};
  mk_parallel(count, grain_of(width), gather_rows_range, &task);
}

// Columns begin ..< end of the table: threads divide its width, so each element keeps its order of additions.
static void scatter_add_rows_range(void *context, size_t begin, size_t end) {
  const indexing_task t = *(const indexing_task *)context;
  for (size_t row = 0; row < t.count; row++) {
    const float *x = t.x + row * t.width;
    float *y = t.y + (size_t)t.ids[row] * t.width;
    EACH_VECTOR(begin, end, { v16_store_n(y + i, v16_add(v16_load_n(y + i, n), v16_load_n(x + i, n)), n); });
  }
}
static void scatter_add_rows(size_t count, size_t width, size_t rows, const int32_t *ids, const float *x,
                             float *table) {
  (void)rows;
  if (count == 0) return;
  indexing_task task = {count, width, ids, x, table};
  mk_parallel(width, vector_grain_of(count), scatter_add_rows_range, &task);
}

static void take_columns_range(void *context, size_t begin, size_t end) {
  const indexing_task t = *(const indexing_task *)context;
  for (size_t row = begin; row < end; row++) t.y[row] = t.x[row * t.width + (size_t)t.ids[row]];
}
static void take_columns(size_t rows, size_t columns, const float *x, const int32_t *ids, float *y) {
  indexing_task task = {rows, columns, ids, x, y};
  mk_parallel(rows, ELEMENT_GRAIN, take_columns_range, &task);
}

static void put_columns_range(void *context, size_t begin, size_t end) {
  const indexing_task t = *(const indexing_task *)context;
  for (size_t row = begin; row < end; row++) t.y[row * t.width + (size_t)t.ids[row]] += t.x[row];
}
static void put_columns(size_t rows, size_t columns, const float *x, const int32_t *ids, float *y) {
  indexing_task task = {rows, columns, ids, x, y};
  mk_parallel(rows, ELEMENT_GRAIN, put_columns_range, &task);
}
