// Causal attention: the result of each block, and how blocks are shared out. attention_block.h says what is computed.
#ifndef MARTLET_ATTENTION_H
#define MARTLET_ATTENTION_H

#include "attention_divided.h"

static void attend_block(const attention_block *b) {
  const attention_call *c = b->call;
  const size_t padded = c->padded;
  float *memory = mk_scratch(2, sizeof(float) * (b->rows * padded + padded * PANEL + b->rows * b->score_stride +
                                                 TILE_ROWS * padded + b->columns * padded + 6 * 16));
  float *rows = take(&memory, b->rows * padded), *panel = take(&memory, padded * PANEL);
  float *scores = take(&memory, b->rows * b->score_stride), *sums = take(&memory, TILE_ROWS * padded);
  gather_block(b, c->q, c->q_stride, rows);
  score_block(b, rows, c->k, panel, scores);

  ranged_product p = {.a_stride = b->score_stride, .width = padded};
  p.b = whole_vectors(b, c->v, take(&memory, b->columns * padded), &p.b_stride);
  for (size_t row = 0; row < b->rows; row += TILE_ROWS) {
    size_t first[TILE_ROWS], end[TILE_ROWS];
    float maximum[16], total[16];
    const size_t height = ranges_of_tile(b, row, first, end);
    p.a = scores + row * b->score_stride;
    for (size_t r = 0; r < height; r++)
      exponentiate_row(c, head_of_row(b, row + r), scores + (row + r) * b->score_stride, first[r], end[r],
                       &maximum[r], &total[r]);
    if (c->logsumexp) {  // -infinity where a row sees nothing
      float logsumexp[16];
      const v16 logarithm = v16_log(v16_load_first(total, height, 1));
      v16_store(logsumexp, v16_add(v16_load_first(maximum, height, 0), logarithm));
      for (size_t r = 0; r < height; r++) c->logsumexp[place_of_row(b, row + r)] = logsumexp[r];
    }
    memset(sums, 0, height * padded * sizeof(float));
    multiply_ranges(&p, height, first, end, sums, padded);
    for (size_t r = 0; r < height; r++) {
      float *y = c->y + offset_of_row(b, row + r, c->y_stride);
      const v16 by = v16_set(first[r] < end[r] ? total[r] : 1);
      for (size_t i = 0; i < c->dimension; i += 16) {
        const v16 x = v16_div(v16_load(sums + r * padded + i), by);
        if (c->dimension - i >= 16)
          v16_store(y + i, x);
        else
          v16_store_first(y + i, x, c->dimension - i);
      }
    }
  }
}

static void attend(void *context, size_t begin, size_t end) {
  const attention_call *c = context;
  size_t s = 0;
  for (size_t item = begin; item < end; item++) {
    while (c->items[s + 1] <= item) s++;
    const size_t within = item - c->items[s], queries = queries_of_sequence(c, s);
    const size_t block = queries_of_block(c, (size_t)c->key_counts[s]);
    const size_t first = within / c->key_value_heads * block;
    const attention_block b =
      block_of(c, s, within % c->key_value_heads, first, least(block, queries - first));
    if (is_one_query(&b))
      attend_one_query(&b);
    else
      attend_block(&b);
  }
}

// Divides the work among the threads: an item is a block, or all blocks of one sequence and head; `factor`
// is how many products of rows and keys each does.
static void divide_attention(attention_call *c, bool whole_sequences, size_t factor, mk_range_body body) {
  c->items = mk_scratch(1, (c->sequences + 1) * sizeof(size_t));
  c->items[0] = 0;
  double work = 0;
  for (size_t s = 0; s < c->sequences; s++) {
    const size_t queries = queries_of_sequence(c, s), keys = (size_t)c->key_counts[s];
    const size_t block = queries_of_block(c, keys);
    const size_t blocks = whole_sequences ? (queries + keys > 0) : (queries + block - 1) / block;
    c->items[s + 1] = c->items[s] + blocks * c->key_value_heads;
    work += (double)(queries * c->group + 8) * (double)keys;
  }
  const size_t items = c->items[c->sequences];
  if (items == 0) return;
  work *= (double)(c->key_value_heads * (c->padded + 16) * factor);
  const double grain = (double)SMALL_WORK / (work / (double)items + 1);
  mk_parallel(items, (size_t)grain + 1, body, c);
}

static void attention(size_t sequences, const int32_t *query_offsets, const int32_t *key_starts,
                      const int32_t *key_counts, size_t heads, size_t key_value_heads, size_t head_dimension,
                      size_t window, float scale, float soft_cap, const float *sinks, const float *q,
                      size_t q_stride, const float *k, const float *v, size_t kv_stride, size_t head_stride, float *y,
                      size_t y_stride, float *logsumexp) {
  if (key_value_heads == 0 || heads < key_value_heads || head_dimension == 0) return;
  attention_call c = {
    .sequences = sequences, .query_offsets = query_offsets, .key_starts = key_starts,
    .key_counts = key_counts, .key_value_heads = key_value_heads, .group = heads / key_value_heads,
    .dimension = head_dimension, .padded = (head_dimension + 15) / 16 * 16, .window = window, .scale = scale,
    .soft_cap = soft_cap, .sinks = sinks, .q = q, .q_stride = q_stride, .k = k, .v = v, .kv_stride = kv_stride,
    .head_stride = head_stride, .y = y, .y_stride = y_stride, .logsumexp = logsumexp,
  };
  if (!attends_divided(&c)) divide_attention(&c, false, 2, attend);
}

#endif
