// Rotary positions in the form of pairs half the rotated columns apart (Su et al. 2021, arXiv:2104.09864, as in
// Llama), for all of a head or its first columns (as in GPT-NeoX).
#include "each_vector.h"
#include "grain.h"

typedef struct {
  size_t heads, dimension, half;
  int direction;
  const int32_t *positions;
  const float *cosines, *sines, *x;
  float *y;
} rotate_task;

// y1 = x1 · cos - x2 · sin and y2 = x2 · cos + x1 · sin, the products with the cosine rounded first.
static void rotate_range(void *context, size_t begin, size_t end) {
  const rotate_task t = *(const rotate_task *)context;
  const size_t half = t.half, rest = t.dimension - 2 * half;
  for (size_t token = begin; token < end; token++) {
    const float *cosines = t.cosines + (size_t)t.positions[token] * half;
    const float *sines = t.sines + (size_t)t.positions[token] * half;
    for (size_t head = 0; head < t.heads; head++) {
      const size_t first = (token * t.heads + head) * t.dimension;
      const float *x1 = t.x + first, *x2 = x1 + half;
      float *y1 = t.y + first, *y2 = y1 + half;
      EACH_VECTOR(0, half, {
        const v16 c = v16_load_n(cosines + i, n);
        const v16 sine = v16_load_n(sines + i, n);
        const v16 s = t.direction < 0 ? v16_negate(sine) : sine;
        const v16 a = v16_load_n(x1 + i, n);
        const v16 b = v16_load_n(x2 + i, n);
        v16_store_n(y1 + i, v16_fnma(b, s, v16_mul(a, c)), n);
        v16_store_n(y2 + i, v16_fma(a, s, v16_mul(b, c)), n);
      });
      if (rest > 0) memmove(y2 + half, x2 + half, rest * sizeof(float));
    }
  }
}
static void rotate(size_t tokens, size_t heads, size_t head_dimension, size_t rotated, int direction,
                   const int32_t *positions, const float *cosines, const float *sines, const float *x,
                   float *y) {
  rotate_task task = {heads, head_dimension, rotated / 2, direction, positions, cosines, sines, x, y};
  mk_parallel(tokens, grain_of(heads * head_dimension), rotate_range, &task);
}
