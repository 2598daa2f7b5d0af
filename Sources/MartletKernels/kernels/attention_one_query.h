// Attention of one query, the heads that share a key-value head together: decoding with a cache. The time is
// that of reading the keys and values, so both are read once, where they lie, and fetched early. Memory is fastest
// where a head's keys follow one another, as in a cache.
//
// The sums are those of attention_block.h, in the same order.
#ifndef MARTLET_ATTENTION_ONE_QUERY_H
#define MARTLET_ATTENTION_ONE_QUERY_H

#include "attention_block.h"

enum {
  ONE_QUERY_HEADS = 8,  // most query heads of a key-value head
  VALUES_AHEAD = 16,    // rows of values fetched early
  KEYS_WEIGHED = 16,    // at a time: their values stay in the nearest cache while parts of their rows are added
  MOST_VECTORS = 64 / VN_LANES,  // of such a part
  VECTORS_OF_LINE = LINE / sizeof(float) / VN_LANES,
};

static bool is_one_query(const attention_block *b) {
  return b->queries == 1 && b->rows <= ONE_QUERY_HEADS && b->call->dimension % 16 == 0;
}

// y[r] += Σ scores[r, k] · v[k] over the keys first ..< end, ascending, for some vectors of a head's dimension.
static inline __attribute__((always_inline)) void add_weighed(const float *scores, size_t score_stride, size_t first,
                                                              size_t end, const float *v, size_t stride, float *y,
                                                              size_t dimension, const int rows, const int vectors) {
  vn sum[ONE_QUERY_HEADS][MOST_VECTORS];
#pragma GCC unroll 8
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 8
    for (int i = 0; i < vectors; i++) sum[r][i] = vn_load(y + (size_t)r * dimension + i * VN_LANES);
  for (size_t k = first; k < end; k++) {
    const float *row = v + k * stride;
    vn value[MOST_VECTORS];
#pragma GCC unroll 8
    for (int i = 0; i < vectors; i++) {
      if (i % VECTORS_OF_LINE == 0) __builtin_prefetch(row + VALUES_AHEAD * stride + i * VN_LANES);
      value[i] = vn_load(row + i * VN_LANES);
    }
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++) {
      const vn weight = vn_set(scores[(size_t)r * score_stride + k]);
#pragma GCC unroll 8
      for (int i = 0; i < vectors; i++) sum[r][i] = vn_fma(weight, value[i], sum[r][i]);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 8
    for (int i = 0; i < vectors; i++) vn_store(y + (size_t)r * dimension + i * VN_LANES, sum[r][i]);
}

// y[r] = Σ scores[r, k] · v[k] / total[r] for `width` of a head's dimensions, a multiple of 16.
static inline __attribute__((always_inline)) void weigh_values(const float *scores, size_t score_stride, size_t first,
                                                               size_t end, const float *v, size_t stride,
                                                               const float *total, float *y, size_t dimension,
                                                               size_t width, const int rows) {
  // As many vectors as registers hold sums of, a tile's number less those of the values.
  const int held = TILE_ROWS * TILE_VECTORS * 16 / VN_LANES;
  int vectors = MOST_VECTORS;
  while (vectors > 1 && rows * vectors > held - (vectors < 4 ? vectors : 4)) vectors /= 2;
  for (int r = 0; r < rows; r++) memset(y + (size_t)r * dimension, 0, width * sizeof(float));
  for (size_t k = first; k < end; k += KEYS_WEIGHED) {
    const size_t last = least(k + KEYS_WEIGHED, end);
    size_t i = 0;
    for (; i + (size_t)vectors * VN_LANES <= width; i += (size_t)vectors * VN_LANES)
      add_weighed(scores, score_stride, k, last, v + i, stride, y + i, dimension, rows, vectors);
    for (; i < width; i += VN_LANES)
      add_weighed(scores, score_stride, k, last, v + i, stride, y + i, dimension, rows, 1);
  }
  for (int r = 0; r < rows; r++)
    for (size_t i = 0; i < width; i += 16) {
      float *at = y + (size_t)r * dimension + i;
      v16_store(at, v16_div(v16_load(at), v16_set(total[r])));
    }
}

typedef void (*weigh_function)(const float *scores, size_t score_stride, size_t first, size_t end, const float *v,
                               size_t stride, const float *total, float *y, size_t dimension, size_t width);
#define FOR_HEADS(f) f(1) f(2) f(3) f(4) f(5) f(6) f(7) f(8)
#define DEFINE_WEIGH(rows)                                                                                     \
  static void weigh_##rows(const float *scores, size_t score_stride, size_t first, size_t end, const float *v, \
                           size_t stride, const float *total, float *y, size_t dimension, size_t width) {      \
    weigh_values(scores, score_stride, first, end, v, stride, total, y, dimension, width, rows);               \
  }
#define NAME_WEIGH(rows) weigh_##rows,
FOR_HEADS(DEFINE_WEIGH)
static const weigh_function weigh_functions[ONE_QUERY_HEADS] = {FOR_HEADS(NAME_WEIGH)};
#undef FOR_HEADS
#undef DEFINE_WEIGH
#undef NAME_WEIGH

// The scores of the keys begin ..< end, a multiple of 16 the first.
static void score_keys(const attention_block *b, float *scores, size_t begin, size_t end) {
  const attention_call *c = b->call;
  const few_rows product = {
    .start = MK_START_ZERO, .rows = b->rows, .columns = end_of_row(b, 0), .depth = c->dimension,
    .a = c->q + offset_of_row(b, 0, c->q_stride), .a_stride = c->dimension, .b = keys_of(b, c->k),
    .b_stride = c->kv_stride, .c = scores, .c_stride = b->score_stride,
  };
  multiply_output_lanes(&product, 0, b->rows, begin, end);
}

// From the scores of the rows `row` ..< `last`, exponentials and what to divide by.
static void exponentiate_rows(const attention_block *b, float *scores, size_t row, size_t last, float *total) {
  const attention_call *c = b->call;
  const size_t first = first_of_row(b, 0), end = end_of_row(b, 0);
  float maximum[16], sum[16];
  for (size_t r = row; r < last; r++) {
    exponentiate_row(c, head_of_row(b, r), scores + r * b->score_stride, first, end, &maximum[r - row],
                     &sum[r - row]);
    total[r] = first < end ? sum[r - row] : 1;  // what sees nothing is zero
  }
  if (!c->logsumexp) return;
  float logsumexp[16];
  const v16 logarithm = v16_log(v16_load_first(sum, last - row, 1));
  v16_store(logsumexp, v16_add(v16_load_first(maximum, last - row, 0), logarithm));
  for (size_t r = row; r < last; r++) c->logsumexp[place_of_row(b, r)] = logsumexp[r - row];
}

// The dimensions i ..< last of the result.
static void weigh_dimensions(const attention_block *b, const float *scores, const float *total, size_t i,
                             size_t last) {
  const attention_call *c = b->call;
  float *y = c->y + offset_of_row(b, 0, c->y_stride);
  const float *v = keys_of(b, c->v);
  weigh_functions[b->rows - 1](scores, b->score_stride, first_of_row(b, 0), end_of_row(b, 0), v + i, c->kv_stride,
                               total, y + i, c->dimension, last - i);
}

static void attend_one_query(const attention_block *b) {
  float *scores = mk_scratch(2, b->rows * b->score_stride * sizeof(float)), total[16];
  score_keys(b, scores, first_of_row(b, 0) / 16 * 16, end_of_row(b, 0));
  exponentiate_rows(b, scores, 0, b->rows, total);
  weigh_dimensions(b, scores, total, 0, b->call->dimension);
}

#endif
