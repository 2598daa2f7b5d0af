// Numbers kept as bfloat16, the upper half of a float32, or as float16: rounding to them, and rows of a table of the
// former. Blocks of MXFP4 are widened.
#ifndef MARTLET_NARROW_WEIGHTS_H
#define MARTLET_NARROW_WEIGHTS_H

#include "grain.h"

typedef struct {
  size_t width;
  const float *x;
  const uint16_t *narrow;
  const int32_t *ids;
  float *y;
  uint16_t *rounded;
} narrow_task;

static inline float widen_one_bfloat16(uint16_t x) {
  const uint32_t bits = (uint32_t)x << 16;
  float y;
  memcpy(&y, &bits, sizeof y);
  return y;
}

// To the nearest, to even of two as near; what is not a number stays so.
static inline uint16_t round_to_bfloat16(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  const uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  return (uint16_t)((bits & 0x7fffffff) > 0x7f800000 ? bits >> 16 | 0x40 : rounded);
}

static void narrow_bfloat16_range(void *context, size_t begin, size_t end) {
  const narrow_task t = *(const narrow_task *)context;
  for (size_t i = begin; i < end; i++) t.rounded[i] = round_to_bfloat16(t.x[i]);
}
static void narrow_bfloat16(size_t count, const float *x, uint16_t *y) {
  narrow_task task = {.x = x, .rounded = y};
  mk_parallel(count, ELEMENT_GRAIN, narrow_bfloat16_range, &task);
}

// To the nearest, to even of two as near: beyond 65,520 that is infinity. Not by the processor's conversion, as in
// widen_float16.
static inline uint16_t round_to_float16(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  const uint32_t sign = bits >> 16 & 0x8000;
  const uint32_t magnitude = bits & 0x7fffffff;
  // Exponents count from 15 instead of 127; the fraction loses 13 bits.
  const uint32_t normal = ((magnitude + 0xfff + (magnitude >> 13 & 1)) >> 13) - ((127 - 15) << 10);
  // Below 2^-14 the result is a multiple of 2^-24, which this sum holds in its lowest bits, rounded.
  float small;
  memcpy(&small, &magnitude, sizeof small);
  small = small * 0x1p24f + 0x1p23f;
  uint32_t small_bits;
  memcpy(&small_bits, &small, sizeof small_bits);
  const uint32_t finite = magnitude < 0x38800000 ? small_bits & 0xffff : normal;
  const uint32_t number = magnitude < 0x477ff000 ? finite : 0x7c00;
  const uint32_t rounded = magnitude > 0x7f800000 ? 0x7e00 | (magnitude >> 13 & 0x3ff) : number;
  return (uint16_t)(sign | rounded);
}

static void narrow_float16_range(void *context, size_t begin, size_t end) {
  const narrow_task t = *(const narrow_task *)context;
  for (size_t i = begin; i < end; i++) t.rounded[i] = round_to_float16(t.x[i]);
}
static void narrow_float16(size_t count, const float *x, uint16_t *y) {
  narrow_task task = {.x = x, .rounded = y};
  mk_parallel(count, ELEMENT_GRAIN, narrow_float16_range, &task);
}

static void gather_rows_bfloat16_range(void *context, size_t begin, size_t end) {
  const narrow_task t = *(const narrow_task *)context;
  for (size_t row = begin; row < end; row++) {
    const uint16_t *x = t.narrow + (size_t)t.ids[row] * t.width;
    float *y = t.y + row * t.width;
    for (size_t i = 0; i < t.width; i++) y[i] = widen_one_bfloat16(x[i]);
  }
}
static void gather_rows_bfloat16(size_t count, size_t width, const int32_t *ids, const uint16_t *table,
                                 float *y) {
  narrow_task task = {.width = width, .narrow = table, .ids = ids, .y = y};
  mk_parallel(count, grain_of(width), gather_rows_bfloat16_range, &task);
}

// Blocks of 32 numbers of four bits (E2M1), the even ones in the low halves of bytes, and one power of two a block,
// its exponent counted from 127 (Open Compute Project 2023, "OCP Microscaling Formats (MX) Specification", sections
// 5.3.3 and 5.4.1). Every product is exact, down to the subnormal ones.
typedef struct {
  const uint8_t *halves, *scales;
  float *y;
} mxfp4_task;

static void widen_mxfp4_range(void *context, size_t begin, size_t end) {
  static const float values[16] = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0.0f, -0.5f, -1, -1.5f, -2, -3, -4, -6};
  const mxfp4_task t = *(const mxfp4_task *)context;
  for (size_t block = begin; block < end; block++) {
    const uint8_t exponent = t.scales[block];
    const uint32_t bits = exponent == 255 ? 0x7fc00000 : exponent == 0 ? 0x00400000 : (uint32_t)exponent << 23;
    float scale, scaled[16];
    memcpy(&scale, &bits, sizeof scale);
    for (int i = 0; i < 16; i++) scaled[i] = values[i] * scale;
    for (size_t i = 0; i < 16; i++) {
      const uint8_t pair = t.halves[block * 16 + i];
      t.y[block * 32 + 2 * i] = scaled[pair & 15];
      t.y[block * 32 + 2 * i + 1] = scaled[pair >> 4];
    }
  }
}
static void widen_mxfp4(size_t blocks, const uint8_t *halves, const uint8_t *scales, float *y) {
  mxfp4_task task = {halves, scales, y};
  mk_parallel(blocks, grain_of(32), widen_mxfp4_range, &task);
}

#endif
