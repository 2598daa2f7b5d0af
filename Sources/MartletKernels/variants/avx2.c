// The kernels for avx2: the same bodies, compiled over this variant's vector of 16 lanes.
#if defined(__x86_64__)

#include <immintrin.h>
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif
#include "../vectors/vector_avx2.h"
#include "../vectors/bfloat16_x86.h"
#include "../vectors/native_avx2.h"

// Rows and vectors of the matrix product's tile of accumulators: as many as the registers hold.
#define TILE_ROWS 6
#define TILE_VECTORS 1

#include "../kernels/all.h"

const mk_table mk_table_avx2 = {
#define MK_ENTRY(name, parameters, arguments) .name = name,
  MK_KERNELS(MK_ENTRY)
#undef MK_ENTRY
};

#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif
