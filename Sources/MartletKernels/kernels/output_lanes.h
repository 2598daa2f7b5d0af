// Products of the fewest rows: the lanes of a vector are outputs. A block of b, as many rows as a vector has
// lanes, is transposed in registers, and each row of a multiplies it.
#ifndef MARTLET_OUTPUT_LANES_H
#define MARTLET_OUTPUT_LANES_H

#include "few_rows.h"

enum {
#if TILE_ROWS >= 14
  // Rows of a up to which lanes are outputs: as many accumulators as the transposed block leaves registers.
  OUTPUT_LANES_ROWS = 14,
  NARROW_OUTPUT_LANES_ROWS = 11,
#else
  OUTPUT_LANES_ROWS = 8,
  NARROW_OUTPUT_LANES_ROWS = 8,
#endif
  MOST_BLOCKS = 32 / VN_LANES,  // of b, computed in one go for one row
};

// How many of the outputs from a column on a vector holds.
static inline size_t lanes_of(const few_rows *p, size_t column) {
  return column >= p->columns ? 0 : least(VN_LANES, p->columns - column);
}

// What the accumulators of a row's outputs hold at first.
static inline vn first_sum(const few_rows *p, size_t row, size_t column) {
  const bool continues = p->start == MK_START_EXISTING;
  if (!continues && (p->start == MK_START_ZERO || !p->bias)) return vn_set(0);
  const float *from = continues ? p->c + row * p->c_stride + column : p->bias + column;
  const size_t lanes = lanes_of(p, column);
  if (lanes == VN_LANES) return vn_load(from);
  float line[VN_LANES] = {0};
  memcpy(line, from, lanes * sizeof(float));
  return vn_load(line);
}

static inline void store_sum(const few_rows *p, size_t row, size_t column, vn sum) {
  float *to = p->c + row * p->c_stride + column;
  const size_t lanes = lanes_of(p, column);
  if (lanes == VN_LANES) {
    vn_store(to, sum);
    return;
  }
  float line[VN_LANES];
  vn_store(line, sum);
  memcpy(to, line, lanes * sizeof(float));
}

// sum[r] += x[r] · weight for each of the rows from x on; two elements of each, one after the other, where the weights
// are pairs of narrow ones.
static inline __attribute__((always_inline)) void add_products(const few_rows *p, const float *x, const int rows,
                                                               const bool narrow, vn weight,
                                                               vn sum[OUTPUT_LANES_ROWS]) {
  const v16 pair = vn_to_v16(weight);
  const vn first = narrow ? vn_from_v16(widen_lower(pair)) : weight, second = vn_from_v16(widen_upper(pair));
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++, x += p->a_stride) {
    sum[r] = vn_fma(vn_set(x[0]), first, sum[r]);
    if (narrow) sum[r] = vn_fma(vn_set(x[1]), second, sum[r]);
  }
}

// The outputs of `blocks` blocks from `column` on, of `rows` rows from `first` on. Several blocks give several
// chains of multiply-adds, each of which waits for itself alone.
static inline __attribute__((always_inline)) void multiply_outputs(const few_rows *p, size_t first,
                                                                   size_t column, const int rows,
                                                                   const int blocks, const bool narrow) {
  const size_t left = p->columns - column, outputs = VN_LANES * (size_t)blocks;
  const char *row[VN_LANES * MOST_BLOCKS];
  for (size_t i = 0; i < outputs; i++) row[i] = row_of_b(p, column + (i < left ? i : left - 1));
  vn sum[MOST_BLOCKS][OUTPUT_LANES_ROWS];
#pragma GCC unroll 4
  for (int g = 0; g < blocks; g++)
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++) sum[g][r] = first_sum(p, first + (size_t)r, column + (size_t)g * VN_LANES);
  const float *a = p->a + first * p->a_stride;
  // A small block's multiply-adds wait for each other longer than its transposition takes.
  const int together = VN_LANES == 16 ? 1 : narrow ? 4 : 2;
  const size_t element = narrow ? sizeof(uint16_t) : sizeof(float), line = VN_BYTES / element;
  // The rows that come next, if there are as many, are fetched while these are used: in the order in which they lie
  // where that is one after the other, which memory likes best.
  const bool fetches = left >= 2 * outputs, in_order = p->b_stride == p->depth;
  const size_t ahead = outputs * p->b_stride * element;
  const char *next = row[0] + ahead;
  for (size_t k = 0; k < p->depth; k += line) {
    const size_t count = p->depth - k < line ? p->depth - k : line;
#pragma GCC unroll 4
    for (int start = 0; start < blocks; start += together) {
      const int stop = start + together < blocks ? start + together : blocks;
      vn block[MOST_BLOCKS][VN_LANES];
#pragma GCC unroll 4
      for (int g = start; g < stop; g++) {
        const char *const *block_row = row + g * VN_LANES;
        if (fetches && in_order) {
#pragma GCC unroll 16
          for (int i = 0; i < VN_LANES * VN_BYTES; i += 64) __builtin_prefetch(next + i, 0, 2);
          next += VN_LANES * VN_BYTES;
        } else if (fetches) {
#pragma GCC unroll 16
          for (int i = 0; i < VN_LANES; i++) __builtin_prefetch(block_row[i] + ahead + k * element, 0, 2);
        }
        if (count == line)
          vn_load_transposed(block_row, k * element, block[g]);
        else
          vn_load_transposed_first(block_row, k * element, count * element, block[g]);
      }
      if (count == line) {
#pragma GCC unroll 16
        for (int i = 0; i < VN_LANES; i++)
#pragma GCC unroll 4
          for (int g = start; g < stop; g++)
            add_products(p, a + k + (narrow ? 2 : 1) * (size_t)i, rows, narrow, block[g][i], sum[g]);
      } else {
        for (size_t i = 0; i < count; i++)
#pragma GCC unroll 4
          for (int g = start; g < stop; g++) {
            const v16 pair = vn_to_v16(block[g][narrow ? i / 2 : i]);
            const vn weight = vn_from_v16(!narrow ? pair : i % 2 ? widen_upper(pair) : widen_lower(pair));
            add_products(p, a + k + i, rows, false, weight, sum[g]);
          }
      }
    }
  }
#pragma GCC unroll 4
  for (int g = 0; g < blocks; g++)
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++)
      store_sum(p, first + (size_t)r, column + (size_t)g * VN_LANES, sum[g][r]);
}

typedef void (*outputs_function)(const few_rows *p, size_t first, size_t column);
#define FOR_FEW_8(f) f(1) f(2) f(3) f(4) f(5) f(6) f(7) f(8)
#define FOR_FEW_14(f) FOR_FEW_8(f) f(9) f(10) f(11) f(12) f(13) f(14)
#if TILE_ROWS >= 14
#define FOR_FEW FOR_FEW_14
#else
#define FOR_FEW FOR_FEW_8
#endif
#define DEFINE_OUTPUTS(rows)                                                          \
  static void outputs_##rows(const few_rows *p, size_t first, size_t column) {        \
    multiply_outputs(p, first, column, rows, 1, false);                               \
  }                                                                                   \
  static void narrow_outputs_##rows(const few_rows *p, size_t first, size_t column) { \
    multiply_outputs(p, first, column, rows, 1, true);                                \
  }
#define NAME_OUTPUTS(rows) {outputs_##rows, narrow_outputs_##rows},
FOR_FEW(DEFINE_OUTPUTS)
static const outputs_function outputs_functions[OUTPUT_LANES_ROWS][2] = {FOR_FEW(NAME_OUTPUTS)};
#undef FOR_FEW_8
#undef FOR_FEW_14
#undef FOR_FEW
#undef DEFINE_OUTPUTS
#undef NAME_OUTPUTS

static void one_row_outputs(const few_rows *p, size_t first, size_t column) {
  multiply_outputs(p, first, column, 1, MOST_BLOCKS, false);
}
static void narrow_one_row_outputs(const few_rows *p, size_t first, size_t column) {
  multiply_outputs(p, first, column, 1, MOST_BLOCKS, true);
}

// The outputs column ..< end for `rows` rows from `first` on.
static void multiply_output_lanes(const few_rows *p, size_t first, size_t rows, size_t column, size_t end) {
  if (rows == 1)
    for (; column + MOST_BLOCKS * VN_LANES <= end; column += MOST_BLOCKS * VN_LANES)
      (p->narrow ? narrow_one_row_outputs : one_row_outputs)(p, first, column);
  for (; column < end; column += VN_LANES) outputs_functions[rows - 1][p->narrow](p, first, column);
}

#endif
