// Products of few rows, but more than a handful: the lanes of a vector are rows. Those of a are transposed once, and
// elements of b are spread over the lanes.
#ifndef MARTLET_ROW_LANES_H
#define MARTLET_ROW_LANES_H

#include "few_rows.h"
#include "packing.h"

enum {
#if TILE_ROWS >= 14
  ROW_VECTORS = 2,        // vectors of rows computed together
  ROW_LANES_OUTPUTS = 8,  // outputs computed together
#else
  ROW_VECTORS = 1,
  ROW_LANES_OUTPUTS = 4,
#endif
  ROW_LANES = ROW_VECTORS * 16,
  WIDENING_ROWS = 2 * ROW_LANES,  // rows from which on bfloat16 is widened in a pass of its own
};

static void widen_row(const void *from, size_t count, float *to) {
  for (size_t i = 0; i < count; i++) {
    uint16_t x;
    memcpy(&x, (const char *)from + i * sizeof x, sizeof x);
    to[i] = widen_one_bfloat16(x);
  }
}

// How many vectors hold the rows of the group that starts at a row.
static size_t vectors_of_group(const few_rows *p, size_t first) {
  return ROW_VECTORS == 2 && p->turned_rows - first > 16 ? 2 : 1;
}

// Transposes the columns 16 · begin ..< 16 · end of a: a row becomes a lane.
static void turn_rows(void *context, size_t begin, size_t end) {
  const few_rows *p = context;
  const size_t k = begin * 16, depth = least(end * 16, p->depth) - k;
  for (size_t first = 0; first < p->turned_rows; first += ROW_LANES) {
    const size_t lanes = vectors_of_group(p, first) * 16;
    for (size_t lane = 0; lane < lanes; lane += 16) {
      const size_t row = first + lane, height = least(16, p->turned_rows - row);
      pack_rows(height, depth, p->a + row * p->a_stride + k, p->a_stride,
                p->turned + first * p->depth + k * lanes + lane, lanes);
    }
  }
}

// sum[j][v] over the whole depth for ROW_LANES_OUTPUTS rows of b; `sums` has 16 · vectors lanes for each.
static inline __attribute__((always_inline)) void multiply_row_lanes_tile(const char *const *row, size_t ahead,
                                                                          size_t depth, const float *x,
                                                                          float *sums, const int vectors,
                                                                          const bool narrow) {
  v16 sum[ROW_LANES_OUTPUTS][ROW_VECTORS];
#pragma GCC unroll 16
  for (int j = 0; j < ROW_LANES_OUTPUTS; j++)
#pragma GCC unroll 2
    for (int v = 0; v < vectors; v++) sum[j][v] = v16_load(sums + (j * vectors + v) * 16);
  const size_t line = narrow ? 32 : 16, step = narrow ? 2 : 1, element = narrow ? 2 : 4;
  for (size_t k = 0; k < depth;) {
#pragma GCC unroll 16
    for (int j = 0; j < ROW_LANES_OUTPUTS; j++) __builtin_prefetch(row[j] + k * element + ahead, 0, 2);
    const size_t end = depth - k < line ? depth : k + line;
#pragma GCC unroll 2
    for (; k + step <= end; k += step) {
      v16 lower[ROW_VECTORS], upper[ROW_VECTORS];
#pragma GCC unroll 2
      for (int v = 0; v < vectors; v++) lower[v] = v16_load(x + v * 16);
      x += vectors * 16;
      if (narrow) {
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++) upper[v] = v16_load(x + v * 16);
        x += vectors * 16;
      }
#pragma GCC unroll 16
      for (int j = 0; j < ROW_LANES_OUTPUTS; j++) {
        if (narrow) {
          int32_t pair;
          memcpy(&pair, row[j] + k * element, sizeof pair);
          const v16 pairs = v16_from_bits(i16_set(pair));
          const v16 first = widen_lower(pairs), second = widen_upper(pairs);
#pragma GCC unroll 2
          for (int v = 0; v < vectors; v++)
            sum[j][v] = v16_fma(upper[v], second, v16_fma(lower[v], first, sum[j][v]));
        } else {
          float weight;
          memcpy(&weight, row[j] + k * element, sizeof weight);
#pragma GCC unroll 2
          for (int v = 0; v < vectors; v++) sum[j][v] = v16_fma(lower[v], v16_set(weight), sum[j][v]);
        }
      }
    }
    if (narrow && k < end) {  // the last of an odd depth
#pragma GCC unroll 16
      for (int j = 0; j < ROW_LANES_OUTPUTS; j++) {
        uint16_t weight;
        memcpy(&weight, row[j] + k * element, sizeof weight);
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
          sum[j][v] = v16_fma(v16_load(x + v * 16), v16_set(widen_one_bfloat16(weight)), sum[j][v]);
      }
      k++;
    }
  }
#pragma GCC unroll 16
  for (int j = 0; j < ROW_LANES_OUTPUTS; j++)
#pragma GCC unroll 2
    for (int v = 0; v < vectors; v++) v16_store(sums + (j * vectors + v) * 16, sum[j][v]);
}

#define DEFINE_TILE(name, vectors, narrow)                                                                 \
  static void name(const char *const *row, size_t ahead, size_t depth, const float *x, float *sums) {      \
    multiply_row_lanes_tile(row, ahead, depth, x, sums, vectors, narrow);                                  \
  }
DEFINE_TILE(row_lanes_1, 1, false)
DEFINE_TILE(narrow_row_lanes_1, 1, true)
#if TILE_ROWS >= 14
DEFINE_TILE(row_lanes_2, 2, false)
DEFINE_TILE(narrow_row_lanes_2, 2, true)
#endif
#undef DEFINE_TILE

// How many outputs there are from a column on, at most 16.
static size_t width_of(const few_rows *p, size_t column) {
  return least(GROUP_OUTPUTS, p->columns - column);
}

// What the accumulators of a row's outputs hold at first, where they go on from what c holds.
static inline v16 kept_sum(const few_rows *p, size_t row, size_t column) {
  return v16_load_n(p->c + row * p->c_stride + column, width_of(p, column));
}

// The outputs column ..< column + 16 of the group of rows that starts at `first`. The rows of b stand at `row`,
// and what is `ahead` of them, in bytes, is fetched.
static void multiply_row_group(const few_rows *p, size_t first, size_t column, const char *const row[GROUP_OUTPUTS],
                               bool narrow, size_t ahead) {
  const size_t width = width_of(p, column);
  const size_t height = least(ROW_LANES, p->turned_rows - first);
  const size_t vectors = vectors_of_group(p, first);
  for (size_t r = 0; r < height; r++)  // fetched for writing while the products are computed
    __builtin_prefetch(p->c + (first + r) * p->c_stride + column, 1);
  float sums[GROUP_OUTPUTS * ROW_LANES];
  for (size_t v = 0; v < vectors; v++) {
    v16 block[16];
    if (p->start == MK_START_EXISTING) {
      for (size_t r = 0; r < 16; r++)
        block[r] = v * 16 + r < height ? kept_sum(p, first + v * 16 + r, column) : v16_set(0);
      v16_transpose(block);
    } else {  // the same for all rows
      const bool has_bias = p->start == MK_START_BIAS && p->bias;
      for (size_t i = 0; i < GROUP_OUTPUTS; i++) block[i] = v16_set(has_bias && i < width ? p->bias[column + i] : 0);
    }
    for (size_t i = 0; i < GROUP_OUTPUTS; i++) v16_store(sums + (i * vectors + v) * 16, block[i]);
  }
  const float *x = p->turned + first * p->depth;
  for (size_t i = 0; i < width; i += ROW_LANES_OUTPUTS) {
    float *to = sums + i * vectors * 16;
#if TILE_ROWS >= 14
    if (vectors == 2) {
      (narrow ? narrow_row_lanes_2 : row_lanes_2)(row + i, ahead, p->depth, x, to);
      continue;
    }
#endif
    (narrow ? narrow_row_lanes_1 : row_lanes_1)(row + i, ahead, p->depth, x, to);
  }
  for (size_t v = 0; v < vectors; v++) {
    v16 block[16];
    for (size_t i = 0; i < GROUP_OUTPUTS; i++) block[i] = v16_load(sums + (i * vectors + v) * 16);
    v16_transpose(block);
    float *c = p->c + (first + v * 16) * p->c_stride + column;
    for (size_t r = 0; r < 16; r++)
      if (v * 16 + r < height) v16_store_n(c + r * p->c_stride, block[r], width);
  }
}

// The outputs column ..< column + 16 of the turned rows start ..< stop. For many rows, narrow rows of b are widened
// once, not for each group of rows anew.
static void multiply_row_lanes(const few_rows *p, size_t start, size_t stop, size_t column) {
  const size_t width = width_of(p, column);
  const bool widens = p->narrow && stop - start >= WIDENING_ROWS;
  float *wide = widens ? mk_scratch(2, GROUP_OUTPUTS * p->depth * sizeof(float)) : NULL;
  const char *row[GROUP_OUTPUTS];
  for (size_t i = 0; i < GROUP_OUTPUTS; i++) {
    row[i] = row_of_b(p, column + (i < width ? i : width - 1));
    if (!widens) continue;
    if (i < width) widen_row(row[i], p->depth, wide + i * p->depth);
    row[i] = (const char *)(wide + (i < width ? i : width - 1) * p->depth);
  }
  const bool fetches = !widens && p->columns - column >= 2 * GROUP_OUTPUTS;  // what is there
  const size_t ahead = fetches ? (size_t)(row_of_b(p, GROUP_OUTPUTS) - row_of_b(p, 0)) : 0;
  for (size_t first = start; first < stop; first += ROW_LANES)  // once fetched is enough
    multiply_row_group(p, first, column, row, p->narrow && !widens, first == start ? ahead : 0);
}

#endif
