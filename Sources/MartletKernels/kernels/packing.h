// Packing: copies of a product's factors in the order that its tiles read them, as float32 or as bfloat16.
#ifndef MARTLET_PACKING_H
#define MARTLET_PACKING_H

// A packed lane of float32, or of bfloat16 where it holds one factor.
V16 v16 packed_as(const bool is_rounded, v16 x) {
#if defined(MARTLET_NATIVE_BFLOAT16)
  (void)is_rounded;
  return x;
#else
  return is_rounded ? v16_round_bfloat16(x) : x;
#endif
}

// MARK: float32

// Transposes `height` (at most 16) rows of `depth` elements: target[k · step + r] = source[r · stride + k].
// Surplus lanes repeat the last row, up to 16, or up to a native vector where the step is below 16: then the height
// is no more, and what is written for each k, ascending, overwrites the surplus of the k before.
static inline __attribute__((always_inline)) void pack_rows_as(const bool is_rounded, size_t height,
                                                               size_t depth, const float *source,
                                                               size_t stride, float *target, size_t step) {
  if (!is_rounded && height == 1 && step == 1) {
    memcpy(target, source, depth * sizeof(float));
    return;
  }
  const size_t lanes = step < 16 ? VN_LANES : 16;
  for (size_t lane = 0; lane < lanes; lane += VN_LANES) {
    const char *row[VN_LANES];
    for (size_t r = 0; r < VN_LANES; r++)
      row[r] = (const char *)(source + (lane + r < height ? lane + r : height - 1) * stride);
    for (size_t k = 0; k < depth; k += VN_PIECE) {
      const size_t count = depth - k < VN_PIECE ? depth - k : VN_PIECE;
      vn block[VN_PIECE];
      if (count == VN_PIECE) {
        vn_load_transposed(row, k * sizeof(float), block);
        for (size_t r = 0; r < VN_LANES; r++) __builtin_prefetch(row[r] + (k + 64) * sizeof(float));
      } else {
        vn_load_transposed_first(row, k * sizeof(float), count * sizeof(float), block);
      }
      for (size_t i = 0; i < VN_PIECE; i++)
        if (i < count)
          vn_store(target + (k + i) * step + lane, vn_from_v16(packed_as(is_rounded, vn_to_v16(block[i]))));
    }
  }
}

// Copies `width` (at most 16) columns of `depth` rows: target[k · step + j] = source[k · stride + j],
// sixteen lanes written for each k as above. `readable` is how many elements a row has from the first column on.
static inline __attribute__((always_inline)) void pack_columns_as(const bool is_rounded, size_t width,
                                                                  size_t readable, size_t depth,
                                                                  const float *source, size_t stride,
                                                                  float *target, size_t step) {
  if (readable >= 16) {
    for (size_t k = 0; k < depth; k++)
      v16_store(target + k * step, packed_as(is_rounded, v16_load(source + k * stride)));
  } else {
    for (size_t k = 0; k < depth; k++)
      v16_store(target + k * step, packed_as(is_rounded, v16_load_first(source + k * stride, width, 0)));
  }
}

static void pack_rows(size_t height, size_t depth, const float *source, size_t stride, float *target,
                      size_t step) {
  pack_rows_as(false, height, depth, source, stride, target, step);
}

static void pack_columns(size_t width, size_t readable, size_t depth, const float *source, size_t stride,
                         float *target, size_t step) {
  pack_columns_as(false, width, readable, depth, source, stride, target, step);
}

// MARK: bfloat16, of even depth: a missing last factor is zero

#if defined(MARTLET_NATIVE_BFLOAT16)
// target[k/2 · step + r] holds the factors k and k + 1.
static void pack_narrow_rows(size_t height, size_t depth, const float *source, size_t stride, float *target,
                             size_t step) {
  const float *row[16];
  for (size_t r = 0; r < 16; r++) row[r] = source + (r < height ? r : height - 1) * stride;
  for (size_t k = 0; k < depth; k += 32) {
    const size_t count = depth - k < 32 ? depth - k : 32;
    v16 block[16];
    for (size_t r = 0; r < 16; r++) {
      if (count == 32) {
        block[r] = v16_neighbours(v16_load(row[r] + k), v16_load(row[r] + k + 16));
        __builtin_prefetch(row[r] + k + 64);
        __builtin_prefetch(row[r] + k + 80);
      } else {
        const size_t low = count < 16 ? count : 16;
        block[r] = v16_neighbours(low == 16 ? v16_load(row[r] + k) : v16_load_first(row[r] + k, low, 0),
                                  count > 16 ? v16_load_first(row[r] + k + 16, count - 16, 0) : v16_set(0));
      }
    }
    v16_transpose(block);
    for (size_t i = 0; i < (count + 1) / 2; i++) v16_store(target + (k / 2 + i) * step, block[i]);
  }
}

static void pack_narrow_columns(size_t width, size_t readable, size_t depth, const float *source, size_t stride,
                                float *target, size_t step) {
  for (size_t k = 0; k < depth; k += 2, source += 2 * stride, target += step) {
    v16 second = v16_set(0);
    if (readable >= 16) {
      if (k + 1 < depth) second = v16_load(source + stride);
      v16_store(target, v16_pair(v16_load(source), second));
    } else {
      if (k + 1 < depth) second = v16_load_first(source + stride, width, 0);
      v16_store(target, v16_pair(v16_load_first(source, width, 0), second));
    }
  }
}
#else
static void pack_narrow_rows(size_t height, size_t depth, const float *source, size_t stride, float *target,
                             size_t step) {
  pack_rows_as(true, height, depth, source, stride, target, step);
  if (depth % 2 == 1) v16_store(target + depth * step, v16_set(0));
}

static void pack_narrow_columns(size_t width, size_t readable, size_t depth, const float *source, size_t stride,
                                float *target, size_t step) {
  pack_columns_as(true, width, readable, depth, source, stride, target, step);
  if (depth % 2 == 1) v16_store(target + depth * step, v16_set(0));
}
#endif

// MARK: Either

static void pack_any_rows(bool is_narrow, size_t height, size_t depth, const float *source, size_t stride,
                          float *target, size_t step) {
  (is_narrow ? pack_narrow_rows : pack_rows)(height, depth, source, stride, target, step);
}

static void pack_any_columns(bool is_narrow, size_t width, size_t readable, size_t depth, const float *source,
                             size_t stride, float *target, size_t step) {
  (is_narrow ? pack_narrow_columns : pack_columns)(width, readable, depth, source, stride, target, step);
}

#endif
