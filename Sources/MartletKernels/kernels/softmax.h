// Softmax and its logarithm, the log-probability of one column a row, and that column's rank.
//
// A logit of -infinity has probability 0. A row of nothing else, or with +infinity or what is not a number
// in it, gives not a number throughout.
#include "each_vector.h"
#include "grain.h"
#include "reductions.h"

typedef struct {
  size_t columns;
  const float *x, *y, *dy;  // y: the result, in a gradient
  const int32_t *targets;
  const float *logsumexps;
  float *output, *logsumexp;
  int32_t *rank;
} softmax_task;

// MARK: Softmax

static void softmax_range(void *context, size_t begin, size_t end) {
  const softmax_task t = *(const softmax_task *)context;
  for (size_t row = begin; row < end; row++) {
    const float *x = t.x + row * t.columns;
    float *y = t.output + row * t.columns;
    const v16 most = v16_set(maximum_of(x, t.columns));
    v16 sum = v16_set(0.0f);
    SUM_EACH_VECTOR(sum, t.columns, {
      const v16 e = v16_exp(v16_sub(v16_load_rest(x + i, n, -__builtin_inff()), most));
      v16_store_n(y + i, e, n);
      part = v16_add(part, e);
    });
    const v16 total = v16_set(v16_sum(sum));
    EACH_VECTOR(0, t.columns, { v16_store_n(y + i, v16_div(v16_load_n(y + i, n), total), n); });
  }
}
static void softmax(size_t rows, size_t columns, const float *x, float *y) {
  softmax_task task = {.columns = columns, .x = x, .output = y};
  mk_parallel(rows, grain_of(columns), softmax_range, &task);
}

static void softmax_gradient_range(void *context, size_t begin, size_t end) {
  const softmax_task t = *(const softmax_task *)context;
  for (size_t row = begin; row < end; row++) {
    const float *y = t.y + row * t.columns, *dy = t.dy + row * t.columns;
    float *dx = t.output + row * t.columns;
    v16 sum = v16_set(0.0f);
    SUM_EACH_VECTOR(sum, t.columns,
                    { part = v16_fma(v16_load_n(y + i, n), v16_load_n(dy + i, n), part); });
    const v16 total = v16_set(v16_sum(sum));
    EACH_VECTOR(0, t.columns, {
      v16_store_n(dx + i, v16_mul(v16_load_n(y + i, n), v16_sub(v16_load_n(dy + i, n), total)), n);
    });
  }
}
static void softmax_gradient(size_t rows, size_t columns, const float *y, const float *dy, float *dx) {
  softmax_task task = {.columns = columns, .y = y, .dy = dy, .output = dx};
  mk_parallel(rows, grain_of(columns), softmax_gradient_range, &task);
}

// MARK: Log-softmax

// The logarithm of Σ exp(x - most).
V16 float log_sum_of_exponentials(const float *x, size_t columns, float most) {
  const v16 shift = v16_set(most);
  v16 sum = v16_set(0.0f);
  SUM_EACH_VECTOR(sum, columns, {
    part = v16_add(part, v16_exp(v16_sub(v16_load_rest(x + i, n, -__builtin_inff()), shift)));
  });
  return log_of(v16_sum(sum));
}

// (x - maximum) - log Σ exp(x - maximum): the logarithm loses nothing to a large maximum.
static void log_softmax_range(void *context, size_t begin, size_t end) {
  const softmax_task t = *(const softmax_task *)context;
  for (size_t row = begin; row < end; row++) {
    const float *x = t.x + row * t.columns;
    float *y = t.output + row * t.columns;
    const float most = maximum_of(x, t.columns);
    const v16 shift = v16_set(most), rest = v16_set(log_sum_of_exponentials(x, t.columns, most));
    EACH_VECTOR(0, t.columns, {
      v16_store_n(y + i, v16_sub(v16_sub(v16_load_n(x + i, n), shift), rest), n);
    });
  }
}
static void log_softmax(size_t rows, size_t columns, const float *x, float *y) {
  softmax_task task = {.columns = columns, .x = x, .output = y};
  mk_parallel(rows, grain_of(columns), log_softmax_range, &task);
}

static void log_softmax_gradient_range(void *context, size_t begin, size_t end) {
  const softmax_task t = *(const softmax_task *)context;
  for (size_t row = begin; row < end; row++) {
    const float *y = t.y + row * t.columns, *dy = t.dy + row * t.columns;
    float *dx = t.output + row * t.columns;
    const v16 total = v16_set(sum_of(dy, t.columns));
    EACH_VECTOR(0, t.columns, {
      v16_store_n(dx + i, v16_fnma(v16_exp(v16_load_n(y + i, n)), total, v16_load_n(dy + i, n)), n);
    });
  }
}
static void log_softmax_gradient(size_t rows, size_t columns, const float *y, const float *dy, float *dx) {
  softmax_task task = {.columns = columns, .y = y, .dy = dy, .output = dx};
  mk_parallel(rows, grain_of(columns), log_softmax_gradient_range, &task);
}

// MARK: One target a row

// The bits of the log-softmax at the target.
static void target_log_probability_range(void *context, size_t begin, size_t end) {
  const softmax_task t = *(const softmax_task *)context;
  for (size_t row = begin; row < end; row++) {
    const float *x = t.x + row * t.columns;
    const float most = maximum_of(x, t.columns);
    const float rest = log_sum_of_exponentials(x, t.columns, most);
    t.output[row] = (x[t.targets[row]] - most) - rest;
    t.logsumexp[row] = most + rest;
  }
}
static void target_log_probability(size_t rows, size_t columns, const float *logits, const int32_t *targets,
                                   float *log_probability, float *logsumexp) {
  softmax_task task = {.columns = columns,
                       .x = logits,
                       .targets = targets,
                       .output = log_probability,
                       .logsumexp = logsumexp};
  mk_parallel(rows, grain_of(columns), target_log_probability_range, &task);
}

static void target_log_probability_gradient_range(void *context, size_t begin, size_t end) {
  const softmax_task t = *(const softmax_task *)context;
  for (size_t row = begin; row < end; row++) {
    float *x = t.output + row * t.columns;
    const float logsumexp = t.logsumexps[row], dy = t.dy[row];
    const float probability = exp_of(x[t.targets[row]] - logsumexp);
    const v16 shift = v16_set(logsumexp), scale = v16_set(-dy);
    EACH_VECTOR(0, t.columns, {
      v16_store_n(x + i, v16_mul(scale, v16_exp(v16_sub(v16_load_n(x + i, n), shift))), n);
    });
    x[t.targets[row]] = dy * (1.0f - probability);
  }
}
static void target_log_probability_gradient(size_t rows, size_t columns, float *logits,
                                            const int32_t *targets, const float *logsumexp,
                                            const float *dy) {
  softmax_task task = {
      .columns = columns, .targets = targets, .logsumexps = logsumexp, .dy = dy, .output = logits};
  mk_parallel(rows, grain_of(columns), target_log_probability_gradient_range, &task);
}

// Counts are whole numbers, so their order is free and the compiler may choose it.
static void target_rank_range(void *context, size_t begin, size_t end) {
  const softmax_task t = *(const softmax_task *)context;
  for (size_t row = begin; row < end; row++) {
    const float *x = t.x + row * t.columns;
    const size_t target = (size_t)t.targets[row];
    const float value = x[target];
    int32_t before = 0;
    for (size_t i = 0; i < target; i++) before += x[i] >= value;
    for (size_t i = target + 1; i < t.columns; i++) before += x[i] > value;
    t.rank[row] = 1 + before;
  }
}
static void target_rank(size_t rows, size_t columns, const float *x, const int32_t *targets, int32_t *rank) {
  softmax_task task = {.columns = columns, .x = x, .targets = targets, .rank = rank};
  mk_parallel(rows, grain_of(columns), target_rank_range, &task);
}
