// Attention of one query, the heads that share a key-value head together: decoding with a cache. The time is
// that of reading the keys and values, so both are read once, where they lie, and fetched early: rows of one
// head are apart from each other, and the processor does not foresee them.
//
// The sums are those of attention_block.h, in the same order.
#ifndef MARTLET_ATTENTION_ONE_QUERY_H
#define MARTLET_ATTENTION_ONE_QUERY_H

#include "attention_block.h"

enum {
  ONE_QUERY_HEADS = 8,   // most query heads of a key-value head
  VALUES_AHEAD = 16,     // rows of values fetched early
};

static bool is_one_query(const attention_block *b) {
  return b->queries == 1 && b->rows <= ONE_QUERY_HEADS && b->call->dimension % 16 == 0;
}

// y[r] = Σ scores[r, k] · v[k] / total[r] over first <= k < end, ascending, for some vectors of a head's
// dimension.
static inline __attribute__((always_inline)) void weigh_values(const float *scores, size_t score_stride,
                                                               size_t first, size_t end, const float *v,
                                                               size_t stride, const float *total, float *y,
                                                               size_t dimension, const int rows,
                                                               const int vectors) {
  v16 sum[ONE_QUERY_HEADS][4];
#pragma GCC unroll 8
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
    for (int i = 0; i < vectors; i++) sum[r][i] = v16_set(0);
  for (size_t k = first; k < end; k++) {
    const float *row = v + k * stride;
    v16 value[4];
#pragma GCC unroll 4
    for (int i = 0; i < vectors; i++) {
      __builtin_prefetch(row + VALUES_AHEAD * stride + i * 16);
      value[i] = v16_load(row + i * 16);
    }
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++) {
      const v16 weight = v16_set(scores[(size_t)r * score_stride + k]);
#pragma GCC unroll 4
      for (int i = 0; i < vectors; i++) sum[r][i] = v16_fma(weight, value[i], sum[r][i]);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
    for (int i = 0; i < vectors; i++)
      v16_store(y + (size_t)r * dimension + i * 16, v16_div(sum[r][i], v16_set(total[r])));
}

typedef void (*weigh_function)(const float *scores, size_t score_stride, size_t first, size_t end,
                               const float *v, size_t stride, const float *total, float *y, size_t dimension);
#define FOR_HEADS(f) f(1) f(2) f(3) f(4) f(5) f(6) f(7) f(8)
#define DEFINE_WEIGH(rows)                                                                                    \
  static void weigh_1_##rows(const float *scores, size_t score_stride, size_t first, size_t end,              \
                             const float *v, size_t stride, const float *total, float *y, size_t dimension) { \
    weigh_values(scores, score_stride, first, end, v, stride, total, y, dimension, rows, 1);                  \
  }                                                                                                           \
  static void weigh_4_##rows(const float *scores, size_t score_stride, size_t first, size_t end,              \
                             const float *v, size_t stride, const float *total, float *y, size_t dimension) { \
    weigh_values(scores, score_stride, first, end, v, stride, total, y, dimension, rows, 4);                  \
  }
#define NAME_WEIGH(rows) {weigh_1_##rows, weigh_4_##rows},
FOR_HEADS(DEFINE_WEIGH)
static const weigh_function weigh_functions[ONE_QUERY_HEADS][2] = {FOR_HEADS(NAME_WEIGH)};
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
  while (i < last) {
    const bool four = last - i >= 64;
    weigh_functions[b->rows - 1][four](scores, b->score_stride, first_of_row(b, 0), end_of_row(b, 0), v + i,
                                       c->kv_stride, total, y + i, c->dimension);
    i += four ? 64 : 16;
  }
}

static void attend_one_query(const attention_block *b) {
  float *scores = mk_scratch(2, b->rows * b->score_stride * sizeof(float)), total[16];
  score_keys(b, scores, first_of_row(b, 0) / 16 * 16, end_of_row(b, 0));
  exponentiate_rows(b, scores, 0, b->rows, total);
  weigh_dimensions(b, scores, total, 0, b->call->dimension);
}

// MARK: Fewer heads than threads: each head's work is divided too, in three steps

enum {
  DIVIDED_WORK = 1 << 18,  // products of queries and keys from which on three steps are worth it
  KEYS_OF_PART = 256,
};

// A pair is a sequence and a key-value head.
typedef struct {
  const attention_call *call;
  size_t parts, slices, slice;  // of a pair's keys; of its dimensions, and their size
  size_t size;                  // of a pair's scores
  float *scores, *total;        // [pairs, size], [pairs, heads]
} divided_attention;

static attention_block block_of_pair(const divided_attention *d, size_t pair) {
  const attention_call *c = d->call;
  return block_of(c, pair / c->key_value_heads, pair % c->key_value_heads, 0, 1);
}

static void score_parts(void *context, size_t begin, size_t end) {
  const divided_attention *d = context;
  for (size_t item = begin; item < end; item++) {
    const attention_block b = block_of_pair(d, item / d->parts);
    const size_t from = item % d->parts * KEYS_OF_PART, to = least(from + KEYS_OF_PART, end_of_row(&b, 0));
    const size_t first = first_of_row(&b, 0) / 16 * 16;
    if (to > first && from < to)
      score_keys(&b, d->scores + item / d->parts * d->size, from > first ? from : first, to);
  }
}

static void exponentiate_heads(void *context, size_t begin, size_t end) {
  const divided_attention *d = context;
  const size_t group = d->call->group;
  for (size_t item = begin; item < end; item++) {
    const attention_block b = block_of_pair(d, item / group);
    exponentiate_rows(&b, d->scores + item / group * d->size, item % group, item % group + 1,
                      d->total + item / group * group);
  }
}

static void weigh_slices(void *context, size_t begin, size_t end) {
  const divided_attention *d = context;
  for (size_t item = begin; item < end; item++) {
    const size_t pair = item / d->slices, from = item % d->slices * d->slice;
    const attention_block b = block_of_pair(d, pair);
    weigh_dimensions(&b, d->scores + pair * d->size, d->total + pair * d->call->group, from,
                     least(from + d->slice, d->call->dimension));
  }
}

// Does the work, if each sequence has one query, and there are fewer heads than threads.
static bool attends_divided(const attention_call *c) {
  const size_t threads = (size_t)mk_threads_current(), pairs = c->sequences * c->key_value_heads;
  if (pairs >= threads || c->dimension % 16 != 0 || c->group > ONE_QUERY_HEADS) return false;
  size_t keys = 0, size = 0;
  for (size_t s = 0; s < c->sequences; s++) {
    if (queries_of_sequence(c, s) != 1) return false;
    const attention_block b = block_of(c, s, 0, 0, 1);
    keys += b.columns;
    if (b.rows * b.score_stride > size) size = b.rows * b.score_stride;
  }
  if (keys * c->key_value_heads * c->group * c->dimension < DIVIDED_WORK) return false;
  const size_t slice = pairs * (c->dimension / 64) < 2 * threads ? 16 : 64;  // as wide as gives enough of them
  divided_attention d = {
    .call = c, .size = size, .slice = slice, .slices = (c->dimension + slice - 1) / slice};
  d.parts = (size / c->group + KEYS_OF_PART - 1) / KEYS_OF_PART;
  d.scores = mk_scratch(0, pairs * (size + c->group) * sizeof(float));
  d.total = d.scores + pairs * size;
  mk_parallel(pairs * d.parts, 1, score_parts, &d);
  mk_parallel(pairs * c->group, 1, exponentiate_heads, &d);
  mk_parallel(pairs * d.slices, 1, weigh_slices, &d);
  return true;
}

#endif
