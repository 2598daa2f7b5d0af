// Causal attention over ragged sequences, with grouped queries and an optional window: its blocks, and what their rows
// see. The result stands in attention.h, the gradient in attention_gradient.h.
//
// Work is cut into blocks: some queries of one sequence with all the query heads that share one key-value
// head. A row of a block is one query of one head (query ascending, then head). A block holds its whole rows
// of scores, so nothing is ever rescaled:
//   - a score is one accumulator over the head's dimension, times the scale, and then perhaps capped softly:
//     cap · tanh(score / cap) (Gemma 2, arXiv:2408.00118, section 2);
//   - the exponentials of a row are summed in 16 lanes by the key's place in its sequence, mod 16; a sink's, a
//     logit of the head's own that draws probability but has no value (GPT-OSS), is added last;
//   - y, dq, dk and dv have one accumulator an element, over the visible keys (or the rows that see the key)
//     ascending. What a row does not see is never multiplied, only skipped.
// Hence a row has the same bits alone, packed, prefilled or with a cache.
#ifndef MARTLET_ATTENTION_BLOCK_H
#define MARTLET_ATTENTION_BLOCK_H

#include "matrix_product.h"

enum {
  BLOCK_ROWS = 64,         // rows of a block, unless one query has more heads
  BLOCK_SCORES = 1 << 20,  // scores of a block, unless one tile has more
};

typedef struct {
  size_t sequences;
  const int32_t *query_offsets, *key_starts, *key_counts;
  size_t key_value_heads, group;  // group: query heads of one key-value head
  size_t dimension, padded;       // of a head; in whole vectors
  size_t window;
  float scale;
  float soft_cap;                 // of the scores; 0 for none
  const float *sinks;             // one logit a query head, or null
  const float *q;
  size_t q_stride;
  const float *k, *v;
  size_t kv_stride, head_stride;  // of k and v, from key to key and from head to head
  float *y;
  size_t y_stride;
  float *logsumexp;

  // The gradient's.
  const float *kept_y, *kept_logsumexp, *dy;
  float *dq, *dk, *dv;

  size_t *items;  // items of work before each sequence, and in all
} attention_call;

// A block of rows. Columns of its scores are keys from `base` on, a multiple of 16 counted from the start of
// the sequence.
typedef struct {
  const attention_call *call;
  size_t head;            // key-value head
  size_t token, queries;  // rows of q
  ptrdiff_t position;     // of the first query in its sequence
  size_t key, keys;       // rows of k and v
  size_t rows;            // queries · group
  size_t tiles;           // tiles of rows
  size_t base, columns;   // of the scores, whole vectors
  size_t score_stride;
} attention_block;

// MARK: Which keys a row sees, as columns of the scores

static size_t end_of_row(const attention_block *b, size_t row) {
  const ptrdiff_t end = b->position + (ptrdiff_t)(row / b->call->group) + 1 - (ptrdiff_t)b->base;
  return end > 0 ? (size_t)end : 0;
}

static size_t first_of_row(const attention_block *b, size_t row) {
  if (b->call->window == 0) return 0;  // then base is 0
  const size_t end = end_of_row(b, row) + b->base, window = b->call->window;
  return end > window + b->base ? end - window - b->base : 0;
}

// MARK: A row's token, and its head among all query heads

static size_t token_of_row(const attention_block *b, size_t row) { return b->token + row / b->call->group; }

static size_t head_of_row(const attention_block *b, size_t row) {
  return b->head * b->call->group + row % b->call->group;
}

// The row's place in an array [tokens, heads], and in one like y or q.
static size_t place_of_row(const attention_block *b, size_t row) {
  return token_of_row(b, row) * b->call->key_value_heads * b->call->group + head_of_row(b, row);
}

static size_t offset_of_row(const attention_block *b, size_t row, size_t stride) {
  return token_of_row(b, row) * stride + head_of_row(b, row) * b->call->dimension;
}

// MARK: Blocks

static size_t queries_of_block(const attention_call *c, size_t keys) {
  size_t rows = BLOCK_SCORES / (keys + 1);
  rows = rows < TILE_ROWS ? TILE_ROWS : rows < BLOCK_ROWS ? rows : BLOCK_ROWS;
  return rows > c->group ? rows / c->group : 1;
}

static size_t queries_of_sequence(const attention_call *c, size_t s) {
  return (size_t)(c->query_offsets[s + 1] - c->query_offsets[s]);
}

// The queries first ..< first + queries of sequence s, for one key-value head.
static attention_block block_of(const attention_call *c, size_t s, size_t head, size_t first,
                                size_t queries) {
  attention_block b = {
    .call = c, .head = head, .token = (size_t)c->query_offsets[s] + first, .queries = queries,
    .key = (size_t)c->key_starts[s], .keys = (size_t)c->key_counts[s], .rows = queries * c->group,
  };
  b.position = (ptrdiff_t)b.keys - (ptrdiff_t)queries_of_sequence(c, s) + (ptrdiff_t)first;
  b.tiles = (b.rows + TILE_ROWS - 1) / TILE_ROWS;
  const size_t start = b.position > 0 ? (size_t)b.position + 1 : 0;
  b.base = c->window > 0 && start > c->window ? (start - c->window) / 16 * 16 : 0;
  b.columns = (end_of_row(&b, b.rows - 1) + 15) / 16 * 16;
  // An odd number of cache lines: at a distance of a power of two, rows would share their place in the cache.
  b.score_stride = (b.columns / 16 + 1) / 2 * 32 + 16;
  return b;
}

static float *take(float **memory, size_t count) {
  float *taken = *memory;
  *memory += (count + 15) / 16 * 16;
  return taken;
}

static const float *keys_of(const attention_block *b, const float *x) {
  return x + (b->key + b->base) * b->call->kv_stride + b->head * b->call->head_stride;
}

// MARK: Parts of the work

// Copies the block's rows out of x (q or y's like), each padded with zeros to whole vectors.
static void gather_block(const attention_block *b, const float *x, size_t stride, float *to) {
  const size_t group = b->call->group, dimension = b->call->dimension, padded = b->call->padded;
  for (size_t i = 0; i < b->queries; i++) {
    const float *from = x + (b->token + i) * stride + b->head * group * dimension;
    for (size_t g = 0; g < group; g++, from += dimension, to += padded) {
      memset(to + padded - 16, 0, 16 * sizeof(float));
      memcpy(to, from, dimension * sizeof(float));
    }
  }
}

// scores = rows · xᵀ, x the block's keys or values; tiles that see nothing of a panel are left out.
static void score_block(const attention_block *b, const float *rows, const float *x, float *panel,
                        float *scores) {
  const size_t stride = b->call->kv_stride;
  const float *key = keys_of(b, x);
  for (size_t column = 0; column < b->columns; column += PANEL) {
    const size_t vectors = least(TILE_VECTORS, (b->columns - column) / 16);
    for (size_t v = 0; v < vectors; v++) {
      const size_t from = column + v * 16, left = b->keys - b->base - from;
      pack_rows(least(16, left), b->call->dimension, key + from * stride, stride, panel + v * 16,
                vectors * 16);
    }
    for (size_t i = 0; i < b->tiles; i++) {
      const size_t row = i * TILE_ROWS, height = least(TILE_ROWS, b->rows - row);
      if (end_of_row(b, row + height - 1) <= column || first_of_row(b, row) >= column + PANEL) continue;
      const tile t = {
        .depth = b->call->dimension, .a = rows + row * b->call->padded, .a_step = b->call->padded,
        .b = panel, .b_step = vectors * 16,
        .c = scores + row * b->score_stride + column, .c_stride = b->score_stride, .lanes = 16,
      };
      tile_of(height, vectors, ROW_BY_ROW)(&t);
    }
  }
}

// c[r] += Σ a(r, k) · b[k] over first[r] <= k < end[r], ascending, one accumulator an element; a(r, k) is
// a[r · a_stride + k], or a[k · a_stride + r] if transposed.
typedef struct {
  const float *a;
  size_t a_stride;
  bool transposed;
  const float *b;  // rows that can be read in whole vectors
  size_t b_stride;
  size_t width;    // columns of b and c
} ranged_product;

// The rows row ..< row + rows over one range.
static void multiply_range(const ranged_product *p, size_t row, size_t rows, size_t first, size_t end, float *c,
                           size_t c_stride) {
  if (first >= end) return;
  const float *a = p->transposed ? p->a + first * p->a_stride + row : p->a + row * p->a_stride + first;
  for (size_t column = 0; column < p->width; column += PANEL) {
    const size_t width = least(PANEL, p->width - column), vectors = (width + 15) / 16;
    const tile t = {
      .depth = end - first, .a = a, .a_step = p->a_stride,
      .b = p->b + first * p->b_stride + column, .b_step = p->b_stride,
      .start = c + column, .start_stride = c_stride, .c = c + column, .c_stride = c_stride,
      .lanes = width - (vectors - 1) * 16,
    };
    tile_of(rows, vectors, p->transposed ? SIDE_BY_SIDE : ROW_BY_ROW)(&t);
  }
}

// At most TILE_ROWS rows: together over what all of them see, each alone before and after that.
static void multiply_ranges(const ranged_product *p, size_t rows, const size_t *first, const size_t *end,
                            float *c, size_t c_stride) {
  size_t common = first[0], common_end = end[0];
  for (size_t r = 1; r < rows; r++) {
    if (first[r] > common) common = first[r];
    common_end = least(common_end, end[r]);
  }
  if (common >= common_end) {
    for (size_t r = 0; r < rows; r++) multiply_range(p, r, 1, first[r], end[r], c + r * c_stride, c_stride);
    return;
  }
  for (size_t r = 0; r < rows; r++) multiply_range(p, r, 1, first[r], common, c + r * c_stride, c_stride);
  multiply_range(p, 0, rows, common, common_end, c, c_stride);
  for (size_t r = 0; r < rows; r++) multiply_range(p, r, 1, common_end, end[r], c + r * c_stride, c_stride);
}

// The block's rows of k or v such that they can be read in whole vectors: as they lie, or a padded copy.
static const float *whole_vectors(const attention_block *b, const float *x, float *copy, size_t *stride) {
  const attention_call *c = b->call;
  const float *key = keys_of(b, x);
  *stride = c->kv_stride;
  if (c->dimension == c->padded) return key;
  *stride = c->padded;
  const size_t count = least(b->columns, b->keys - b->base);
  for (size_t j = 0; j < count; j++) {
    memset(copy + (j + 1) * c->padded - 16, 0, 16 * sizeof(float));
    memcpy(copy + j * c->padded, key + j * c->kv_stride, c->dimension * sizeof(float));
  }
  return copy;
}

// The rows of one tile: which columns each sees.
static size_t ranges_of_tile(const attention_block *b, size_t row, size_t *first, size_t *end) {
  const size_t height = least(TILE_ROWS, b->rows - row);
  for (size_t r = 0; r < height; r++) {
    first[r] = first_of_row(b, row + r);
    end[r] = end_of_row(b, row + r);
  }
  return height;
}

// Lanes column ..< column + 16 that lie in first ..< end.
V16 m16 lanes_within(size_t column, size_t first, size_t end) {
  static const int32_t numbers[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const i16 lane = i16_add(i16_load(numbers), i16_set((int32_t)column));
  const i16 low = i16_select(i16_greater(lane, i16_set((int32_t)first - 1)), i16_set(1), i16_set(0));
  const i16 high = i16_select(i16_greater(i16_set((int32_t)end), lane), i16_set(1), i16_set(0));
  return i16_equal(i16_and(low, high), i16_set(1));
}

// What a sum over the head's dimension becomes before the softmax.
static inline v16 score_of(const attention_call *c, v16 sum) {
  const v16 score = v16_mul(sum, v16_set(c->scale));
  if (c->soft_cap == 0) return score;
  const v16 cap = v16_set(c->soft_cap);
  return v16_mul(v16_tanh(v16_div(score, cap)), cap);
}

// MARK: The softmax

// Turns a row of scores into exponentials from its maximum on; gives the maximum and their sum, the sink's among
// them.
static void exponentiate_row(const attention_call *c, size_t head, float *scores, size_t first, size_t end,
                             float *maximum, float *total) {
  const v16 none = v16_set(-__builtin_inff());
  v16 largest = none;
  for (size_t column = first / 16 * 16; column < end; column += 16) {
    v16 s = score_of(c, v16_load(scores + column));
    if (column < first || column + 16 > end) s = v16_select(lanes_within(column, first, end), s, none);
    v16_store(scores + column, s);
    largest = v16_max(s, largest);
  }
  *maximum = v16_maximum(largest);
  if (c->sinks && c->sinks[head] > *maximum) *maximum = c->sinks[head];
  v16 sum = v16_set(0);
  for (size_t column = first / 16 * 16; column < end; column += 16) {
    v16 e = v16_exp(v16_sub(v16_load(scores + column), v16_set(*maximum)));
    if (column < first || column + 16 > end)
      e = v16_select(lanes_within(column, first, end), e, v16_set(0));
    v16_store(scores + column, e);
    sum = v16_add(sum, e);
  }
  *total = v16_sum(sum);
  if (c->sinks) {
    float sink[16];
    v16_store(sink, v16_exp(v16_set(c->sinks[head] - *maximum)));
    *total += sink[0];
  }
}

#endif
