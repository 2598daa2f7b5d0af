// The product of few rows with a large matrix, c = start + a · bᵀ: decoding. The time is that of reading b,
// so each of its rows is read once, where it lies, in float32 or bfloat16 (widened exactly).
//
// Every output has one accumulator, fused multiply-adds and an ascending depth, as in matrix_product.h, whose
// bits these are. There are two ways to fill the lanes of a vector: output_lanes.h and row_lanes.h.
#ifndef MARTLET_FEW_ROWS_PRODUCT_H
#define MARTLET_FEW_ROWS_PRODUCT_H

#include "grain.h"
#include "output_lanes.h"
#include "row_lanes.h"

enum {
  FEW_ROWS = 512,  // rows up to which this was measured to be faster than a product that packs b
  TURNED_ELEMENTS = 1 << 17,  // of a that one walk through b uses: they stay in the second-level cache
};

// The outputs of b's rows begin · 16 ..< end · 16, for all rows of a: as many of these at a time as stay in
// the cache, and for them each row of b.
static void multiply_groups(const few_rows *p, size_t begin, size_t end) {
  const size_t rest = p->rows - p->turned_rows, last = least(end * GROUP_OUTPUTS, p->columns);
  if (p->turned_rows == 0) {
    multiply_output_lanes(p, 0, rest, begin * GROUP_OUTPUTS, last);
    return;
  }
  const size_t fitting = TURNED_ELEMENTS / (p->depth + 1) / ROW_LANES * ROW_LANES;
  const size_t chunk = fitting > ROW_LANES ? fitting : ROW_LANES;
  for (size_t start = 0; start < p->turned_rows; start += chunk) {
    const size_t stop = least(start + chunk, p->turned_rows);
    for (size_t column = begin * GROUP_OUTPUTS; column < last; column += GROUP_OUTPUTS) {
      multiply_row_lanes(p, start, stop, column);
      if (stop == p->turned_rows && rest > 0)
        multiply_output_lanes(p, stop, rest, column, least(column + GROUP_OUTPUTS, last));
    }
  }
}

static size_t groups_of(size_t columns) { return (columns + GROUP_OUTPUTS - 1) / GROUP_OUTPUTS; }

// Groups begin ..< end of the outputs of all factors, one factor after another.
static void multiply_factors(void *context, size_t begin, size_t end) {
  const few_rows *p = context;
  size_t before = 0;
  for (size_t i = 0; i < p->factor_count && before < end; i++) {
    const mk_factor *factor = &p->factors[i];
    const size_t groups = groups_of(factor->columns);
    if (before + groups > begin && groups > 0) {
      few_rows one = *p;
      one.narrow = factor->is_bfloat16 != 0;
      one.columns = factor->columns;
      one.b = factor->b;
      one.b_stride = factor->b_stride;
      one.bias = factor->bias;
      one.c = factor->c;
      one.c_stride = factor->c_stride;
      multiply_groups(&one, begin > before ? begin - before : 0, end - before < groups ? end - before : groups);
    }
    before += groups;
  }
}

static void few_rows_product(mk_start start, size_t rows, size_t depth, const float *a, size_t a_stride,
                             const mk_factor *factors, size_t factor_count) {
  few_rows p = {.start = start, .rows = rows, .depth = depth, .a = a, .a_stride = a_stride, .factors = factors,
                .factor_count = factor_count};
  bool narrow = false;
  size_t groups = 0;
  for (size_t i = 0; i < factor_count; i++) {
    narrow |= factors[i].is_bfloat16 != 0;
    groups += groups_of(factors[i].columns);
  }
  if (rows == 0 || groups == 0) return;
  // Whole vectors of rows, and the rest with outputs as lanes where that is fewer multiply-adds.
  const size_t rest = rows % 16, limit = narrow ? NARROW_OUTPUT_LANES_ROWS : OUTPUT_LANES_ROWS;
  p.turned_rows = rest <= limit ? rows - rest : rows;
  if (p.turned_rows > 0) {
    p.turned = mk_scratch(0, (p.turned_rows + 15) / 16 * 16 * depth * sizeof(float));
    mk_parallel((depth + 15) / 16, grain_of(p.turned_rows * 16), turn_rows, &p);
  }
  // Large stretches of b, since memory is fastest where it is read on and on; two for each thread, since one may come
  // later than the other.
  const size_t parts = 2 * (size_t)mk_threads_current(), share = (groups + parts - 1) / parts;
  const size_t enough = FEW_ROWS_WORK / (GROUP_OUTPUTS * (depth + 1)) + 1;
  mk_parallel(groups, share > enough ? share : enough, multiply_factors, &p);
}

#endif
