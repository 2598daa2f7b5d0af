// The gradient of causal attention, over the blocks of attention.h: scores are computed anew, and the kept
// logsumexp makes them probabilities (Dao et al. 2022, arXiv:2205.14135, appendix B).
#ifndef MARTLET_ATTENTION_GRADIENT_H
#define MARTLET_ATTENTION_GRADIENT_H

#include "attention.h"

// A row's scores become its probabilities p, and its dy · vᵀ become ds = p · (dp - Σ y · dy) · scale, times the
// cap's derivative 1 - tanh² where there is one.
static void differentiate_row(const attention_call *c, float *scores, float *dp, size_t first, size_t end,
                              float logsumexp, float sum) {
  for (size_t column = first / 16 * 16; column < end; column += 16) {
    const v16 s = score_of(c, v16_load(scores + column));
    const v16 p = v16_exp(v16_sub(s, v16_set(logsumexp)));
    const v16 difference = v16_sub(v16_load(dp + column), v16_set(sum));
    v16 ds = v16_mul(v16_mul(p, difference), v16_set(c->scale));
    if (c->soft_cap != 0) {
      const v16 tanh = v16_div(s, v16_set(c->soft_cap));
      ds = v16_mul(ds, v16_fnma(tanh, tanh, v16_set(1)));
    }
    v16_store(scores + column, p);
    v16_store(dp + column, ds);
  }
}

// Σ x · y in 16 lanes.
static float dot_product(const float *x, const float *y, size_t count) {
  v16 sum = v16_set(0);
  size_t i = 0;
  for (; i + 16 <= count; i += 16) sum = v16_fma(v16_load(x + i), v16_load(y + i), sum);
  if (i < count)
    sum = v16_fma(v16_load_first(x + i, count - i, 0), v16_load_first(y + i, count - i, 0), sum);
  return v16_sum(sum);
}

static void differentiate_block(const attention_block *b) {
  const attention_call *c = b->call;
  const size_t padded = c->padded;
  float *memory = mk_scratch(2, sizeof(float) * (2 * b->rows * padded + padded * PANEL +
                                                 2 * b->rows * b->score_stride + TILE_ROWS * padded +
                                                 b->columns * padded + 8 * 16));
  float *queries = take(&memory, b->rows * padded), *dy = take(&memory, b->rows * padded);
  float *panel = take(&memory, padded * PANEL), *sums = take(&memory, TILE_ROWS * padded);
  float *p = take(&memory, b->rows * b->score_stride), *ds = take(&memory, b->rows * b->score_stride);
  gather_block(b, c->q, c->q_stride, queries);
  score_block(b, queries, c->k, panel, p);
  gather_block(b, c->dy, c->y_stride, dy);
  score_block(b, dy, c->v, panel, ds);

  // dq = ds · k.
  ranged_product product = {.a_stride = b->score_stride, .width = padded};
  product.b = whole_vectors(b, c->k, take(&memory, b->columns * padded), &product.b_stride);
  size_t first[TILE_ROWS], end[TILE_ROWS];
  for (size_t row = 0; row < b->rows; row += TILE_ROWS) {
    const size_t height = ranges_of_tile(b, row, first, end);
    for (size_t r = 0; r < height; r++) {
      const float sum = dot_product(c->kept_y + offset_of_row(b, row + r, c->y_stride),
                                    dy + (row + r) * padded, c->dimension);
      differentiate_row(c, p + (row + r) * b->score_stride, ds + (row + r) * b->score_stride, first[r],
                        end[r], c->kept_logsumexp[place_of_row(b, row + r)], sum);
    }
    memset(sums, 0, height * padded * sizeof(float));
    product.a = ds + row * b->score_stride;
    multiply_ranges(&product, height, first, end, sums, padded);
    for (size_t r = 0; r < height; r++)
      memcpy(c->dq + offset_of_row(b, row + r, c->q_stride), sums + r * padded, c->dimension * sizeof(float));
  }

  // dv += pᵀ · dy and dk += dsᵀ · q, a tile of keys at a time.
  product.transposed = true;
  product.b_stride = padded;
  product.width = c->dimension;
  const size_t keys = end_of_row(b, b->rows - 1);
  for (size_t column = first_of_row(b, 0); column < keys; column += TILE_ROWS) {
    const size_t height = least(TILE_ROWS, keys - column);
    for (size_t j = 0; j < height; j++) {
      // The query at the key's own position is the first to see it.
      const ptrdiff_t own = (ptrdiff_t)(b->base + column + j) - b->position;
      const ptrdiff_t past = own + (ptrdiff_t)c->window;
      first[j] = own > 0 ? (size_t)own * c->group : 0;
      end[j] = c->window == 0 ? b->rows : past > 0 ? least(b->rows, (size_t)past * c->group) : 0;
    }
    const size_t to = (b->key + b->base + column) * c->kv_stride + b->head * c->dimension;
    product.a = p + column;
    product.b = dy;
    multiply_ranges(&product, height, first, end, c->dv + to, c->kv_stride);
    product.a = ds + column;
    product.b = queries;
    multiply_ranges(&product, height, first, end, c->dk + to, c->kv_stride);
  }
}

static void differentiate(void *context, size_t begin, size_t end) {
  const attention_call *c = context;
  size_t s = 0;
  for (size_t item = begin; item < end; item++) {
    while (c->items[s + 1] <= item) s++;
    const size_t head = item - c->items[s], queries = queries_of_sequence(c, s);
    const size_t keys = (size_t)c->key_counts[s], block = queries_of_block(c, keys);
    for (size_t j = 0; j < keys; j++) {
      const size_t to = ((size_t)c->key_starts[s] + j) * c->kv_stride + head * c->dimension;
      memset(c->dk + to, 0, c->dimension * sizeof(float));
      memset(c->dv + to, 0, c->dimension * sizeof(float));
    }
    for (size_t first = 0; first < queries; first += block) {
      const attention_block b = block_of(c, s, head, first, least(block, queries - first));
      differentiate_block(&b);
    }
  }
}

static void attention_gradient(size_t sequences, const int32_t *query_offsets, const int32_t *key_starts,
                               const int32_t *key_counts, size_t heads, size_t key_value_heads,
                               size_t head_dimension, size_t window, float scale, float soft_cap,
                               const float *q, size_t q_stride, const float *k, const float *v, size_t kv_stride,
                               const float *y, size_t y_stride, const float *logsumexp, const float *dy,
                               float *dq, float *dk, float *dv) {
  if (key_value_heads == 0 || heads < key_value_heads || head_dimension == 0) return;
  attention_call c = {
    .sequences = sequences, .query_offsets = query_offsets, .key_starts = key_starts,
    .key_counts = key_counts, .key_value_heads = key_value_heads, .group = heads / key_value_heads,
    .dimension = head_dimension, .padded = (head_dimension + 15) / 16 * 16, .window = window, .scale = scale,
    .soft_cap = soft_cap, .q = q, .q_stride = q_stride, .k = k, .v = v, .kv_stride = kv_stride,
    .head_stride = head_dimension, .y_stride = y_stride,
    .kept_y = y, .kept_logsumexp = logsumexp, .dy = dy, .dq = dq, .dk = dk, .dv = dv,
  };
  divide_attention(&c, true, 5, differentiate);
}

typedef struct {
  size_t tokens, heads, dimension, stride;
  const float *sinks, *y, *logsumexp, *dy;
  float *dsinks;
} sink_task;

// A sink's probability falls as it rises: dsink = -p · Σ y · dy, tokens ascending.
static void differentiate_sinks(void *context, size_t begin, size_t end) {
  const sink_task t = *(const sink_task *)context;
  for (size_t head = begin; head < end; head++) {
    for (size_t token = 0; token < t.tokens; token++) {
      const size_t row = token * t.stride + head * t.dimension;
      float p[16];
      v16_store(p, v16_exp(v16_set(t.sinks[head] - t.logsumexp[token * t.heads + head])));
      t.dsinks[head] -= p[0] * dot_product(t.y + row, t.dy + row, t.dimension);
    }
  }
}

static void attention_sink_gradient(size_t tokens, size_t heads, size_t head_dimension, const float *sinks,
                                    const float *y, size_t y_stride, const float *logsumexp, const float *dy,
                                    float *dsinks) {
  sink_task task = {tokens, heads, head_dimension, y_stride, sinks, y, logsumexp, dy, dsinks};
  mk_parallel(heads, grain_of(tokens * (head_dimension + 16)), differentiate_sinks, &task);
}

#endif
