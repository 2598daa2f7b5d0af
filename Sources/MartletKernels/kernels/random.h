// Random numbers by counter: Philox 4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2,
// 3").
//
// Number i of a stream is a function of the seed, the stream and i alone. Blocks of 16 counters are made at
// a time, 64 words.
#include "grain.h"

#define BLOCK 64

// The words of counters 16 · block ..< 16 · block + 16; words[j][lane] is word j of the lane's counter.
static inline __attribute__((always_inline)) void philox(uint64_t block, uint64_t stream, uint64_t seed,
                                                         uint32_t words[4][16]) {
  for (int lane = 0; lane < 16; lane++) {
    const uint64_t counter = block * 16 + (uint64_t)lane;
    uint32_t c0 = (uint32_t)counter, c1 = (uint32_t)(counter >> 32);
    uint32_t c2 = (uint32_t)stream, c3 = (uint32_t)(stream >> 32);
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < 10; round++) {
      const uint64_t p0 = (uint64_t)0xd2511f53 * c0, p1 = (uint64_t)0xcd9e8d57 * c2;
      c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
      c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
      c1 = (uint32_t)p1;
      c3 = (uint32_t)p0;
      k0 += 0x9e3779b9;
      k1 += 0xbb67ae85;
    }
    words[0][lane] = c0;
    words[1][lane] = c1;
    words[2][lane] = c2;
    words[3][lane] = c3;
  }
}

// Two uniform words give two normal numbers (Box and Muller 1958).
//
// The radius takes u = (word + 1) · 2^-32, rounded once and never 0; the angle is the other word's top 24
// bits, in 2^-24 turns, and is reduced to an eighth of a turn as a whole number.
V16 void box_muller(const uint32_t radius_words[16], const uint32_t angle_words[16], float cosines[16],
                    float sines[16]) {
  const i16 radius_bits = i16_load((const int32_t *)radius_words);
  const v16 top = v16_from_int(i16_shift_right(radius_bits, 8));
  const v16 low = v16_from_int(i16_add(i16_and(radius_bits, i16_set(255)), i16_set(1)));
  const v16 u = v16_fma(top, v16_set(0x1p-24f), v16_mul(low, v16_set(0x1p-32f)));
  const v16 log_u = logarithm_of_normal(u, v16_set(0.0f));
  const v16 radius = v16_sqrt(v16_sub(v16_set(0.0f), v16_add(log_u, log_u)));
  const i16 turns = i16_shift_right(i16_load((const int32_t *)angle_words), 8);
  const i16 quarters = i16_shift_right(i16_add(turns, i16_set(1 << 21)), 22);
  const v16 offset = v16_from_int(i16_sub(turns, i16_shift_left(quarters, 22)));
  const v16 angle = v16_mul(offset, v16_set(0x1.921fb6p-22f));
  v16_store(cosines, v16_mul(radius, sine_of_quadrant(i16_add(quarters, i16_set(1)), angle)));
  v16_store(sines, v16_mul(radius, sine_of_quadrant(quarters, angle)));
}

typedef enum { RANDOM_WORDS, RANDOM_UNIFORM, RANDOM_NORMAL, RANDOM_DROPOUT } random_kind;

typedef struct {
  random_kind kind;
  uint64_t seed, stream, first;
  float probability;
  const float *x;
  float *y;
  uint32_t *words;
} random_task;

static inline float uniform_of(uint32_t word) { return (float)(int32_t)(word >> 8) * 0x1p-24f; }

static inline void uniform_numbers(size_t count, const uint32_t *words, float *y) {
  for (size_t i = 0; i < count; i++) y[i] = uniform_of(words[i]);
}
static inline void drop_out(size_t count, const uint32_t *words, float probability, const float *x,
                            float *y) {
  const float kept = 1.0f - probability;
  for (size_t i = 0; i < count; i++) y[i] = uniform_of(words[i]) < probability ? 0.0f : x[i] / kept;
}

static void random_range(void *context, size_t begin, size_t end) {
  const random_task t = *(const random_task *)context;
  uint32_t lanes[4][16], words[BLOCK];
  float numbers[4][16], normal[BLOCK];
  while (begin < end) {
    const uint64_t index = t.first + begin;
    const size_t skip = index % BLOCK;
    const size_t count = end - begin < BLOCK - skip ? end - begin : BLOCK - skip;
    philox(index / BLOCK, t.stream, t.seed, lanes);
    if (t.kind == RANDOM_NORMAL) {
      box_muller(lanes[0], lanes[1], numbers[0], numbers[1]);
      box_muller(lanes[2], lanes[3], numbers[2], numbers[3]);
      for (int lane = 0; lane < 16; lane++)
        for (int j = 0; j < 4; j++) normal[4 * lane + j] = numbers[j][lane];
      memcpy(t.y + begin, normal + skip, count * sizeof(float));
    } else {
      for (int lane = 0; lane < 16; lane++)
        for (int j = 0; j < 4; j++) words[4 * lane + j] = lanes[j][lane];
      const uint32_t *word = words + skip;
      if (t.kind == RANDOM_WORDS)
        memcpy(t.words + begin, word, count * sizeof(uint32_t));
      else if (t.kind == RANDOM_UNIFORM)
        uniform_numbers(count, word, t.y + begin);
      else
        drop_out(count, word, t.probability, t.x + begin, t.y + begin);
    }
    begin += count;
  }
}

static void dropout(size_t count, uint64_t seed, uint64_t stream, uint64_t first, float probability,
                    const float *x, float *y) {
  random_task task = {RANDOM_DROPOUT, seed, stream, first, probability, x, y, NULL};
  mk_parallel(count, ELEMENT_GRAIN, random_range, &task);
}
static void random_words(size_t count, uint64_t seed, uint64_t stream, uint64_t first, uint32_t *y) {
  random_task task = {RANDOM_WORDS, seed, stream, first, 0.0f, NULL, NULL, y};
  mk_parallel(count, ELEMENT_GRAIN, random_range, &task);
}
static void random_uniform(size_t count, uint64_t seed, uint64_t stream, uint64_t first, float *y) {
  random_task task = {RANDOM_UNIFORM, seed, stream, first, 0.0f, NULL, y, NULL};
  mk_parallel(count, ELEMENT_GRAIN, random_range, &task);
}
static void random_normal(size_t count, uint64_t seed, uint64_t stream, uint64_t first, float *y) {
  random_task task = {RANDOM_NORMAL, seed, stream, first, 0.0f, NULL, y, NULL};
  mk_parallel(count, ELEMENT_GRAIN, random_range, &task);
}

#undef BLOCK
