// The gate of GPT-OSS's experts: SwiGLU with its arguments kept within bounds.
#ifndef MARTLET_CLAMPED_GATE_H
#define MARTLET_CLAMPED_GATE_H

#include "activations.h"

typedef struct {
  float alpha, limit;
  const float *gate, *up, *dy;
  float *y, *other;  // the results
} clamped_gate_task;

// Bounds that let through what is not a number.
V16 v16 no_more_than(v16 x, v16 bound) { return v16_select(v16_greater(x, bound), bound, x); }
V16 v16 no_less_than(v16 x, v16 bound) { return v16_select(v16_greater(bound, x), bound, x); }

static void clamped_gate_range(void *context, size_t begin, size_t end) {
  const clamped_gate_task t = *(const clamped_gate_task *)context;
  const v16 alpha = v16_set(t.alpha), most = v16_set(t.limit), least_up = v16_set(-t.limit);
  EACH_VECTOR(begin, end, {
    const v16 gate = no_more_than(v16_load_n(t.gate + i, n), most);
    const v16 up = no_less_than(no_more_than(v16_load_n(t.up + i, n), most), least_up);
    const v16 open = v16_mul(gate, v16_sigmoid(v16_mul(gate, alpha)));
    v16_store_n(t.y + i, v16_mul(v16_add(up, v16_set(1.0f)), open), n);
  });
}
static void clamped_gate(size_t count, float alpha, float limit, const float *gate, const float *up, float *y) {
  clamped_gate_task task = {.alpha = alpha, .limit = limit, .gate = gate, .up = up, .y = y};
  mk_parallel(count, ELEMENT_GRAIN, clamped_gate_range, &task);
}

// What lies beyond a bound has no slope; a bound itself has.
static void clamped_gate_gradient_range(void *context, size_t begin, size_t end) {
  const clamped_gate_task t = *(const clamped_gate_task *)context;
  const v16 alpha = v16_set(t.alpha), most = v16_set(t.limit), least_up = v16_set(-t.limit);
  const v16 zero = v16_set(0.0f), one = v16_set(1.0f);
  EACH_VECTOR(begin, end, {
    const v16 given = v16_load_n(t.gate + i, n);
    const v16 other = v16_load_n(t.up + i, n);
    const v16 dy = v16_load_n(t.dy + i, n);
    const v16 gate = no_more_than(given, most);
    const v16 up = no_less_than(no_more_than(other, most), least_up);
    const v16 argument = v16_mul(gate, alpha);
    const sigmoid_pair s = sigmoids_of(argument);
    const v16 slope = v16_mul(s.here, v16_fma(argument, s.there, one));
    const v16 dgate = v16_mul(v16_mul(dy, v16_add(up, one)), slope);
    const v16 dup = v16_mul(dy, v16_mul(gate, s.here));
    v16_store_n(t.y + i, v16_select(v16_greater(given, most), zero, dgate), n);
    const v16 inside = v16_select(v16_greater(other, most), zero, dup);
    v16_store_n(t.other + i, v16_select(v16_greater(least_up, other), zero, inside), n);
  });
}
static void clamped_gate_gradient(size_t count, float alpha, float limit, const float *gate, const float *up,
                                  const float *dy, float *dgate, float *dup) {
  clamped_gate_task task = {.alpha = alpha, .limit = limit, .gate = gate, .up = up, .dy = dy, .y = dgate,
                            .other = dup};
  mk_parallel(count, ELEMENT_GRAIN, clamped_gate_gradient_range, &task);
}

#endif
