// The product of few rows with a large matrix, c = start + a · bᵀ: decoding. The time is that of reading b,
// so each of its rows is read once, where it lies, in float32 or bfloat16 (widened exactly).
//
// Every output has one accumulator, fused multiply-adds and an ascending depth, as in matrix_product.h, whose
// bits these are. There are two ways to fill the lanes of a vector:
//   - with 16 outputs, for the fewest rows: a block of 16 rows of b is transposed in registers;
//   - with 16 rows of a, for more of them: a is transposed once, and elements of b are spread over the lanes.
#ifndef MARTLET_FEW_ROWS_PRODUCT_H
#define MARTLET_FEW_ROWS_PRODUCT_H

#include "narrow_weights.h"
#include "each_vector.h"
#include "grain.h"

enum {
  OUTPUTS = 16,  // outputs that are computed together
#if TILE_ROWS >= 14
  // Rows of a up to which lanes are outputs: as many accumulators as the transposed block leaves registers.
  OUTPUT_LANES_ROWS = 14,
  NARROW_OUTPUT_LANES_ROWS = 11,
  MOST_GROUPS = 2,        // of 16 outputs, computed together for one row
  ROW_VECTORS = 2,        // vectors of rows computed together where lanes are rows
  ROW_LANES_OUTPUTS = 8,  // outputs computed together there
#else
  OUTPUT_LANES_ROWS = 8,
  NARROW_OUTPUT_LANES_ROWS = 8,
  MOST_GROUPS = 2,
  ROW_VECTORS = 1,
  ROW_LANES_OUTPUTS = 4,
#endif
  FEW_ROWS = 512,  // rows up to which this was measured to be faster than a product that packs b
  ROW_LANES = ROW_VECTORS * 16,
  TURNED_ELEMENTS = 1 << 17,  // of a that one walk through b uses: they stay in the second-level cache
  FEW_ROWS_WORK = 1 << 16,    // multiply-adds, or elements of b, that are worth a thread of their own
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

// MARK: Elements of b

// The two elements of each lane, the lower half first.
V16 v16 widen_lower(i16 pairs) { return v16_from_bits(i16_shift_left(pairs, 16)); }
V16 v16 widen_upper(i16 pairs) { return v16_from_bits(i16_and(pairs, i16_set((int32_t)0xffff0000))); }

static inline const char *row_of_b(const few_rows *p, size_t row) {
  return (const char *)p->b + row * p->b_stride * (p->narrow ? sizeof(uint16_t) : sizeof(float));
}

// How many outputs there are from a column on, at most 16.
static size_t width_of(const few_rows *p, size_t column) {
  const size_t left = p->columns - column;
  return left < OUTPUTS ? left : OUTPUTS;
}

// What the accumulators of a row's outputs hold at first.
static v16 start_of(const few_rows *p, size_t row, size_t column) {
  const bool continues = p->start == MK_START_EXISTING;
  if (!continues && (p->start == MK_START_ZERO || !p->bias)) return v16_set(0);
  return v16_load_n(continues ? p->c + row * p->c_stride + column : p->bias + column, width_of(p, column));
}

// MARK: Lanes are outputs

// `count` columns, at most a cache line of them, of 16 rows of b, transposed: a vector of outputs for each
// column, or for each pair of columns where they are narrow. Past the count all is zero.
V16 void load_transposed(const char *const row[OUTPUTS], size_t byte, size_t count, const bool narrow,
                         v16 block[16]) {
  const size_t bytes = count * (narrow ? sizeof(uint16_t) : sizeof(float));
  if (bytes == 64) {
#pragma GCC unroll 16
    for (int i = 0; i < OUTPUTS; i++) {
      const char *from = row[i] + byte;
      block[i] = narrow ? v16_from_bits(i16_load((const int32_t *)(const void *)from))
                        : v16_load((const float *)(const void *)from);
    }
  } else {
    float line[16];
    for (int i = 0; i < OUTPUTS; i++) {
      memset(line, 0, sizeof line);
      memcpy(line, row[i] + byte, bytes);
      block[i] = v16_load(line);
    }
  }
  v16_transpose(block);
}

// The outputs column ..< column + 16 · groups of `rows` rows from `first` on. Several groups of outputs give
// several chains of multiply-adds, each of which waits for itself alone.
static inline __attribute__((always_inline)) void multiply_outputs(const few_rows *p, size_t first,
                                                                   size_t column, const int rows,
                                                                   const int groups, const bool narrow) {
  const size_t left = p->columns - column, last = left - 1;
  const char *row[OUTPUTS * MOST_GROUPS];
  for (size_t i = 0; i < OUTPUTS * (size_t)groups; i++) row[i] = row_of_b(p, column + (i < left ? i : last));
  v16 sum[MOST_GROUPS][OUTPUT_LANES_ROWS];
#pragma GCC unroll 2
  for (int g = 0; g < groups; g++)
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++) sum[g][r] = start_of(p, first + (size_t)r, column + (size_t)g * OUTPUTS);
  const float *a = p->a + first * p->a_stride;
  const size_t line = narrow ? 32 : 16, element = narrow ? 2 : 4;  // elements of a cache line, their bytes
  // The rows that come next are fetched while these are used: in the order in which they lie where that is one
  // after the other, which memory likes best.
  const size_t ahead = OUTPUTS * (size_t)groups * p->b_stride * element;
  const char *next = p->b_stride == p->depth ? row[0] + ahead : NULL;
  for (size_t k = 0; k < p->depth; k += line) {
    const size_t count = p->depth - k < line ? p->depth - k : line;
#pragma GCC unroll 2
    for (int g = 0; g < groups; g++) {
      if (next) {
#pragma GCC unroll 16
        for (int i = 0; i < 16; i++) __builtin_prefetch(next + i * 64, 0, 2);
        next += 16 * 64;
      } else {
#pragma GCC unroll 16
        for (int i = 0; i < 16; i++) __builtin_prefetch(row[g * OUTPUTS + i] + ahead + k * element, 0, 2);
      }
      v16 block[16];
      load_transposed(row + g * OUTPUTS, k * element, count, narrow, block);
      if (count == line) {
#pragma GCC unroll 16
        for (int i = 0; i < 16; i++) {
          if (narrow) {
            const i16 pairs = v16_bits(block[i]);
            const v16 lower = widen_lower(pairs), upper = widen_upper(pairs);
#pragma GCC unroll 16
            for (int r = 0; r < rows; r++) {
              const float *x = a + (size_t)r * p->a_stride + k + 2 * i;
              sum[g][r] = v16_fma(v16_set(x[0]), lower, sum[g][r]);
              sum[g][r] = v16_fma(v16_set(x[1]), upper, sum[g][r]);
            }
          } else {
#pragma GCC unroll 16
            for (int r = 0; r < rows; r++)
              sum[g][r] = v16_fma(v16_set(a[(size_t)r * p->a_stride + k + i]), block[i], sum[g][r]);
          }
        }
      } else {
        for (size_t i = 0; i < count; i++) {
          const i16 pairs = v16_bits(block[narrow ? i / 2 : i]);
          const v16 weight = !narrow ? block[i] : i % 2 ? widen_upper(pairs) : widen_lower(pairs);
#pragma GCC unroll 16
          for (int r = 0; r < rows; r++)
            sum[g][r] = v16_fma(v16_set(a[(size_t)r * p->a_stride + k + i]), weight, sum[g][r]);
        }
      }
    }
  }
#pragma GCC unroll 2
  for (int g = 0; g < groups; g++) {
    const size_t at = column + (size_t)g * OUTPUTS;
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++)
      v16_store_n(p->c + (first + (size_t)r) * p->c_stride + at, sum[g][r], width_of(p, at));
  }
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

// The outputs of b's rows begin · 16 ..< end · 16 for the one row `first`.
static void multiply_one_row(const few_rows *p, size_t first, size_t begin, size_t end) {
  size_t group = begin;
  for (; group + MOST_GROUPS <= end; group += MOST_GROUPS) {
    if (p->narrow)
      multiply_outputs(p, first, group * OUTPUTS, 1, MOST_GROUPS, true);
    else
      multiply_outputs(p, first, group * OUTPUTS, 1, MOST_GROUPS, false);
  }
  for (; group < end; group++) outputs_functions[0][p->narrow](p, first, group * OUTPUTS);
}

// MARK: Lanes are rows

// How many vectors hold the rows of the group that starts at a row.
static size_t vectors_of_group(const few_rows *p, size_t first) {
  return ROW_VECTORS == 2 && p->turned_rows - first > 16 ? 2 : 1;
}

// Transposes the columns 16 · begin ..< 16 · end of a: a row becomes a lane.
static void turn_rows(void *context, size_t begin, size_t end) {
  const few_rows *p = context;
  for (size_t first = 0; first < p->turned_rows; first += ROW_LANES) {
    const size_t vectors = vectors_of_group(p, first), lanes = vectors * 16;
    float *to = p->turned + first * p->depth;
    for (size_t k = begin * 16; k < end * 16 && k < p->depth; k += 16) {
      const size_t count = p->depth - k < 16 ? p->depth - k : 16;
      for (size_t v = 0; v < vectors; v++) {
        const size_t row = first + v * 16, height = p->turned_rows - row;
        const float *a = p->a + row * p->a_stride + k;
        v16 block[16];
        if (count == 16 && height >= 16) {
#pragma GCC unroll 16
          for (size_t i = 0; i < 16; i++) block[i] = v16_load(a + i * p->a_stride);
        } else {
          for (size_t i = 0; i < 16; i++)
            block[i] = i < height ? v16_load_n(a + i * p->a_stride, count) : v16_set(0);
        }
        v16_transpose(block);
        for (size_t i = 0; i < 16; i++)
          if (i < count) v16_store(to + (k + i) * lanes + v * 16, block[i]);
      }
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
          const i16 pairs = i16_set(pair);
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

// The outputs column ..< column + 16 of the group of rows that starts at `first`.
static void multiply_row_lanes(const few_rows *p, size_t first, size_t column) {
  const size_t width = width_of(p, column);
  const size_t height = p->turned_rows - first < ROW_LANES ? p->turned_rows - first : ROW_LANES;
  const size_t vectors = vectors_of_group(p, first);
  const size_t ahead = OUTPUTS * p->b_stride * (p->narrow ? sizeof(uint16_t) : sizeof(float));
  const char *row[OUTPUTS];
  for (size_t i = 0; i < OUTPUTS; i++) row[i] = row_of_b(p, column + (i < width ? i : width - 1));
  for (size_t r = 0; r < height; r++)  // fetched for writing while the products are computed
    __builtin_prefetch(p->c + (first + r) * p->c_stride + column, 1);
  float sums[OUTPUTS * ROW_LANES];
  for (size_t v = 0; v < vectors; v++) {
    v16 block[16];
    if (p->start == MK_START_EXISTING) {
      for (size_t r = 0; r < 16; r++)
        block[r] = v * 16 + r < height ? start_of(p, first + v * 16 + r, column) : v16_set(0);
      v16_transpose(block);
    } else {  // the same for all rows
      const bool has_bias = p->start == MK_START_BIAS && p->bias;
      for (size_t i = 0; i < OUTPUTS; i++) block[i] = v16_set(has_bias && i < width ? p->bias[column + i] : 0);
    }
    for (size_t i = 0; i < OUTPUTS; i++) v16_store(sums + (i * vectors + v) * 16, block[i]);
  }
  const float *x = p->turned + first * p->depth;
  for (size_t i = 0; i < width; i += ROW_LANES_OUTPUTS) {
    float *to = sums + i * vectors * 16;
#if TILE_ROWS >= 14
    if (vectors == 2) {
      (p->narrow ? narrow_row_lanes_2 : row_lanes_2)(row + i, ahead, p->depth, x, to);
      continue;
    }
#endif
    (p->narrow ? narrow_row_lanes_1 : row_lanes_1)(row + i, ahead, p->depth, x, to);
  }
  for (size_t v = 0; v < vectors; v++) {
    v16 block[16];
    for (size_t i = 0; i < OUTPUTS; i++) block[i] = v16_load(sums + (i * vectors + v) * 16);
    v16_transpose(block);
    float *c = p->c + (first + v * 16) * p->c_stride + column;
    for (size_t r = 0; r < 16; r++)
      if (v * 16 + r < height) v16_store_n(c + r * p->c_stride, block[r], width);
  }
}

// MARK: The product

// The outputs of b's rows begin · 16 ..< end · 16, for all rows of a: as many of these at a time as stay in
// the cache, and for them each row of b.
static void multiply_groups(const few_rows *p, size_t begin, size_t end) {
  if (p->rows == 1) {
    multiply_one_row(p, 0, begin, end);
    return;
  }
  const size_t rest = p->rows - p->turned_rows;
  const size_t fitting = TURNED_ELEMENTS / (p->depth + 1) / ROW_LANES * ROW_LANES;
  const size_t chunk = fitting > ROW_LANES ? fitting : ROW_LANES;
  for (size_t start = 0; start == 0 || start < p->turned_rows; start += chunk) {  // once where none is turned
    const size_t left = p->turned_rows - start, stop = start + (left < chunk ? left : chunk);
    for (size_t group = begin; group < end; group++) {
      for (size_t first = start; first < stop; first += ROW_LANES)
        multiply_row_lanes(p, first, group * OUTPUTS);
      if (stop == p->turned_rows && rest > 0)
        outputs_functions[rest - 1][p->narrow](p, p->turned_rows, group * OUTPUTS);
    }
  }
}

static size_t groups_of(size_t columns) { return (columns + OUTPUTS - 1) / OUTPUTS; }

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
  // Large stretches of b for each thread: memory is fastest where it is read on and on.
  const size_t threads = (size_t)mk_threads_current();
  const size_t share = (groups + threads - 1) / threads, enough = FEW_ROWS_WORK / (OUTPUTS * (depth + 1)) + 1;
  mk_parallel(groups, share > enough ? share : enough, multiply_factors, &p);
}

#endif
