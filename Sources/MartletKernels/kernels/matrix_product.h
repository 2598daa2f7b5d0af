// The matrix product: one accumulator an output element, fused multiply-add, depth ascending.
//
// The scheme of Goto and van de Geijn (2008) with its two levels turned round. The depth is cut into blocks,
// one after another. A block of a is packed once, shared by all threads, and streams through, or is read as it
// lies where it is small; a panel of b (TILE_VECTORS vectors wide, one block of depth) is packed by the thread
// that uses it and stays in its own cache. A tile of accumulators lives in registers for a block of depth and
// continues from c in the next one, so neither tiles, blocks nor threads change the order of any sum.
#ifndef MARTLET_MATRIX_PRODUCT_H
#define MARTLET_MATRIX_PRODUCT_H

#include "few_rows_product.h"
#include "one_row_product.h"
#include "packing.h"
#include "tile.h"

enum {
  PANEL = TILE_VECTORS * 16,     // columns of a panel of b
  DEPTH_BLOCK = 1024,            // packed, at most: a panel of b stays in the second-level cache
  PACKED_ELEMENTS = 2 << 20,     // of a at a time: it should stay in the last-level cache
  SMALL_WORK = 1 << 17,          // multiply-adds worth a thread of their own
  SMALL_PACKING = 1 << 13,       // elements whose packing is
  AHEAD = 2048,                  // elements of a fetched early: it streams from the last-level cache
  FEW_ELEMENTS = 1 << 19,        // of a, which is not packed then: it stays in the second-level caches
  CACHE_SETS = 64,               // of the first-level cache, on most processors
};

// One block of depth: what lies before it is in c already.
typedef struct {
  mk_product layout;
  bool is_narrow;      // packed as bfloat16
  size_t rows, columns, depth;
  const float *a;
  size_t a_stride;
  const float *b;
  size_t b_stride;
  const float *start;  // of the accumulators, null for zero
  size_t start_stride;
  float *c;
  size_t c_stride;

  a_layout a_layout;
  float *packed;       // a, a tile after another; null where it is read as it lies
  size_t steps;        // of depth, in packed lanes
  size_t tiles;        // tiles of rows
  size_t tile_size;    // floats between two packed tiles
  size_t panels;       // panels of columns
  size_t group;        // tiles of rows that one item of work takes with one panel
} product;

static void pack_tiles(void *context, size_t begin, size_t end) {
  const product *p = context;
  // Several rows of a turned a are read at a time, along their length: they may lie far apart.
  const size_t step = p->layout == MK_PRODUCT_TN ? 8 : p->depth;
  for (size_t k = 0; k < p->depth; k += step)
    for (size_t i = begin; i < end; i++) {
      const size_t first = i * TILE_ROWS, height = least(TILE_ROWS, p->rows - first);
      float *target = p->packed + i * p->tile_size + (p->is_narrow ? k / NARROW_FACTORS : k) * height;
      if (p->layout == MK_PRODUCT_TN)
        pack_any_columns(p->is_narrow, height, p->rows - first, least(step, p->depth - k),
                         p->a + k * p->a_stride + first, p->a_stride, target, height);
      else
        pack_any_rows(p->is_narrow, height, p->depth, p->a + first * p->a_stride, p->a_stride, target, height);
    }
}

// Packs `vectors` vectors of columns of b from `column` on.
static void pack_panel(const product *p, size_t column, size_t vectors, float *panel) {
  for (size_t v = 0; v < vectors; v++, column += 16) {
    const size_t left = p->columns - column, width = least(16, left);
    if (p->layout == MK_PRODUCT_NT)
      pack_any_rows(p->is_narrow, width, p->depth, p->b + column * p->b_stride, p->b_stride, panel + v * 16,
                    vectors * 16);
    else
      pack_any_columns(p->is_narrow, width, left, p->depth, p->b + column, p->b_stride, panel + v * 16,
                       vectors * 16);
  }
}

// Where a tile's rows of a are.
static void place_a(const product *p, size_t index, size_t height, tile *t) {
  if (p->packed) {
    t->a = p->packed + index * p->tile_size;
    t->a_step = height;
    t->ahead = AHEAD;
  } else {
    t->a = p->a + index * TILE_ROWS * (p->layout == MK_PRODUCT_TN ? 1 : p->a_stride);
    t->a_step = p->a_stride;
    t->ahead = 8 * p->a_stride;
  }
}

static void multiply_panels(void *context, size_t begin, size_t end) {
  const product *p = context;
  float *panel = mk_scratch(2, DEPTH_BLOCK * PANEL * sizeof(float));
  for (size_t item = begin; item < end; item++) {
    const size_t column = item % p->panels * PANEL, width = least(PANEL, p->columns - column);
    const size_t first = item / p->panels * p->group, last = least(first + p->group, p->tiles);
    const size_t vectors = (width + 15) / 16;
    tile t = {.depth = p->steps, .lanes = width - (vectors - 1) * 16, .c_stride = p->c_stride,
              .start_stride = p->start_stride};
    // Few rows are not worth a copy of rows that can be read as they lie.
    if (!p->is_narrow && p->layout != MK_PRODUCT_NT && last - first <= 2 && width % 16 == 0) {
      t.b = p->b + column;
      t.b_step = p->b_stride;
    } else {
      pack_panel(p, column, vectors, panel);
      t.b = panel;
      t.b_step = vectors * 16;
    }
    const unsigned before = p->is_narrow ? begin_bfloat16() : 0;
    for (size_t i = first; i < last; i++) {
      const size_t row = i * TILE_ROWS, height = least(TILE_ROWS, p->rows - row);
      t.c = p->c + row * p->c_stride + column;
      if (p->start) t.start = p->start + row * p->start_stride + column;
      place_a(p, i, height, &t);
      tile_of(height, vectors, p->a_layout)(&t);
    }
    if (p->is_narrow) end_bfloat16(before);
  }
}

// How many rows of tiles an item of work takes: all, unless there are too few panels for the threads.
static size_t tiles_of_group(size_t tiles, size_t panels) {
  const size_t threads = (size_t)mk_threads_current();
  if (threads == 1 || panels >= 2 * threads) return tiles;
  const size_t groups = (2 * threads + panels - 1) / panels;
  const size_t group = (tiles + groups - 1) / groups;
  return group < 4 ? least(4, tiles) : group;  // fewer would pack b more than they use it
}

// Whether a is read as it lies: few columns would not repay a copy. The lines of a tile's rows must not crowd into
// few sets of the first-level cache, which rows at a distance of a power of two do.
static bool is_read_as_it_lies(const product *p) {
  if (p->is_narrow || p->rows * p->depth > FEW_ELEMENTS) return false;
  if (p->layout == MK_PRODUCT_TN) return true;
  size_t sets = CACHE_SETS;
  for (size_t lines = p->a_stride / 16; sets > 1 && lines % 2 == 0; lines /= 2) sets /= 2;
  return 4 * sets >= TILE_ROWS;
}

static void multiply_block(product *p) {
  p->steps = p->is_narrow ? (p->depth + 1) / 2 * 2 / NARROW_FACTORS : p->depth;
  p->tiles = (p->rows + TILE_ROWS - 1) / TILE_ROWS;
  p->a_layout = p->is_narrow ? NARROW : SIDE_BY_SIDE;
  if (is_read_as_it_lies(p)) {
    if (p->layout != MK_PRODUCT_TN) p->a_layout = ROW_BY_ROW;
  } else {
    p->tile_size = (p->steps * TILE_ROWS + 31) / 16 * 16;  // and 16 lanes of surplus
    p->packed = mk_scratch(0, p->tiles * p->tile_size * sizeof(float));
    mk_parallel(p->tiles, SMALL_PACKING / (TILE_ROWS * (p->depth + 1)) + 1, pack_tiles, p);
  }

  p->panels = (p->columns + PANEL - 1) / PANEL;
  p->group = tiles_of_group(p->tiles, p->panels);
  const size_t items = p->panels * ((p->tiles + p->group - 1) / p->group);
  const size_t work = least(p->rows, p->group * TILE_ROWS) * PANEL * (p->depth + 1);
  mk_parallel(items, SMALL_WORK / work + 1, multiply_panels, p);
}

// Blocks of equal depth, so that none is too shallow to be worth its pass over c.
static size_t depth_of_block(size_t depth, size_t most) {
  const size_t blocks = (depth + most - 1) / most;
  return blocks <= 1 ? depth : ((depth + blocks - 1) / blocks + 15) / 16 * 16;
}

static void multiply(bool is_narrow, mk_product layout, mk_start start, size_t rows, size_t columns,
                     size_t depth, const float *a, size_t a_stride, const float *b, size_t b_stride,
                     const float *bias, float *c, size_t c_stride) {
  if (rows == 0 || columns == 0) return;
  if (!is_narrow && layout == MK_PRODUCT_NT && rows <= FEW_ROWS) {
    const mk_factor factor = {
      .columns = columns, .b = b, .b_stride = b_stride, .bias = bias, .c = c, .c_stride = c_stride};
    few_rows_product(start, rows, depth, a, a_stride, &factor, 1);
    return;
  }
  if (!is_narrow && rows == 1) {
    one_row_product((one_row){.start = start, .columns = columns, .depth = depth, .a = a,
                              .a_step = layout == MK_PRODUCT_TN ? a_stride : 1, .b = b, .b_stride = b_stride,
                              .bias = bias, .c = c});
    return;
  }
  const size_t factors = is_narrow ? NARROW_FACTORS : 1;  // in a packed lane
  const size_t block = depth_of_block(depth, factors * DEPTH_BLOCK);
  size_t step = PACKED_ELEMENTS * factors / (block + 1) / TILE_ROWS * TILE_ROWS;
  for (size_t r = 0; r < rows; r += step) {
    size_t k = 0;
    do {  // once even when the depth is zero
      product p = {
        .layout = layout, .is_narrow = is_narrow,
        .rows = least(step, rows - r), .columns = columns, .depth = least(block, depth - k),
        .a = layout == MK_PRODUCT_TN ? a + k * a_stride + r : a + r * a_stride + k, .a_stride = a_stride,
        .b = layout == MK_PRODUCT_NT ? b + k : b + k * b_stride, .b_stride = b_stride,
        .c = c + r * c_stride, .c_stride = c_stride,
      };
      if (k > 0 || start == MK_START_EXISTING) {
        p.start = p.c;
        p.start_stride = c_stride;
      } else if (start == MK_START_BIAS) {
        p.start = bias;
      }
      multiply_block(&p);
      k += p.depth;
    } while (k < depth);
  }
}

static void matrix_product(mk_product layout, mk_start start, size_t rows, size_t columns, size_t depth,
                           const float *a, size_t a_stride, const float *b, size_t b_stride,
                           const float *bias, float *c, size_t c_stride) {
  multiply(false, layout, start, rows, columns, depth, a, a_stride, b, b_stride, bias, c, c_stride);
}

static void matrix_product_bfloat16(mk_product layout, mk_start start, size_t rows, size_t columns,
                                    size_t depth, const float *a, size_t a_stride, const float *b,
                                    size_t b_stride, const float *bias, float *c, size_t c_stride) {
  multiply(true, layout, start, rows, columns, depth, a, a_stride, b, b_stride, bias, c, c_stride);
}

// As many rows at a time as few_rows_product.h may transpose, where b is bfloat16, which it alone reads.
enum { ROWS_OF_BFLOAT16 = 1024 };

static void matrix_products(mk_start start, size_t rows, size_t depth, const float *a, size_t a_stride,
                            const mk_factor *factors, size_t factor_count) {
  if (rows <= FEW_ROWS) {
    few_rows_product(start, rows, depth, a, a_stride, factors, factor_count);
    return;
  }
  for (size_t i = 0; i < factor_count; i++) {
    mk_factor factor = factors[i];
    if (!factor.is_bfloat16) {
      matrix_product(MK_PRODUCT_NT, start, rows, factor.columns, depth, a, a_stride, factor.b, factor.b_stride,
                     factor.bias, factor.c, factor.c_stride);
      continue;
    }
    for (size_t r = 0; r < rows; r += ROWS_OF_BFLOAT16) {
      factor.c = factors[i].c + r * factor.c_stride;
      few_rows_product(start, least(ROWS_OF_BFLOAT16, rows - r), depth, a + r * a_stride, a_stride, &factor, 1);
    }
  }
}

#endif
