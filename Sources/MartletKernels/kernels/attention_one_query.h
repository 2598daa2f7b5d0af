// Attention of one query, the heads that share a key-value head together: decoding with a cache. The time is
// that of reading the keys and values, so both are read once, where they lie, and fetched early: rows of one
// head are apart from each other, and the processor does not foresee them.
//
// The sums are those of attention.h, in the same order.
#ifndef MARTLET_ATTENTION_ONE_QUERY_H
#define MARTLET_ATTENTION_ONE_QUERY_H

#include "few_rows_product.h"

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

static void attend_one_query(const attention_block *b) {
  const attention_call *c = b->call;
  const size_t first = first_of_row(b, 0), end = end_of_row(b, 0);
  float *scores = mk_scratch(2, b->rows * b->score_stride * sizeof(float));
  const few_rows product = {
    .start = MK_START_ZERO, .rows = b->rows, .columns = end, .depth = c->dimension,
    .a = c->q + offset_of_row(b, 0, c->q_stride), .a_stride = c->dimension, .b = keys_of(b, c->k),
    .b_stride = c->kv_stride, .c = scores, .c_stride = b->score_stride,
  };
  multiply_output_lanes(&product, 0, b->rows, first / 16 * 16, end);

  float maximum[16], total[16];
  for (size_t r = 0; r < b->rows; r++)
    exponentiate_row(c, head_of_row(b, r), scores + r * b->score_stride, first, end, &maximum[r], &total[r]);
  if (c->logsumexp) {
    float logsumexp[16];
    const v16 logarithm = v16_log(v16_load_first(total, b->rows, 1));
    v16_store(logsumexp, v16_add(v16_load_first(maximum, b->rows, 0), logarithm));
    for (size_t r = 0; r < b->rows; r++) c->logsumexp[place_of_row(b, r)] = logsumexp[r];
  }

  float *y = c->y + offset_of_row(b, 0, c->y_stride);
  const float *v = keys_of(b, c->v);
  for (size_t i = 0; i < c->dimension;) {
    const bool four = c->dimension - i >= 64;
    weigh_functions[b->rows - 1][four](scores, b->score_stride, first, end, v + i, c->kv_stride, total, y + i,
                                       c->dimension);
    i += four ? 64 : 16;
  }
}

#endif
