// Functions of one number and their derivatives: unary, unary_gradient, gated, gated_gradient.
#ifndef MARTLET_ACTIVATIONS_H
#define MARTLET_ACTIVATIONS_H

#include "each_vector.h"
#include "grain.h"

// MARK: Values

V16 v16 square_of(v16 x) { return v16_mul(x, x); }
V16 v16 reciprocal_of(v16 x) { return v16_div(v16_set(1.0f), x); }
V16 v16 log_sigmoid_of(v16 x) {
  const v16 decay = v16_exp(v16_negate(v16_absolute(x)));
  return v16_sub(v16_at_most(x, 0.0f), v16_log_one_plus(decay));
}
V16 v16 relu_of(v16 x) { return v16_at_least(x, 0.0f); }
V16 v16 silu_of(v16 x) { return v16_mul(x, v16_sigmoid(x)); }

// Φ(x) = (1 + erf(x / √2)) / 2.
V16 v16 normal_cumulative(v16 x) {
  return v16_fma(v16_erf(v16_mul(x, v16_set(0.707106769f))), v16_set(0.5f), v16_set(0.5f));
}
V16 v16 gelu_of(v16 x) { return v16_mul(x, normal_cumulative(x)); }

// 2 · √(2/π) · (x + 0.044715 · x³). As (1 + tanh(u)) / 2 is the sigmoid of 2u, no tanh is needed.
V16 v16 gelu_tanh_argument(v16 x) {
  return v16_mul(x, v16_fma(square_of(x), v16_set(0.0713548139f), v16_set(1.59576917f)));
}
V16 v16 gelu_tanh_of(v16 x) { return v16_mul(x, v16_sigmoid(gelu_tanh_argument(x))); }

// MARK: Derivatives

V16 v16 negate_derivative(v16 x) { (void)x; return v16_set(-1.0f); }
V16 v16 absolute_derivative(v16 x) {
  const v16 below = v16_select(v16_greater(v16_set(0.0f), x), v16_set(-1.0f), v16_set(0.0f));
  return v16_select(v16_greater(x, v16_set(0.0f)), v16_set(1.0f), below);
}
V16 v16 square_derivative(v16 x) { return v16_add(x, x); }
V16 v16 square_root_derivative(v16 x) { return v16_div(v16_set(0.5f), v16_sqrt(x)); }
V16 v16 reciprocal_derivative(v16 x) {
  const v16 y = reciprocal_of(x);
  return v16_negate(square_of(y));
}
V16 v16 cos_derivative(v16 x) { return v16_negate(v16_sin(x)); }
V16 v16 tanh_derivative(v16 x) {
  const v16 y = v16_tanh(x);
  return v16_fnma(y, y, v16_set(1.0f));
}
// s(x) and s(-x), both accurate where they are small.
typedef struct { v16 here, there; } sigmoid_pair;
V16 sigmoid_pair sigmoids_of(v16 x) {
  const v16 decay = v16_exp(v16_negate(v16_absolute(x)));
  const v16 larger = v16_div(v16_set(1.0f), v16_add(v16_set(1.0f), decay));
  const v16 smaller = v16_mul(decay, larger);
  const m16 negative = v16_greater(v16_set(0.0f), x);
  return (sigmoid_pair){v16_select(negative, smaller, larger), v16_select(negative, larger, smaller)};
}
V16 v16 sigmoid_derivative(v16 x) {
  const sigmoid_pair s = sigmoids_of(x);
  return v16_mul(s.here, s.there);
}
V16 v16 log_sigmoid_derivative(v16 x) { return v16_sigmoid(v16_negate(x)); }
V16 v16 relu_derivative(v16 x) {
  return v16_select(v16_greater(x, v16_set(0.0f)), v16_set(1.0f), v16_set(0.0f));
}
V16 v16 silu_derivative(v16 x) {
  const sigmoid_pair s = sigmoids_of(x);
  return v16_mul(s.here, v16_fma(x, s.there, v16_set(1.0f)));
}
// Φ(x) + x · φ(x), φ(x) = exp(-x² / 2) / √(2π).
V16 v16 gelu_derivative(v16 x) {
  const v16 density = v16_exp(v16_mul(square_of(x), v16_set(-0.5f)));
  return v16_fma(v16_mul(x, v16_set(0.398942292f)), density, normal_cumulative(x));
}
// s(w) · (1 + x · s(-w) · w'), w' = 2 · √(2/π) · (1 + 3 · 0.044715 · x²). Where x² would overflow, s(-w) is
// zero, and the bound on x² keeps the product so.
V16 v16 gelu_tanh_derivative(v16 x) {
  const sigmoid_pair s = sigmoids_of(gelu_tanh_argument(x));
  const v16 square = v16_at_most(square_of(x), 1e30f);
  const v16 slope = v16_fma(square, v16_set(0.21406445f), v16_set(1.59576917f));
  return v16_mul(s.here, v16_fma(v16_mul(x, s.there), slope, v16_set(1.0f)));
}

// MARK: Kernels

// F(operation, its value, its derivative).
#define UNARY_OPERATIONS(F)                                \
  F(MK_NEGATE, v16_negate, negate_derivative)              \
  F(MK_ABSOLUTE, v16_absolute, absolute_derivative)        \
  F(MK_SQUARE, square_of, square_derivative)               \
  F(MK_SQUARE_ROOT, v16_sqrt, square_root_derivative)      \
  F(MK_RECIPROCAL, reciprocal_of, reciprocal_derivative)   \
  F(MK_EXP, v16_exp, v16_exp)                              \
  F(MK_LOG, v16_log, reciprocal_of)                        \
  F(MK_SIN, v16_sin, v16_cos)                              \
  F(MK_COS, v16_cos, cos_derivative)                       \
  F(MK_TANH, v16_tanh, tanh_derivative)                    \
  F(MK_SIGMOID, v16_sigmoid, sigmoid_derivative)           \
  F(MK_LOG_SIGMOID, log_sigmoid_of, log_sigmoid_derivative) \
  F(MK_RELU, relu_of, relu_derivative)                     \
  F(MK_SILU, silu_of, silu_derivative)                     \
  F(MK_GELU, gelu_of, gelu_derivative)                     \
  F(MK_GELU_TANH, gelu_tanh_of, gelu_tanh_derivative)

typedef struct {
  mk_unary_operation operation;
  const float *x;        // the argument, or the gate
  const float *up, *dy;  // where the kernel has them
  float *y, *other;      // the results
} activation_task;

static void unary_range(void *context, size_t begin, size_t end) {
  const activation_task t = *(const activation_task *)context;
  switch (t.operation) {
#define CASE(operation, value, derivative)                                                     \
  case operation:                                                                              \
    EACH_VECTOR(begin, end, { v16_store_n(t.y + i, value(v16_load_n(t.x + i, n)), n); }); \
    break;
    UNARY_OPERATIONS(CASE)
#undef CASE
  }
}
static void unary(mk_unary_operation operation, size_t count, const float *x, float *y) {
  activation_task task = {.operation = operation, .x = x, .y = y};
  mk_parallel(count, ELEMENT_GRAIN, unary_range, &task);
}

static void unary_gradient_range(void *context, size_t begin, size_t end) {
  const activation_task t = *(const activation_task *)context;
  switch (t.operation) {
#define CASE(operation, value, derivative)                                          \
  case operation:                                                                   \
    EACH_VECTOR(begin, end, {                                                       \
      const v16 slope = derivative(v16_load_n(t.x + i, n));                         \
      v16_store_n(t.y + i, v16_mul(v16_load_n(t.dy + i, n), slope), n);             \
    });                                                                             \
    break;
    UNARY_OPERATIONS(CASE)
#undef CASE
  }
}
static void unary_gradient(mk_unary_operation operation, size_t count, const float *x, const float *dy,
                           float *dx) {
  activation_task task = {.operation = operation, .x = x, .dy = dy, .y = dx};
  mk_parallel(count, ELEMENT_GRAIN, unary_gradient_range, &task);
}

static void gated_range(void *context, size_t begin, size_t end) {
  const activation_task t = *(const activation_task *)context;
  switch (t.operation) {
#define CASE(operation, value, derivative)                                          \
  case operation:                                                                   \
    EACH_VECTOR(begin, end, {                                                       \
      const v16 gate = value(v16_load_n(t.x + i, n));                               \
      v16_store_n(t.y + i, v16_mul(gate, v16_load_n(t.up + i, n)), n);              \
    });                                                                             \
    break;
    UNARY_OPERATIONS(CASE)
#undef CASE
  }
}
static void gated(mk_unary_operation activation, size_t count, const float *gate, const float *up, float *y) {
  activation_task task = {.operation = activation, .x = gate, .up = up, .y = y};
  mk_parallel(count, ELEMENT_GRAIN, gated_range, &task);
}

static void gated_gradient_range(void *context, size_t begin, size_t end) {
  const activation_task t = *(const activation_task *)context;
  switch (t.operation) {
#define CASE(operation, value, derivative)                                          \
  case operation:                                                                   \
    EACH_VECTOR(begin, end, {                                                       \
      const v16 gate = v16_load_n(t.x + i, n);                                      \
      const v16 dy = v16_load_n(t.dy + i, n);                                       \
      const v16 up = v16_mul(dy, v16_load_n(t.up + i, n));                          \
      v16_store_n(t.y + i, v16_mul(up, derivative(gate)), n);                       \
      v16_store_n(t.other + i, v16_mul(dy, value(gate)), n);                        \
    });                                                                             \
    break;
    UNARY_OPERATIONS(CASE)
#undef CASE
  }
}
static void gated_gradient(mk_unary_operation activation, size_t count, const float *gate, const float *up,
                           const float *dy, float *dgate, float *dup) {
  activation_task task = {
      .operation = activation, .x = gate, .up = up, .dy = dy, .y = dgate, .other = dup};
  mk_parallel(count, ELEMENT_GRAIN, gated_gradient_range, &task);
}

#undef UNARY_OPERATIONS

#endif
