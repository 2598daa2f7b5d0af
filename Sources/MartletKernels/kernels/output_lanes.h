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
  MOST_BLOCKS = 2,  // of b, computed in one go for one row
  LINE = 64,        // bytes of the caches that lie together
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

// What a function is made for. All of it is constant, so that no loop asks.
typedef struct {
  int rows;       // of a
  int blocks;     // of b, of as many rows as a vector has lanes
  bool narrow;    // whether b is bfloat16
  bool in_order;  // whether the rows of b that come next lie where those in use end
  bool is_whole;  // whether the last block has all its rows
} outputs_form;

// The rows of b in use, and those that come next, which are fetched meanwhile.
typedef struct {
  const char *row;    // the first
  size_t stride;      // from row to row, in bytes
  size_t last;        // of the last block: lanes after this one repeat its row
  size_t ahead;       // from a row in use to the one that comes next
  const char *next;   // to be fetched, where the next rows lie in order
} rows_of_b;

// sum[g][r] += x[r] · weight[g] for each row of a and each block.
static inline __attribute__((always_inline)) void add_products(const int rows, const int blocks, const float *x,
                                                               size_t a_stride, const vn weight[],
                                                               vn sum[][OUTPUT_LANES_ROWS]) {
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++) {
    const vn element = vn_set(x[(size_t)r * a_stride]);
#pragma GCC unroll 2
    for (int g = 0; g < blocks; g++) sum[g][r] = vn_fma(element, weight[g], sum[g][r]);
  }
}

// Element `half` of the two that narrow lanes hold; what others hold.
static inline __attribute__((always_inline)) vn element_of(const bool narrow, const int half, vn lanes) {
  const v16 pair = vn_to_v16(lanes);
  return !narrow ? lanes : vn_from_v16(half == 0 ? widen_lower(pair) : widen_upper(pair));
}

static inline __attribute__((always_inline)) void place_rows(const outputs_form f, const rows_of_b *b,
                                                             const char *block, const char *row[VN_LANES]) {
#pragma GCC unroll 16
  for (size_t i = 0; i < VN_LANES; i++) row[i] = block + (f.is_whole || i < b->last ? i : b->last) * b->stride;
}

// Fetches as many lines of the rows that come next as a piece of a block fills.
static inline __attribute__((always_inline)) void fetch_next(const outputs_form f, rows_of_b *b, const char *block,
                                                             size_t at) {
  enum { PIECES = LINE / VN_PIECE_BYTES, LINES = VN_LANES / PIECES };
  const char *from = f.in_order ? b->next : block + b->ahead + at / VN_PIECE_BYTES % PIECES * LINES * b->stride;
#pragma GCC unroll 16
  for (size_t i = 0; i < LINES; i++) __builtin_prefetch(from + i * (f.in_order ? LINE : b->stride), 0, 2);
  if (f.in_order) b->next += LINES * LINE;  // on and on, as memory likes it best
}

// Adds the products of what `blocks` blocks hold from `at` bytes on, where the first of them has its place at `block`,
// with x and the elements after it.
static inline __attribute__((always_inline)) void add_piece(const outputs_form f, const int blocks, rows_of_b *b,
                                                            const char *block, size_t at, const float *x,
                                                            size_t a_stride, vn sum[][OUTPUT_LANES_ROWS]) {
  vn lanes[VN_PIECE][MOST_BLOCKS];
#pragma GCC unroll 2
  for (int g = 0; g < blocks; g++, block += VN_LANES * b->stride) {
    // The compiler would else compute the places of all rows of several blocks before the loop, and read many blocks
    // before it uses one: registers do not hold them.
    if (f.blocks > 1) __asm__ volatile("" : "+r"(block) : : "memory");
    fetch_next(f, b, block, at);
    const char *row[VN_LANES];
    place_rows(f, b, block, row);
    vn column[VN_PIECE];
    vn_load_transposed(row, 0, column);
#pragma GCC unroll 16
    for (int i = 0; i < VN_PIECE; i++) lanes[i][g] = column[i];
  }
#pragma GCC unroll 16
  for (int i = 0; i < VN_PIECE; i++)
#pragma GCC unroll 2
    for (int half = 0; half < (f.narrow ? 2 : 1); half++) {
      vn weight[MOST_BLOCKS];
#pragma GCC unroll 2
      for (int g = 0; g < blocks; g++) weight[g] = element_of(f.narrow, half, lanes[i][g]);
      add_products(f.rows, blocks, x + (f.narrow ? 2 * i + half : i), a_stride, weight, sum);
    }
}

// The outputs of the blocks from `column` on, of the rows from `first` on. Several blocks give several chains of
// multiply-adds, each of which waits for itself alone.
static inline __attribute__((always_inline)) void multiply_outputs(const outputs_form f, const few_rows *p,
                                                                   size_t first, size_t column) {
  const size_t depth = p->depth, element = f.narrow ? sizeof(uint16_t) : sizeof(float);
  const size_t left = p->columns - column, outputs = VN_LANES * (size_t)f.blocks;
  rows_of_b b = {.row = row_of_b(p, column), .stride = p->b_stride * element, .last = least(left, VN_LANES) - 1};
  if (left >= 2 * outputs) b.ahead = outputs * b.stride;  // what is there
  b.next = b.row + b.ahead;
  vn sum[MOST_BLOCKS][OUTPUT_LANES_ROWS];
#pragma GCC unroll 2
  for (int g = 0; g < f.blocks; g++)
#pragma GCC unroll 16
    for (int r = 0; r < f.rows; r++) sum[g][r] = first_sum(p, first + (size_t)r, column + (size_t)g * VN_LANES);
  const float *a = p->a + first * p->a_stride;
  const size_t piece = VN_PIECE_BYTES / element, whole = depth / piece * piece;
  // Several blocks take turns at each line of the cache. Those that registers hold share the elements of a instead.
  const size_t turn = f.blocks > 1 ? LINE / element : whole;
  const int together = f.narrow && VN_PIECE < VN_LANES ? f.blocks : 1;
  for (size_t start = 0; start < whole; start += turn) {
    const size_t end = least(start + turn, whole);
    const char *block = b.row + start * element;
#pragma GCC unroll 2
    for (int g = 0; g < f.blocks; g += together, block += (size_t)together * VN_LANES * b.stride) {
      size_t k = start;
      const char *place = block;
#define ADD_PIECE()                                                                            \
  add_piece(f, together, &b, place, k * element, a + k, p->a_stride, sum + g);                 \
  k += piece;                                                                                  \
  place += VN_PIECE_BYTES
      if (f.rows == 1)  // two at a time: one is not much beside the loop
        while (k + 2 * piece <= end) {
          ADD_PIECE();
          ADD_PIECE();
        }
#pragma GCC unroll 1
      while (k < end) {
        ADD_PIECE();
      }
#undef ADD_PIECE
    }
  }
  if (whole < depth) {
#pragma GCC unroll 2
    for (int g = 0; g < f.blocks; g++) {
      const char *row[VN_LANES];
      place_rows(f, &b, b.row + (size_t)g * VN_LANES * b.stride, row);
      vn lanes[VN_PIECE];
      vn_load_transposed_first(row, whole * element, (depth - whole) * element, lanes);
      for (size_t i = 0; i < depth - whole; i++) {
        const vn weight = element_of(f.narrow, f.narrow ? i % 2 : 0, lanes[f.narrow ? i / 2 : i]);
        add_products(f.rows, 1, a + whole + i, p->a_stride, &weight, sum + g);
      }
    }
  }
#pragma GCC unroll 2
  for (int g = 0; g < f.blocks; g++)
#pragma GCC unroll 16
    for (int r = 0; r < f.rows; r++)
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
#define DEFINE_OUTPUTS_AS(name, rows, blocks, narrow, in_order, is_whole)                          \
  static void name(const few_rows *p, size_t first, size_t column) {                               \
    multiply_outputs((outputs_form){rows, blocks, narrow, in_order, is_whole}, p, first, column);  \
  }
#define DEFINE_OUTPUTS(rows)                                                 \
  DEFINE_OUTPUTS_AS(outputs_##rows, rows, 1, false, true, true)              \
  DEFINE_OUTPUTS_AS(last_outputs_##rows, rows, 1, false, false, false)       \
  DEFINE_OUTPUTS_AS(narrow_outputs_##rows, rows, 1, true, true, true)        \
  DEFINE_OUTPUTS_AS(last_narrow_outputs_##rows, rows, 1, true, false, false)
#define NAME_OUTPUTS(rows) \
  {{last_outputs_##rows, outputs_##rows}, {last_narrow_outputs_##rows, narrow_outputs_##rows}},
FOR_FEW(DEFINE_OUTPUTS)
// For so many rows, of b as float32 or narrow, at the end of b's rows or where more lie in order after a whole block.
static const outputs_function outputs_functions[OUTPUT_LANES_ROWS][2][2] = {FOR_FEW(NAME_OUTPUTS)};
#undef FOR_FEW_8
#undef FOR_FEW_14
#undef FOR_FEW
#undef DEFINE_OUTPUTS
#undef NAME_OUTPUTS

DEFINE_OUTPUTS_AS(one_row_outputs, 1, MOST_BLOCKS, false, true, true)
DEFINE_OUTPUTS_AS(last_one_row_outputs, 1, MOST_BLOCKS, false, false, true)
DEFINE_OUTPUTS_AS(narrow_one_row_outputs, 1, MOST_BLOCKS, true, true, true)
DEFINE_OUTPUTS_AS(last_narrow_one_row_outputs, 1, MOST_BLOCKS, true, false, true)
#undef DEFINE_OUTPUTS_AS
static const outputs_function one_row_functions[2][2] = {
  {last_one_row_outputs, one_row_outputs}, {last_narrow_one_row_outputs, narrow_one_row_outputs}};

// Whether as many rows of b as are in use from `column` on come next, in order.
static bool is_before_others(const few_rows *p, size_t column, size_t outputs) {
  return p->columns - column >= 2 * outputs && p->b_stride == p->depth;
}

// The outputs column ..< end for `rows` rows from `first` on.
static void multiply_output_lanes(const few_rows *p, size_t first, size_t rows, size_t column, size_t end) {
  const size_t several = MOST_BLOCKS * VN_LANES;
  if (rows == 1)
    for (; column + several <= end; column += several)
      one_row_functions[p->narrow][is_before_others(p, column, several)](p, first, column);
  for (; column < end; column += VN_LANES)
    outputs_functions[rows - 1][p->narrow][is_before_others(p, column, VN_LANES)](p, first, column);
}

#endif
