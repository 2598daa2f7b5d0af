// What the two ways to multiply few rows share; see few_rows_product.h.
#ifndef MARTLET_FEW_ROWS_H
#define MARTLET_FEW_ROWS_H

#include "each_vector.h"
#include "narrow_weights.h"

enum {
  GROUP_OUTPUTS = 16,       // outputs that one thread computes, at least
  FEW_ROWS_WORK = 1 << 16,  // multiply-adds, or elements of b, that are worth a thread of their own
};

typedef struct {
  const mk_factor *factors;  // the fields below that are a factor's are set for one at a time
  size_t factor_count;
  bool narrow;  // whether b is bfloat16
  mk_start start;
  size_t rows, columns, depth;
  const float *a;
  size_t a_stride;
  const void *b;
  size_t b_stride;  // in elements
  const float *bias;
  float *c;
  size_t c_stride;
  size_t turned_rows;  // rows of a from the first on whose lanes are rows; the others' lanes are outputs
  float *turned;       // those rows, transposed: [groups of ROW_LANES rows][depth][lanes]
} few_rows;

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

static inline const char *row_of_b(const few_rows *p, size_t row) {
  return (const char *)p->b + row * p->b_stride * (p->narrow ? sizeof(uint16_t) : sizeof(float));
}

// Two elements of bfloat16 in each lane, the first in the lower half, widened.
V16 v16 widen_lower(v16 pairs) { return v16_from_bits(i16_shift_left(v16_bits(pairs), 16)); }
V16 v16 widen_upper(v16 pairs) { return v16_from_bits(i16_and(v16_bits(pairs), i16_set((int32_t)0xffff0000))); }

#endif
