// The product of one row with a matrix whose rows are the depth, c = start + a · b. The time is that of reading b, so
// each of its rows is read along its length: a stretch of some pages' breadth, whose sums stay in the first-level cache.
//
// The bits are those of matrix_product.h: one accumulator an output, fused multiply-adds, an ascending depth.
#ifndef MARTLET_ONE_ROW_PRODUCT_H
#define MARTLET_ONE_ROW_PRODUCT_H

#include "few_rows.h"

enum {
  STRETCH = 1024,      // columns
  ROWS_TOGETHER = 4,   // of b, for one pass over the sums
};

typedef struct {
  mk_start start;
  size_t columns, depth;
  const float *a;
  size_t a_step;  // from element to element
  const float *b;
  size_t b_stride;
  const float *bias;
  float *c;
} one_row;

// c[i] += Σ a[k] · b[k, i] for `rows` rows of b, and those that come after them are fetched.
static inline __attribute__((always_inline)) void add_rows(const one_row *p, size_t k, const int rows, size_t column,
                                                           size_t width) {
  const float *b = p->b + k * p->b_stride + column;
  float *c = p->c + column;
  const size_t ahead = k + 2 * ROWS_TOGETHER <= p->depth ? ROWS_TOGETHER * p->b_stride : 0;
  v16 x[ROWS_TOGETHER];
#pragma GCC unroll 4
  for (int r = 0; r < rows; r++) x[r] = v16_set(p->a[(k + (size_t)r) * p->a_step]);
  size_t i = 0;
  for (; i + 16 <= width; i += 16) {
    v16 sum = v16_load(c + i);
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++) {
      const float *row = b + (size_t)r * p->b_stride + i;
      __builtin_prefetch(row + ahead, 0, 2);
      sum = v16_fma(x[r], v16_load(row), sum);
    }
    v16_store(c + i, sum);
  }
  if (i == width) return;
  v16 sum = v16_load_first(c + i, width - i, 0);
#pragma GCC unroll 4
  for (int r = 0; r < rows; r++)
    sum = v16_fma(x[r], v16_load_first(b + (size_t)r * p->b_stride + i, width - i, 0), sum);
  v16_store_first(c + i, sum, width - i);
}

static void multiply_stretches(void *context, size_t begin, size_t end) {
  const one_row *p = context;
  for (size_t column = begin * STRETCH; column < least(end * STRETCH, p->columns); column += STRETCH) {
    const size_t width = least(STRETCH, p->columns - column);
    if (p->start == MK_START_BIAS && p->bias)
      memcpy(p->c + column, p->bias + column, width * sizeof(float));
    else if (p->start != MK_START_EXISTING)
      memset(p->c + column, 0, width * sizeof(float));
    size_t k = 0;
    for (; k + ROWS_TOGETHER <= p->depth; k += ROWS_TOGETHER) add_rows(p, k, ROWS_TOGETHER, column, width);
    for (; k < p->depth; k++) add_rows(p, k, 1, column, width);
  }
}

static void one_row_product(one_row p) {
  mk_parallel((p.columns + STRETCH - 1) / STRETCH, FEW_ROWS_WORK / (STRETCH * (p.depth + 1)) + 1, multiply_stretches,
              &p);
}

#endif
