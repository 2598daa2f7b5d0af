// Runs every kernel on inputs made by the kernels' own random numbers, over odd and empty shapes and with one
// and three threads, and prints a digest of each kernel's output bits. The lines must be the same for every
// instruction set: Scripts/check_neon.sh compares them.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "martlet_kernels.h"

#define COUNT_OF(list) (sizeof(list) / sizeof *(list))

// MARK: Digests, FNV-1a with 64 bits

enum {
#define NUMBER(name, parameters, arguments) KERNEL_##name,
  MK_KERNELS(NUMBER)
#undef NUMBER
  KERNELS
};

static const char *const kernel_names[KERNELS] = {
#define NAME(name, parameters, arguments) #name,
  MK_KERNELS(NAME)
#undef NAME
};

static uint64_t digests[KERNELS];
static size_t absorbed[KERNELS];

static void absorb_words(int kernel, const uint32_t *x, size_t count) {
  if (absorbed[kernel] == 0) digests[kernel] = 0xcbf29ce484222325;
  absorbed[kernel] += count;
  for (size_t i = 0; i < count; i++)
    for (int shift = 0; shift < 32; shift += 8)
      digests[kernel] = (digests[kernel] ^ ((x[i] >> shift) & 0xff)) * 0x100000001b3;
}

// What is not a number has no one pattern: processors differ in its sign.
static void absorb(int kernel, const float *x, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t word;
    memcpy(&word, &x[i], sizeof word);
    if (x[i] != x[i]) word = 0x7fc00000;
    absorb_words(kernel, &word, 1);
  }
}

#define ABSORB(name, x, count) absorb(KERNEL_##name, x, count)

// MARK: Inputs

static uint64_t stream;

static void *memory(size_t bytes) {
  void *x = calloc(bytes + 1, 1);
  if (!x) exit(2);
  return x;
}

static float *zeros(size_t count) { return memory(count * sizeof(float)); }

static float *normal(size_t count) {
  float *x = zeros(count);
  mk_random_normal(count, 7, stream++, 0, x);
  return x;
}

static float *uniform(size_t count) {
  float *x = zeros(count);
  mk_random_uniform(count, 7, stream++, 0, x);
  return x;
}

static float *copy(const float *x, size_t count) {
  float *y = zeros(count);
  memcpy(y, x, count * sizeof(float));
  return y;
}

static int32_t *ids(size_t count, size_t limit) {
  uint32_t *x = memory(count * sizeof *x);
  mk_random_words(count, 7, stream++, 0, x);
  for (size_t i = 0; i < count; i++) x[i] %= (uint32_t)limit;
  return (int32_t *)x;
}

// Numbers over the whole range, and the special ones.
static float *all_kinds(size_t count) {
  static const float special[] = {0.0f, -0.0f, 1e-45f, -1e-40f, 1.17549435e-38f, 3.4e38f, -3.4e38f, INFINITY,
                                  -INFINITY, NAN, 1, -1, 88.7f, -87.3f, -103.9f, 1e6f, -1e30f};
  float *x = normal(count), *scale = normal(count);
  for (size_t i = 0; i < count; i++) {
    x[i] *= i % 3 == 0 ? 1.0f : i % 3 == 1 ? 20.0f : scale[i] * 4096.0f;
    if (i % 5 == 4) x[i] = special[i / 5 % COUNT_OF(special)];
  }
  free(scale);
  return x;
}

// MARK: The kernels

static const size_t counts[] = {0, 1, 15, 16, 17, 333, 5000, 40001};
static const size_t shapes[][2] = {{0, 5}, {3, 0}, {1, 1}, {1, 16}, {3, 17}, {7, 33}, {64, 64}, {13, 100},
                                   {300, 129}, {2, 4100}};

static void digest_products(void) {
  static const size_t sizes[][3] = {{1, 1, 1},      {1, 300, 50},   {3, 17, 33},   {14, 64, 32},
                                    {29, 31, 65},   {70, 513, 97},  {5, 0, 7},     {128, 128, 128},
                                    {200, 65, 300}, {16, 1000, 4},  {9, 1600, 40}};
  for (size_t i = 0; i < COUNT_OF(sizes); i++)
    for (int layout = 0; layout < 3; layout++)
      for (int start = 0; start < 3; start++) {
        const size_t rows = sizes[i][0], depth = sizes[i][1], columns = sizes[i][2];
        const size_t a_stride = (layout == MK_PRODUCT_TN ? rows : depth) + i % 3;
        const size_t b_stride = (layout == MK_PRODUCT_NT ? depth : columns) + i % 2;
        const size_t c_stride = columns + i % 4;
        float *a = normal((layout == MK_PRODUCT_TN ? depth : rows) * a_stride);
        float *b = normal((layout == MK_PRODUCT_NT ? columns : depth) * b_stride);
        float *bias = normal(columns), *c = normal(rows * c_stride);
        mk_matrix_product((mk_product)layout, (mk_start)start, rows, columns, depth, a, a_stride, b, b_stride,
                          bias, c, c_stride);
        ABSORB(matrix_product, c, rows * c_stride);
        mk_matrix_product_bfloat16((mk_product)layout, (mk_start)start, rows, columns, depth, a, a_stride, b,
                                   b_stride, bias, c, c_stride);
        ABSORB(matrix_product_bfloat16, c, rows * c_stride);
        if (layout == MK_PRODUCT_NT) {
          uint16_t *narrow = memory(columns * b_stride * sizeof *narrow);
          mk_narrow_bfloat16(columns * b_stride, b, narrow);
          mk_factor factors[3] = {
            {.columns = columns, .is_bfloat16 = 1, .b = narrow, .b_stride = b_stride},
            {.columns = 0},
            {.columns = columns, .b = b, .b_stride = b_stride},
          };
          for (int f = 0; f < 3; f++) {
            factors[f].bias = bias, factors[f].c_stride = c_stride;
            factors[f].c = copy(c, rows * c_stride);
          }
          mk_matrix_products((mk_start)start, rows, depth, a, a_stride, factors, 3);
          for (int f = 0; f < 3; f++) {
            ABSORB(matrix_products, factors[f].c, rows * c_stride);
            free(factors[f].c);
          }
          free(narrow);
        }
        free(a), free(b), free(bias), free(c);
      }
}

static void digest_elementwise(size_t count) {
  float *x = all_kinds(count), *up = normal(count), *dy = normal(count), *y = zeros(count), *z = zeros(count);
  for (int operation = MK_NEGATE; operation <= MK_GELU_TANH; operation++) {
    mk_unary((mk_unary_operation)operation, count, x, y);
    ABSORB(unary, y, count);
    mk_unary_gradient((mk_unary_operation)operation, count, x, dy, y);
    ABSORB(unary_gradient, y, count);
  }
  static const mk_unary_operation gates[] = {MK_SILU, MK_GELU, MK_GELU_TANH, MK_RELU, MK_SIGMOID};
  for (size_t i = 0; i < COUNT_OF(gates); i++) {
    mk_gated(gates[i], count, x, up, y);
    ABSORB(gated, y, count);
    mk_gated_gradient(gates[i], count, x, up, dy, y, z);
    ABSORB(gated_gradient, y, count);
    ABSORB(gated_gradient, z, count);
  }
  mk_clamped_gate(count, 1.702f, 1, x, up, y);
  ABSORB(clamped_gate, y, count);
  mk_clamped_gate_gradient(count, 1.702f, 1, x, up, dy, y, z);
  ABSORB(clamped_gate_gradient, y, count);
  ABSORB(clamped_gate_gradient, z, count);
  mk_accumulate(count, up, dy);
  ABSORB(accumulate, dy, count);
  mk_dropout(count, 3, 5, 1234567, 0.3f, up, y);
  ABSORB(dropout, y, count);
  const size_t chunks = (count + 4095) / 4096;
  float *partials = zeros(chunks);
  mk_sum_of_squares(count, up, partials);
  ABSORB(sum_of_squares, partials, chunks);
  free(partials);
  float *value = normal(count), *m = normal(count), *v = uniform(count);
  mk_adamw(count, 1e-3f, 0.9f, 0.1f, 0.99f, 0.01f, 1e-8f, 0.1f, 0.1f, 0.01f, 0.5f, dy, value, m, v);
  ABSORB(adamw, value, count);
  ABSORB(adamw, m, count);
  ABSORB(adamw, v, count);
  free(x), free(up), free(dy), free(y), free(z), free(value), free(m), free(v);
}

static void digest_random(size_t count) {
  uint32_t *words = memory(count * sizeof *words);
  float *y = zeros(count);
  static const uint64_t firsts[] = {0, 1, 2, 3, 4, 0xfffffffd, 0x3fffffffe};
  for (size_t i = 0; i < COUNT_OF(firsts); i++) {
    mk_random_words(count, 0x123456789abcdef0, 3, firsts[i], words);
    absorb_words(KERNEL_random_words, words, count);
    mk_random_uniform(count, 11, 0x8000000000000001, firsts[i], y);
    ABSORB(random_uniform, y, count);
    mk_random_normal(count, 11, 2, firsts[i], y);
    ABSORB(random_normal, y, count);
  }
  free(words), free(y);
}

static void digest_conversions(void) {
  enum { ALL = 1 << 16 };
  uint16_t *x = memory(ALL * sizeof *x);
  float *y = zeros(ALL);
  for (int i = 0; i < ALL; i++) x[i] = (uint16_t)i;
  mk_widen_bfloat16(ALL - 3, x + 3, y);
  ABSORB(widen_bfloat16, y, ALL - 3);
  mk_narrow_bfloat16(ALL - 3, y, x);
  for (int i = 0; i < ALL - 3; i++) y[i] = (float)x[i];
  ABSORB(narrow_bfloat16, y, ALL - 3);
  // Of both halves of a float32, so that every exponent and rounding occurs.
  for (uint32_t i = 0; i < ALL; i++) {
    const uint32_t bits = i << 16 | (i * 40503u & 0xffff);
    memcpy(y + i, &bits, sizeof bits);
  }
  mk_narrow_float16(ALL - 3, y + 3, x);
  for (int i = 0; i < ALL - 3; i++) y[i] = (float)x[i];
  ABSORB(narrow_float16, y, ALL - 3);
  for (int i = 0; i < ALL; i++) x[i] = (uint16_t)i;
  mk_widen_mxfp4(ALL / 32, (const uint8_t *)x, (const uint8_t *)x + 1, y);
  ABSORB(widen_mxfp4, y, ALL);
  mk_widen_float16(ALL - 3, x + 3, y);
  ABSORB(widen_float16, y, ALL - 3);
  free(x), free(y);
}

static void digest_rows(size_t rows, size_t columns) {
  const size_t count = rows * columns;
  float *x = normal(count), *dy = normal(count), *y = zeros(count), *dx = zeros(count);
  float *row = normal(columns), *other = normal(columns), *column = normal(rows), *mean = zeros(rows);
  float *inverse = zeros(rows), *kept = zeros(rows);

  for (int operation = MK_ADD; operation <= MK_GREATER; operation++) {
    mk_binary((mk_binary_operation)operation, rows, columns, x, columns, 1, dy, columns, 1, y);
    ABSORB(binary, y, count);
    mk_binary((mk_binary_operation)operation, rows, columns, x, columns, 1, row, 0, 1, y);
    ABSORB(binary, y, count);
    mk_binary((mk_binary_operation)operation, rows, columns, column, 1, 0, x, columns, 1, y);
    ABSORB(binary, y, count);
    mk_binary((mk_binary_operation)operation, rows, columns, column, 0, 0, row, 0, 1, y);
    if (rows > 0) ABSORB(binary, y, count);
  }
  mk_reduce_columns(MK_REDUCE_SUM, rows, columns, x, kept);
  ABSORB(reduce_columns, kept, rows);
  mk_reduce_columns(MK_REDUCE_MAXIMUM, rows, columns, x, kept);
  ABSORB(reduce_columns, kept, rows);
  mk_accumulate_rows(rows, columns, x, row);
  ABSORB(accumulate_rows, row, columns);

  if (columns > 0) {
    mk_layer_norm(rows, columns, 1e-5f, x, NULL, NULL, row, other, y, mean, inverse);
    ABSORB(layer_norm, y, count);
    ABSORB(layer_norm, mean, rows);
    ABSORB(layer_norm, inverse, rows);
    mk_layer_norm(rows, columns, 1e-5f, x, dy, dx, row, NULL, y, mean, inverse);
    ABSORB(layer_norm, dx, count);
    ABSORB(layer_norm, y, count);
    mk_layer_norm_gradient(rows, columns, x, row, mean, inverse, dy, dx, dx);
    ABSORB(layer_norm_gradient, dx, count);
    float *dweight = normal(columns), *dbias = normal(columns);
    mk_layer_norm_weight_gradient(rows, columns, x, mean, inverse, dy, dweight, dbias);
    ABSORB(layer_norm_weight_gradient, dweight, columns);
    ABSORB(layer_norm_weight_gradient, dbias, columns);
    mk_rms_norm(rows, columns, 1e-6f, x, NULL, NULL, row, y, inverse);
    ABSORB(rms_norm, y, count);
    ABSORB(rms_norm, inverse, rows);
    mk_rms_norm_gradient(rows, columns, x, row, inverse, dy, NULL, dx);
    ABSORB(rms_norm_gradient, dx, count);
    mk_rms_norm_weight_gradient(rows, columns, x, inverse, dy, dweight);
    ABSORB(rms_norm_weight_gradient, dweight, columns);
    free(dweight), free(dbias);

    mk_softmax(rows, columns, x, y);
    ABSORB(softmax, y, count);
    mk_softmax_gradient(rows, columns, y, dy, dx);
    ABSORB(softmax_gradient, dx, count);
    mk_log_softmax(rows, columns, x, y);
    ABSORB(log_softmax, y, count);
    mk_log_softmax_gradient(rows, columns, y, dy, dx);
    ABSORB(log_softmax_gradient, dx, count);

    int32_t *targets = ids(rows, columns), *rank = memory(rows * sizeof *rank);
    mk_take_columns(rows, columns, x, targets, kept);
    ABSORB(take_columns, kept, rows);
    mk_target_rank(rows, columns, x, targets, rank);
    absorb_words(KERNEL_target_rank, (const uint32_t *)rank, rows);
    mk_largest_columns(rows, columns, x, rank);
    absorb_words(KERNEL_largest_columns, (const uint32_t *)rank, rows);
    mk_target_log_probability(rows, columns, x, targets, kept, mean);
    ABSORB(target_log_probability, kept, rows);
    ABSORB(target_log_probability, mean, rows);
    float *logits = copy(x, count);
    mk_target_log_probability_gradient(rows, columns, logits, targets, mean, column);
    ABSORB(target_log_probability_gradient, logits, count);
    mk_put_columns(rows, columns, column, targets, logits);
    ABSORB(put_columns, logits, count);
    free(targets), free(rank), free(logits);
  }
  if (rows > 0) {
    const size_t picked = 2 * rows + 1;
    int32_t *which = ids(picked, rows);
    float *gathered = zeros(picked * columns);
    mk_gather_rows(picked, columns, which, x, gathered);
    ABSORB(gather_rows, gathered, picked * columns);
    mk_scatter_add_rows(picked, columns, rows, which, gathered, y);
    ABSORB(scatter_add_rows, y, count);
    uint16_t *narrow = memory(count * sizeof *narrow);
    mk_narrow_bfloat16(count, x, narrow);
    mk_gather_rows_bfloat16(picked, columns, which, narrow, gathered);
    ABSORB(gather_rows_bfloat16, gathered, picked * columns);
    free(which), free(gathered), free(narrow);
  }
  free(x), free(dy), free(y), free(dx), free(row), free(other), free(column), free(mean), free(inverse);
  free(kept);
}

static void digest_experts(size_t tokens, size_t experts, size_t each, size_t width) {
  const size_t choices = tokens * each;
  float *scores = normal(tokens * experts), *weights = normal(choices), *x = normal(choices * width);
  float *dy = normal(tokens * width), *y = zeros(tokens * width), *dx = zeros(choices * width);
  float *dweights = zeros(choices);
  int32_t *chosen = memory(choices * sizeof *chosen), *places = memory(choices * sizeof *places);
  for (size_t i = 0; i < tokens * experts; i++) scores[i] = floorf(2 * scores[i]);  // equal ones among them
  mk_top_columns(tokens, experts, each, scores, chosen);
  absorb_words(KERNEL_top_columns, (const uint32_t *)chosen, choices);
  for (size_t i = 0; i < choices; i++) places[i] = (int32_t)(choices - 1 - i);
  mk_combine_rows(tokens, each, width, places, weights, x, y);
  ABSORB(combine_rows, y, tokens * width);
  mk_combine_rows(tokens, each, width, places, NULL, x, y);
  ABSORB(combine_rows, y, tokens * width);
  mk_combine_rows_gradient(tokens, each, width, places, weights, x, dy, dx, dweights);
  ABSORB(combine_rows_gradient, dx, choices * width);
  ABSORB(combine_rows_gradient, dweights, choices);
  free(scores), free(weights), free(x), free(dy), free(y), free(dx), free(dweights), free(chosen), free(places);
}

static void digest_rotation(size_t tokens, size_t heads, size_t dimension, size_t rotated) {
  enum { POSITIONS = 50 };
  const size_t count = tokens * heads * dimension;
  float *x = normal(count), *y = zeros(count);
  float *cosines = uniform(POSITIONS * rotated / 2), *sines = uniform(POSITIONS * rotated / 2);
  int32_t *positions = ids(tokens, POSITIONS);
  for (int direction = -1; direction <= 1; direction += 2) {
    mk_rotate(tokens, heads, dimension, rotated, direction, positions, cosines, sines, x, y);
    ABSORB(rotate, y, count);
  }
  free(x), free(y), free(cosines), free(sines), free(positions);
}

static void digest_attention(size_t key_value_heads, size_t group, size_t dimension, size_t window,
                             float soft_cap) {
  static const int32_t queries[] = {0, 1, 20, 37, 1, 130}, keys[] = {0, 1, 45, 37, 100, 130};
  enum { SEQUENCES = COUNT_OF(queries) };
  int32_t offsets[SEQUENCES + 1] = {0}, starts[SEQUENCES];
  size_t key_rows = 3;
  for (int s = 0; s < SEQUENCES; s++) {
    offsets[s + 1] = offsets[s] + queries[s];
    starts[s] = (int32_t)key_rows;
    key_rows += (size_t)keys[s] + 2;
  }
  const size_t tokens = (size_t)offsets[SEQUENCES], heads = key_value_heads * group;
  const size_t width = heads * dimension, stride = key_value_heads * dimension + 1;
  float *q = normal(tokens * width), *k = normal(key_rows * stride), *v = normal(key_rows * stride);
  float *y = zeros(tokens * width), *dy = normal(tokens * width), *logsumexp = zeros(tokens * heads);
  float *dq = zeros(tokens * width), *dk = zeros(key_rows * stride), *dv = zeros(key_rows * stride);
  const float scale = 1 / sqrtf((float)dimension);
  mk_attention(SEQUENCES, offsets, starts, keys, heads, key_value_heads, dimension, window, scale,
               soft_cap, NULL, q, width, k, v, stride, dimension, y, width, logsumexp);
  ABSORB(attention, y, tokens * width);
  ABSORB(attention, logsumexp, tokens * heads);
  mk_attention_gradient(SEQUENCES, offsets, starts, keys, heads, key_value_heads, dimension, window, scale,
                        soft_cap, q, width, k, v, stride, y, width, logsumexp, dy, dq, dk, dv);
  ABSORB(attention_gradient, dq, tokens * width);
  ABSORB(attention_gradient, dk, key_rows * stride);
  ABSORB(attention_gradient, dv, key_rows * stride);
  float *sinks = normal(heads), *dsinks = normal(heads);
  mk_attention(SEQUENCES, offsets, starts, keys, heads, key_value_heads, dimension, window, scale, soft_cap,
               sinks, q, width, k, v, stride, dimension, y, width, logsumexp);
  ABSORB(attention, y, tokens * width);
  ABSORB(attention, logsumexp, tokens * heads);
  mk_attention_sink_gradient(tokens, heads, dimension, sinks, y, width, logsumexp, dy, dsinks);
  ABSORB(attention_sink_gradient, dsinks, heads);
  free(sinks), free(dsinks);
  free(q), free(k), free(v), free(y), free(dy), free(logsumexp), free(dq), free(dk), free(dv);
}

static void digest_all(void) {
  memset(absorbed, 0, sizeof absorbed);
  stream = 0;
  digest_products();
  for (size_t i = 0; i < COUNT_OF(counts); i++) {
    digest_elementwise(counts[i]);
    digest_random(counts[i]);
  }
  digest_conversions();
  for (size_t i = 0; i < COUNT_OF(shapes); i++) digest_rows(shapes[i][0], shapes[i][1]);
  digest_experts(7, 5, 2, 33);
  digest_experts(1, 128, 8, 300);
  digest_experts(270, 33, 4, 65);
  digest_rotation(7, 3, 8, 8);
  digest_rotation(33, 2, 64, 64);
  digest_rotation(5, 1, 50, 50);
  digest_rotation(9, 2, 41, 12);
  digest_attention(2, 1, 32, 0, 0);
  digest_attention(1, 3, 20, 0, 2);
  digest_attention(2, 2, 64, 19, 0.5f);
  digest_attention(1, 1, 5, 1, 0);
}

int main(void) {
  if (mk_configuration_error()) {
    fprintf(stderr, "error: %s\n", mk_configuration_error());
    return 2;
  }
  uint64_t alone[KERNELS];
  mk_override_threads(1);
  digest_all();
  memcpy(alone, digests, sizeof alone);
  mk_override_threads(3);
  digest_all();
  int failed = 0;
  for (int i = 0; i < KERNELS; i++) {
    if (absorbed[i] == 0 || digests[i] != alone[i]) {
      failed = 1;
      fprintf(stderr, "error: %s %s.\n", kernel_names[i],
              absorbed[i] == 0 ? "is not covered" : "gives other bits with three threads than with one");
    }
    printf("%016llx %s\n", (unsigned long long)digests[i], kernel_names[i]);
  }
  return failed;
}
