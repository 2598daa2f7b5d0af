// Attention of one query a sequence where heads do not keep all threads busy: each head's work is divided too, in three
// steps.
#ifndef MARTLET_ATTENTION_DIVIDED_H
#define MARTLET_ATTENTION_DIVIDED_H

#include "attention_one_query.h"

enum {
  DIVIDED_WORK = 1 << 18,  // products of queries and keys from which on three steps are worth it
  KEYS_OF_PART = 64,       // at least, that a thread scores
  SLICE = 16,              // of a head's dimensions, at least, that a thread sums values of
};

// A pair is a sequence and a key-value head.
typedef struct {
  const attention_call *call;
  size_t parts, slices;   // of a pair's keys; of its dimensions
  size_t size;            // of a pair's scores
  float *scores, *total;  // [pairs, size], [pairs, heads]
} divided_attention;

static attention_block block_of_pair(const divided_attention *d, size_t pair) {
  const attention_call *c = d->call;
  return block_of(c, pair / c->key_value_heads, pair % c->key_value_heads, 0, 1);
}

// A thread takes parts that lie together as one, and slices too.
static void score_parts(void *context, size_t begin, size_t end) {
  const divided_attention *d = context;
  while (begin < end) {
    const size_t pair = begin / d->parts, last = least(end, (pair + 1) * d->parts);
    const attention_block b = block_of_pair(d, pair);
    const size_t from = begin % d->parts * KEYS_OF_PART, first = first_of_row(&b, 0) / 16 * 16;
    const size_t to = least((last - pair * d->parts) * KEYS_OF_PART, end_of_row(&b, 0));
    if (to > first && from < to) score_keys(&b, d->scores + pair * d->size, from > first ? from : first, to);
    begin = last;
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
  while (begin < end) {
    const size_t pair = begin / d->slices, last = least(end, (pair + 1) * d->slices);
    const attention_block b = block_of_pair(d, pair);
    weigh_dimensions(&b, d->scores + pair * d->size, d->total + pair * d->call->group,
                     begin % d->slices * SLICE, SLICE * (last - pair * d->slices));
    begin = last;
  }
}

// Does the work, if each sequence has one query, and whole heads would leave threads idle for long.
static bool attends_divided(const attention_call *c) {
  const size_t threads = (size_t)mk_threads_current(), pairs = c->sequences * c->key_value_heads;
  if (pairs % threads == 0 || pairs > 4 * threads) return false;
  if (c->dimension % 16 != 0 || c->group > ONE_QUERY_HEADS) return false;
  size_t keys = 0, size = 0, columns = 0;
  for (size_t s = 0; s < c->sequences; s++) {
    if (queries_of_sequence(c, s) != 1) return false;
    const attention_block b = block_of(c, s, 0, 0, 1);
    keys += b.columns;
    if (b.columns > columns) columns = b.columns;
    if (b.rows * b.score_stride > size) size = b.rows * b.score_stride;
  }
  if (keys * c->key_value_heads * c->group * c->dimension < DIVIDED_WORK) return false;
  divided_attention d = {
    .call = c, .size = size, .parts = (columns + KEYS_OF_PART - 1) / KEYS_OF_PART, .slices = c->dimension / SLICE};
  d.scores = mk_scratch(0, pairs * (size + c->group) * sizeof(float));
  d.total = d.scores + pairs * size;
  const size_t parts = pairs * d.parts, slices = pairs * d.slices;
  mk_parallel(parts, (parts + threads - 1) / threads, score_parts, &d);
  mk_parallel(pairs * c->group, 1, exponentiate_heads, &d);
  mk_parallel(slices, (slices + threads - 1) / threads, weigh_slices, &d);
  return true;
}

#endif
