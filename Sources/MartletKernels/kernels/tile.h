// The tile: TILE_ROWS × TILE_VECTORS accumulators that stay in registers while a product's depth runs by.
#ifndef MARTLET_TILE_H
#define MARTLET_TILE_H

// What a tile needs beside its constant size. The first accumulators come from `start`, null for zero.
typedef struct {
  size_t depth;    // in packed lanes
  const float *a;  // its first element
  size_t a_step;   // between a sum's elements, or between rows: the one that is not 1 in the layout
  size_t ahead;    // elements of a to fetch early
  const float *b;  // [depth, b_step]
  size_t b_step;
  const float *start;
  size_t start_stride;
  float *c;
  size_t c_stride;
  size_t lanes;  // of the last vector, 1 ... 16
} tile;

// How a lies, seen from a tile.
typedef enum {
  SIDE_BY_SIDE,  // an element of each row stands beside that of the next row: packed, or as in aᵀ
  ROW_BY_ROW,    // a row's elements do, as in a
  NARROW,        // side by side, packed as bfloat16
} a_layout;
enum { A_LAYOUTS = 3 };

static inline __attribute__((always_inline)) void compute_tile(const tile *t, const int rows,
                                                               const int vectors, const a_layout layout) {
  v16 sum[TILE_ROWS][TILE_VECTORS];
  const size_t lanes = t->lanes, depth = t->depth, c_stride = t->c_stride;
  float *const c = t->c;
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++) {
      const float *from = t->start ? t->start + (size_t)r * t->start_stride + v * 16 : NULL;
      if (!from)
        sum[r][v] = v16_set(0);
      else if (v + 1 < vectors || lanes == 16)
        sum[r][v] = v16_load(from);
      else
        sum[r][v] = v16_load_first(from, lanes, 0);
    }
  const float *a = t->a, *b = t->b;
  const size_t row_step = layout == ROW_BY_ROW ? t->a_step : 1, step = layout == ROW_BY_ROW ? 1 : t->a_step;
  for (size_t k = 0; k < depth; k++) {
    v16 column[TILE_VECTORS];
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++) column[v] = v16_load(b + v * 16);
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++) {
      const v16 x = v16_set(a[(size_t)r * row_step]);
#pragma GCC unroll 4
      for (int v = 0; v < vectors; v++)
        sum[r][v] = layout == NARROW ? v16_fma_bfloat16(x, column[v], sum[r][v])
                                     : v16_fma(x, column[v], sum[r][v]);
    }
    if (layout != ROW_BY_ROW) __builtin_prefetch(a + t->ahead);
    a += step;
    b += t->b_step;
  }
#pragma GCC unroll 16
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++) {
      float *to = c + (size_t)r * c_stride + v * 16;
      if (layout == NARROW && depth > 0) sum[r][v] = v16_whole_bfloat16(sum[r][v]);
      if (v + 1 < vectors || lanes == 16)
        v16_store(to, sum[r][v]);
      else
        v16_store_first(to, sum[r][v], lanes);
    }
}

// One function for each size of tile: FOR_ROWS(f) is f(1) f(2) … f(TILE_ROWS).
#define FOR_ROWS_4(f) f(1) f(2) f(3) f(4)
#define FOR_ROWS_6(f) FOR_ROWS_4(f) f(5) f(6)
#define FOR_ROWS_14(f) FOR_ROWS_6(f) f(7) f(8) f(9) f(10) f(11) f(12) f(13) f(14)
#define FOR_ROWS_OF(rows) FOR_ROWS_##rows
#define FOR_ROWS_NAMED(rows) FOR_ROWS_OF(rows)
#define FOR_ROWS FOR_ROWS_NAMED(TILE_ROWS)

typedef void (*tile_function)(const tile *);
#define DEFINE_TILE_OF(prefix, vectors, rows, layout) \
  static void prefix##_##vectors##_##rows(const tile *t) { compute_tile(t, rows, vectors, layout); }
#define DEFINE_TILES_OF(vectors, rows)                \
  DEFINE_TILE_OF(tile, vectors, rows, SIDE_BY_SIDE)   \
  DEFINE_TILE_OF(row_tile, vectors, rows, ROW_BY_ROW) \
  DEFINE_TILE_OF(narrow_tile, vectors, rows, NARROW)
#define NAME_TILES_OF(vectors, rows) \
  {tile_##vectors##_##rows, row_tile_##vectors##_##rows, narrow_tile_##vectors##_##rows},
#define DEFINE_TILES(rows) DEFINE_TILES_OF(1, rows)
#define NAME_TILES(rows) NAME_TILES_OF(1, rows)
FOR_ROWS(DEFINE_TILES)
static const tile_function tiles_1[TILE_ROWS][A_LAYOUTS] = {FOR_ROWS(NAME_TILES)};
#undef DEFINE_TILES
#undef NAME_TILES
#if TILE_VECTORS == 2
#define DEFINE_TILES(rows) DEFINE_TILES_OF(2, rows)
#define NAME_TILES(rows) NAME_TILES_OF(2, rows)
FOR_ROWS(DEFINE_TILES)
static const tile_function tiles_2[TILE_ROWS][A_LAYOUTS] = {FOR_ROWS(NAME_TILES)};
#undef DEFINE_TILES
#undef NAME_TILES
#endif
#undef DEFINE_TILE_OF
#undef DEFINE_TILES_OF
#undef NAME_TILES_OF
#undef FOR_ROWS_4
#undef FOR_ROWS_6
#undef FOR_ROWS_14
#undef FOR_ROWS_OF
#undef FOR_ROWS_NAMED
#undef FOR_ROWS

static tile_function tile_of(size_t rows, size_t vectors, a_layout layout) {
#if TILE_VECTORS == 2
  if (vectors == 2) return tiles_2[rows - 1][layout];
#endif
  (void)vectors;
  return tiles_1[rows - 1][layout];
}

#endif
