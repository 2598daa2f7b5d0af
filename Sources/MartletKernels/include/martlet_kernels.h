// The whole interface of the kernels: plain C, no dependency, no allocation the caller can see.
//
// Every result is the same bits for every instruction set and thread count (the rules of exactness):
//   - a matrix product keeps one accumulator for each output element, fused multiply-add, depth ascending;
//   - a sum over rows (tokens) ascends and continues from what the output holds;
//   - any other sum takes 16 virtual lanes (lane = index mod 16), each ascending, joined by one fixed tree; a
//     long one is first cut into chunks of one fixed size, whose lanes are added;
//   - exp, log, tanh, erf, sin and cos are our own polynomials; square root, division and fused
//     multiply-add are exact by IEEE 754;
//   - threads divide outputs, never sums.
// What is not a number is so everywhere, but which of its bits are set is left to the processor.
// Matrices are row-major. Sizes are elements unless a name says bytes. Any size may be zero.
#ifndef MARTLET_KERNELS_H
#define MARTLET_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MK_API __attribute__((visibility("default")))

// MARK: Instruction sets and threads

typedef enum {
  MK_ISA_PORTABLE = 0,
  MK_ISA_AVX2 = 1,
  MK_ISA_AVX512 = 2,
  MK_ISA_NEON = 3,
  MK_ISA_AVX512BF16 = 4,  // avx512 whose products of bfloat16 are the processor's own
} mk_isa;

/// The name of an instruction set as MARTLET_ISA spells it: portable, avx2, avx512, avx512bf16 or neon.
MK_API const char *mk_isa_name(mk_isa isa);
/// 1 when this machine can run the instruction set.
MK_API int mk_isa_available(mk_isa isa);
/// The instruction set that calls from this thread use: its override, MARTLET_ISA, or the best available.
MK_API mk_isa mk_isa_current(void);
/// Sets this thread's override (-1: none) and returns the one before. The set must be available.
MK_API int mk_override_isa(int isa);
/// The number of threads that calls from this thread use: its override, MARTLET_THREADS, or one a core.
MK_API int mk_threads_current(void);
/// Sets this thread's override (0: none) and returns the one before.
MK_API int mk_override_threads(int threads);
/// What is wrong with MARTLET_ISA or MARTLET_THREADS, as one sentence; null when nothing is.
MK_API const char *mk_configuration_error(void);

// MARK: Matrix product

/// How the two factors of a product lie in memory; c is always [rows, columns].
typedef enum {
  MK_PRODUCT_NT = 0,  // a [rows, depth], b [columns, depth]: x · Wᵀ
  MK_PRODUCT_NN = 1,  // a [rows, depth], b [depth, columns]: dy · W
  MK_PRODUCT_TN = 2,  // a [depth, rows], b [depth, columns]: dyᵀ · x
} mk_product;

/// What each accumulator holds before the first fused multiply-add.
typedef enum {
  MK_START_ZERO = 0,      // nothing
  MK_START_EXISTING = 1,  // what c holds
  MK_START_BIAS = 2,      // bias [columns], the same for each row
} mk_start;

/// The second factor of one of several products, and where the result goes.
typedef struct {
  size_t columns;
  int is_bfloat16;    // whether b holds uint16_t, the upper halves of float32 numbers, instead of float
  const void *b;      // [columns, depth]
  size_t b_stride;    // in elements
  const float *bias;  // [columns], for MK_START_BIAS; null for zero
  float *c;
  size_t c_stride;
} mk_factor;

// MARK: Elementwise operations

typedef enum {
  MK_NEGATE = 0,
  MK_ABSOLUTE,
  MK_SQUARE,
  MK_SQUARE_ROOT,
  MK_RECIPROCAL,
  MK_EXP,
  MK_LOG,
  MK_SIN,
  MK_COS,
  MK_TANH,
  MK_SIGMOID,
  MK_LOG_SIGMOID,  // min(x, 0) - log(1 + exp(-|x|))
  MK_RELU,
  MK_SILU,       // x · sigmoid(x)
  MK_GELU,       // x · Φ(x), by erf
  MK_GELU_TANH,  // 0.5 · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³)))
} mk_unary_operation;

typedef enum {
  MK_ADD = 0,
  MK_SUBTRACT,
  MK_MULTIPLY,
  MK_DIVIDE,
  MK_MAXIMUM,  // a > b ? a : b
  MK_MINIMUM,  // a < b ? a : b
  MK_GREATER,  // a > b ? 1 : 0
} mk_binary_operation;

typedef enum { MK_REDUCE_SUM = 0, MK_REDUCE_MAXIMUM = 1 } mk_reduction;

// MARK: Kernels
//
// K(name, parameters, arguments) for each kernel; the list makes the public functions mk_NAME, the
// dispatch table and each variant's entry in it. What each one computes stands above its line.

#define MK_KERNELS(K)                                                                                        \
  /* c = start + a · b, in the layout given; strides are row strides in elements. */                         \
  K(matrix_product,                                                                                          \
    (mk_product layout, mk_start start, size_t rows, size_t columns, size_t depth, const float *a,           \
     size_t a_stride, const float *b, size_t b_stride, const float *bias, float *c, size_t c_stride),        \
    (layout, start, rows, columns, depth, a, a_stride, b, b_stride, bias, c, c_stride))                      \
  /* Several products of one a [rows, depth] in the layout NT: the bits of as many matrix_product, with b      \
     widened exactly where it is bfloat16. */                                                                \
  K(matrix_products,                                                                                         \
    (mk_start start, size_t rows, size_t depth, const float *a, size_t a_stride, const mk_factor *factors,   \
     size_t factor_count),                                                                                   \
    (start, rows, depth, a, a_stride, factors, factor_count))                                                \
  /* As matrix_product, with the elements of a and b rounded to bfloat16 (nearest, ties to even): one float32 \
     accumulator an element, fused multiply-add, depth ascending. Of what is rounded and of the sums, numbers  \
     too small to be normal are zero. */                                                                     \
  K(matrix_product_bfloat16,                                                                                 \
    (mk_product layout, mk_start start, size_t rows, size_t columns, size_t depth, const float *a,           \
     size_t a_stride, const float *b, size_t b_stride, const float *bias, float *c, size_t c_stride),        \
    (layout, start, rows, columns, depth, a, a_stride, b, b_stride, bias, c, c_stride))                      \
  /* y[i] = operation(x[i]). y may be x. */                                                                  \
  K(unary, (mk_unary_operation operation, size_t count, const float *x, float *y), (operation, count, x, y)) \
  /* dx[i] = dy[i] · operation'(x[i]). dx may be dy. */                                                      \
  K(unary_gradient, (mk_unary_operation operation, size_t count, const float *x, const float *dy, float *dx),\
    (operation, count, x, dy, dx))                                                                           \
  /* y[r, c] = operation(a, b); strides of 0 broadcast: element (r, c) of a is a[r·a_row + c·a_column]       \
     with a_column 0 or 1. */                                                                                \
  K(binary,                                                                                                  \
    (mk_binary_operation operation, size_t rows, size_t columns, const float *a, size_t a_row, size_t a_column,\
     const float *b, size_t b_row, size_t b_column, float *y),                                               \
    (operation, rows, columns, a, a_row, a_column, b, b_row, b_column, y))                                   \
  /* y[i] = activation(gate[i]) · up[i]. */                                                                  \
  K(gated, (mk_unary_operation activation, size_t count, const float *gate, const float *up, float *y),      \
    (activation, count, gate, up, y))                                                                        \
  /* dgate[i] = dy[i] · up[i] · activation'(gate[i]); dup[i] = dy[i] · activation(gate[i]). */               \
  K(gated_gradient,                                                                                          \
    (mk_unary_operation activation, size_t count, const float *gate, const float *up, const float *dy, float *dgate,\
     float *dup),                                                                                            \
    (activation, count, gate, up, dy, dgate, dup))                                                           \
  /* y[i] = (clamp(up[i]) + 1) · g · sigmoid(alpha · g): g = gate[i], at most limit; up from -limit to limit. */\
  K(clamped_gate,                                                                                            \
    (size_t count, float alpha, float limit, const float *gate, const float *up, float *y),                  \
    (count, alpha, limit, gate, up, y))                                                                      \
  /* Its gradient: 0 beyond a bound. */                                                                      \
  K(clamped_gate_gradient,                                                                                   \
    (size_t count, float alpha, float limit, const float *gate, const float *up, const float *dy,            \
     float *dgate, float *dup),                                                                              \
    (count, alpha, limit, gate, up, dy, dgate, dup))                                                         \
  /* y[r] = the sum (16 lanes) or maximum of row r; an empty row gives 0 or -infinity. */                    \
  K(reduce_columns, (mk_reduction reduction, size_t rows, size_t columns, const float *x, float *y),         \
    (reduction, rows, columns, x, y))                                                                        \
  /* y[c] += x[0, c] + x[1, c] + …, one accumulator a column, rows ascending. */                             \
  K(accumulate_rows, (size_t rows, size_t columns, const float *x, float *y), (rows, columns, x, y))         \
  /* y[i] += x[i]. */                                                                                        \
  K(accumulate, (size_t count, const float *x, float *y), (count, x, y))                                     \
  /* y[i] = table[ids[i], :]. */                                                                             \
  K(gather_rows, (size_t count, size_t width, const int32_t *ids, const float *table, float *y),             \
    (count, width, ids, table, y))                                                                           \
  /* The same from a table of bfloat16, widened exactly. */                                                  \
  K(gather_rows_bfloat16,                                                                                    \
    (size_t count, size_t width, const int32_t *ids, const uint16_t *table, float *y),                       \
    (count, width, ids, table, y))                                                                           \
  /* table[ids[i], :] += x[i, :], i ascending; table is [rows, width]. */                                    \
  K(scatter_add_rows,                                                                                        \
    (size_t count, size_t width, size_t rows, const int32_t *ids, const float *x, float *table),             \
    (count, width, rows, ids, x, table))                                                                     \
  /* y[r] = x[r, ids[r]]. */                                                                                 \
  K(take_columns, (size_t rows, size_t columns, const float *x, const int32_t *ids, float *y),               \
    (rows, columns, x, ids, y))                                                                              \
  /* y[r, ids[r]] += x[r]. */                                                                                \
  K(put_columns, (size_t rows, size_t columns, const float *x, const int32_t *ids, float *y),                \
    (rows, columns, x, ids, y))                                                                              \
  /* sum = x + added, and y = (sum - mean) · inverse · weight + bias, a row at a time; inverse =             \
     1/√(variance + epsilon), the variance over width (not width - 1). added may be null: then x itself is   \
     normalised, and nothing is written to sum. bias may be null. mean and inverse are [rows]. */            \
  K(layer_norm,                                                                                              \
    (size_t rows, size_t width, float epsilon, const float *x, const float *added, float *sum,               \
     const float *weight, const float *bias, float *y, float *mean, float *inverse),                         \
    (rows, width, epsilon, x, added, sum, weight, bias, y, mean, inverse))                                   \
  /* dx = other + the gradient of x; other may be null, or dx. */                                            \
  K(layer_norm_gradient,                                                                                     \
    (size_t rows, size_t width, const float *x, const float *weight, const float *mean,                      \
     const float *inverse, const float *dy, const float *other, float *dx),                                  \
    (rows, width, x, weight, mean, inverse, dy, other, dx))                                                  \
  /* dweight += Σ dy · normalised x; dbias += Σ dy (may be null); rows ascending. */                         \
  K(layer_norm_weight_gradient,                                                                              \
    (size_t rows, size_t width, const float *x, const float *mean, const float *inverse, const float *dy,    \
     float *dweight, float *dbias),                                                                          \
    (rows, width, x, mean, inverse, dy, dweight, dbias))                                                     \
  /* sum = x + added, as above, and y = sum · inverse · weight; inverse = 1/√(mean square + epsilon), [rows]. */ \
  K(rms_norm,                                                                                                \
    (size_t rows, size_t width, float epsilon, const float *x, const float *added, float *sum,               \
     const float *weight, float *y, float *inverse),                                                         \
    (rows, width, epsilon, x, added, sum, weight, y, inverse))                                               \
  K(rms_norm_gradient,                                                                                       \
    (size_t rows, size_t width, const float *x, const float *weight, const float *inverse, const float *dy,  \
     const float *other, float *dx),                                                                         \
    (rows, width, x, weight, inverse, dy, other, dx))                                                        \
  K(rms_norm_weight_gradient,                                                                                \
    (size_t rows, size_t width, const float *x, const float *inverse, const float *dy, float *dweight),      \
    (rows, width, x, inverse, dy, dweight))                                                                  \
  /* Rotates pairs (i, i + rotated/2) among the first `rotated` columns of each head of x [tokens, heads ·   \
     head_dimension] by the angle whose cosine and sine stand in row positions[t] of the tables              \
     [.., rotated/2]; the other columns are copied. direction -1 rotates back (the gradient). y may be x. */ \
  K(rotate,                                                                                                  \
    (size_t tokens, size_t heads, size_t head_dimension, size_t rotated, int direction,                      \
     const int32_t *positions, const float *cosines, const float *sines, const float *x, float *y),          \
    (tokens, heads, head_dimension, rotated, direction, positions, cosines, sines, x, y))                    \
  /* Causal attention over ragged sequences with grouped queries. Sequence s has the queries                 \
     query_offsets[s] ..< query_offsets[s + 1] (rows of q and y) and the keys key_starts[s] ..<              \
     key_starts[s] + key_counts[s] (rows of k and v); its last query stands at its last key. A query at      \
     position p sees keys max(0, p - window + 1) ... p (window 0: from the first). A score is q · k · scale, \
     and then soft_cap · tanh(score / soft_cap) (soft_cap 0: as it is). sinks, one logit a head, joins the   \
     softmax of every query without a value; null for none. logsumexp is [tokens, heads], kept for the       \
     gradient; null when none is wanted. Strides are those of rows; a head's keys lie head_stride after those of \
     the head before, and so do its values. */                                                               \
  K(attention,                                                                                               \
    (size_t sequences, const int32_t *query_offsets, const int32_t *key_starts, const int32_t *key_counts,   \
     size_t heads, size_t key_value_heads, size_t head_dimension, size_t window, float scale, float soft_cap,\
     const float *sinks, const float *q, size_t q_stride, const float *k, const float *v, size_t kv_stride,  \
     size_t head_stride, float *y, size_t y_stride, float *logsumexp),                                       \
    (sequences, query_offsets, key_starts, key_counts, heads, key_value_heads, head_dimension, window,       \
     scale, soft_cap, sinks, q, q_stride, k, v, kv_stride, head_stride, y, y_stride, logsumexp))             \
  /* dq is written; dk and dv are written for the key rows of each sequence. Heads lie side by side in a row. \
     dq has q's stride, dk and dv the stride of k and v, dy the stride of y. */                                                           \
  K(attention_gradient,                                                                                      \
    (size_t sequences, const int32_t *query_offsets, const int32_t *key_starts, const int32_t *key_counts,   \
     size_t heads, size_t key_value_heads, size_t head_dimension, size_t window, float scale, float soft_cap,\
     const float *q, size_t q_stride, const float *k, const float *v, size_t kv_stride, const float *y,      \
     size_t y_stride, const float *logsumexp, const float *dy, float *dq, float *dk, float *dv),             \
    (sequences, query_offsets, key_starts, key_counts, heads, key_value_heads, head_dimension, window,       \
     scale, soft_cap, q, q_stride, k, v, kv_stride, y, y_stride, logsumexp, dy, dq, dk, dv))                 \
  /* dsinks[h] -= Σ exp(sinks[h] - logsumexp[t, h]) · Σ y · dy, tokens ascending. dy has the stride of y. */ \
  K(attention_sink_gradient,                                                                                 \
    (size_t tokens, size_t heads, size_t head_dimension, const float *sinks, const float *y, size_t y_stride,\
     const float *logsumexp, const float *dy, float *dsinks),                                                \
    (tokens, heads, head_dimension, sinks, y, y_stride, logsumexp, dy, dsinks))                              \
  /* y = softmax of each row: exp(x - max) / Σ exp(x - max). y may be x. */                                  \
  K(softmax, (size_t rows, size_t columns, const float *x, float *y), (rows, columns, x, y))                 \
  /* dx = y · (dy - Σ y · dy), y the softmax. */                                                             \
  K(softmax_gradient, (size_t rows, size_t columns, const float *y, const float *dy, float *dx),             \
    (rows, columns, y, dy, dx))                                                                              \
  /* y = x - logsumexp(x) of each row. y may be x. */                                                        \
  K(log_softmax, (size_t rows, size_t columns, const float *x, float *y), (rows, columns, x, y))             \
  /* dx = dy - exp(y) · Σ dy, y the log-softmax. */                                                          \
  K(log_softmax_gradient, (size_t rows, size_t columns, const float *y, const float *dy, float *dx),         \
    (rows, columns, y, dy, dx))                                                                              \
  /* log_probability[r] = logits[r, targets[r]] - logsumexp(row r); logsumexp[r] is kept. */                 \
  K(target_log_probability,                                                                                  \
    (size_t rows, size_t columns, const float *logits, const int32_t *targets, float *log_probability,       \
     float *logsumexp),                                                                                      \
    (rows, columns, logits, targets, log_probability, logsumexp))                                            \
  /* In place, logits become their gradient: dy[r] · ([c = targets[r]] - exp(logits[r, c] - logsumexp[r])).*/\
  K(target_log_probability_gradient,                                                                         \
    (size_t rows, size_t columns, float *logits, const int32_t *targets, const float *logsumexp,             \
     const float *dy),                                                                                       \
    (rows, columns, logits, targets, logsumexp, dy))                                                         \
  /* rank[r] = 1 + how many columns of row r come before targets[r] (a larger value, or the same value and   \
     a lower index). */                                                                                      \
  K(target_rank, (size_t rows, size_t columns, const float *x, const int32_t *targets, int32_t *rank),       \
    (rows, columns, x, targets, rank))                                                                       \
  /* places[r] = the first column of the largest element of row r; -1 where the row is empty or an element is\
     infinite or not a number. */                                                                            \
  K(largest_columns, (size_t rows, size_t columns, const float *x, int32_t *places),                         \
    (rows, columns, x, places))                                                                              \
  /* places[r, j] = the column of the j-th largest element of row r, j < each <= columns; of equal elements  \
     the lower column first. */                                                                              \
  K(top_columns, (size_t rows, size_t columns, size_t each, const float *x, int32_t *places),                \
    (rows, columns, each, x, places))                                                                        \
  /* y[r] = Σ_j weights[r, j] · x[places[r, j]], j ascending from 0; rows [width]; null weights are 1. */    \
  K(combine_rows,                                                                                            \
    (size_t rows, size_t each, size_t width, const int32_t *places, const float *weights, const float *x,    \
     float *y),                                                                                              \
    (rows, each, width, places, weights, x, y))                                                              \
  /* dx[places[r, j]] = weights[r, j] · dy[r]; dweights[r, j] = Σ dy[r] · x[places[r, j]]. No place stands twice. */\
  K(combine_rows_gradient,                                                                                   \
    (size_t rows, size_t each, size_t width, const int32_t *places, const float *weights, const float *x,    \
     const float *dy, float *dx, float *dweights),                                                           \
    (rows, each, width, places, weights, x, dy, dx, dweights))                                               \
  /* y[i] = uniform(seed, stream, first + i) < probability ? 0 : x[i] / (1 - probability). y may be x. */    \
  K(dropout,                                                                                                 \
    (size_t count, uint64_t seed, uint64_t stream, uint64_t first, float probability, const float *x,        \
     float *y),                                                                                              \
    (count, seed, stream, first, probability, x, y))                                                         \
  /* Philox 4x32-10 words first ..< first + count of the stream (word i: counter i/4, lane i mod 4; the      \
     counter's low 64 bits are i/4, its high 64 bits the stream; the key is the seed). */                    \
  K(random_words, (size_t count, uint64_t seed, uint64_t stream, uint64_t first, uint32_t *y),               \
    (count, seed, stream, first, y))                                                                         \
  /* Uniform numbers in [0, 1): the word's top 24 bits times 2^-24. */                                       \
  K(random_uniform, (size_t count, uint64_t seed, uint64_t stream, uint64_t first, float *y),                \
    (count, seed, stream, first, y))                                                                         \
  /* Standard normal numbers by Box and Muller from the words (2j, 2j + 1): number 2j takes the cosine and   \
     2j + 1 the sine; first may be odd. */                                                                   \
  K(random_normal, (size_t count, uint64_t seed, uint64_t stream, uint64_t first, float *y),                 \
    (count, seed, stream, first, y))                                                                         \
  /* partials[j] = Σ x² over elements 4096·j ..< 4096·(j + 1), 16 lanes; ceil(count / 4096) of them. */      \
  K(sum_of_squares, (size_t count, const float *x, float *partials), (count, x, partials))                   \
  /* One step of Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2; the order of     \
     operations of torch.optim.AdamW): g = gradient · gradient_scale; value -= learning_rate · decay ·       \
     value; m = β1 m + rest1 g; v = β2 v + rest2 g²; value -= learning_rate / correction1 · m /              \
     (√v / √correction2 + epsilon). */                                                                       \
  K(adamw,                                                                                                   \
    (size_t count, float learning_rate, float beta1, float rest1, float beta2, float rest2, float epsilon,   \
     float decay, float correction1, float correction2, float gradient_scale, const float *gradient,         \
     float *value, float *m, float *v),                                                                      \
    (count, learning_rate, beta1, rest1, beta2, rest2, epsilon, decay, correction1, correction2,             \
     gradient_scale, gradient, value, m, v))                                                                 \
  /* Rounds to the nearest bfloat16, to even of two as near. */                                              \
  K(narrow_bfloat16, (size_t count, const float *x, uint16_t *y), (count, x, y))                             \
  /* Rounds to the nearest float16, to even of two as near; beyond 65,520 that is infinity. */               \
  K(narrow_float16, (size_t count, const float *x, uint16_t *y), (count, x, y))                              \
  /* Widens exactly to float32. */                                                                           \
  K(widen_bfloat16, (size_t count, const uint16_t *x, float *y), (count, x, y))                              \
  /* y[32 · b + i] = the i-th four-bit number of block b (the low half of a byte first) · 2^(scales[b] - 127);\
     255 is not a number. */                                                                                 \
  K(widen_mxfp4, (size_t blocks, const uint8_t *halves, const uint8_t *scales, float *y),                    \
    (blocks, halves, scales, y))                                                                             \
  K(widen_float16, (size_t count, const uint16_t *x, float *y), (count, x, y))

#define MK_DECLARE(name, parameters, arguments) MK_API void mk_##name parameters;
MK_KERNELS(MK_DECLARE)
#undef MK_DECLARE

#ifdef __cplusplus
}
#endif
#endif
