// Walking memory 16 elements at a time, the last few with the same operations.
#ifndef MARTLET_EACH_VECTOR_H
#define MARTLET_EACH_VECTOR_H

// The first n <= 16 elements at p; the other lanes hold `rest`. With a constant n of 16, one plain load.
V16 v16 v16_load_rest(const float *p, size_t n, float rest) {
  return n == 16 ? v16_load(p) : v16_load_first(p, n, rest);
}
V16 v16 v16_load_n(const float *p, size_t n) { return v16_load_rest(p, n, 0.0f); }
V16 void v16_store_n(float *p, v16 x, size_t n) {
  if (n == 16)
    v16_store(p, x);
  else
    v16_store_first(p, x, n);
}

// Runs a block for i = begin, begin + 16, … with n = 16, and a last time with the n < 16 that are left.
#define EACH_VECTOR(begin, end, ...)       \
  do {                                     \
    size_t i = (begin);                    \
    for (; i + 16 <= (end); i += 16) {     \
      enum { n = 16 };                     \
      __VA_ARGS__                          \
    }                                      \
    if (i < (end)) {                       \
      const size_t n = (end) - i;          \
      __VA_ARGS__                          \
    }                                      \
  } while (0)

// A long sum is cut into chunks of 1024, so that its rounding errors grow with the number of chunks and not with
// the number of elements: the block adds to the 16 lanes of `part`, which are added to `sum` after each chunk.
#define SUM_EACH_VECTOR(sum, count, ...)                                                         \
  do {                                                                                           \
    for (size_t chunk = 0; chunk < (count); chunk += 1024) {                                     \
      const size_t chunk_end = (count) - chunk < 1024 ? (count) : chunk + 1024;                  \
      v16 part = v16_set(0.0f);                                                                  \
      EACH_VECTOR(chunk, chunk_end, __VA_ARGS__);                                                \
      sum = v16_add(sum, part);                                                                  \
    }                                                                                            \
  } while (0)

#endif
