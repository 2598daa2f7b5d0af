// The kernels for neon: the same bodies, compiled over this variant's vector of 16 lanes.
#if defined(__aarch64__)

#include "../vectors/vector_neon.h"

// Rows and vectors of the matrix product's tile of accumulators: as many as the registers hold.
#define TILE_ROWS 6
#define TILE_VECTORS 1

#include "../kernels/all.h"

const mk_table mk_table_neon = {
#define MK_ENTRY(name, parameters, arguments) .name = name,
  MK_KERNELS(MK_ENTRY)
#undef MK_ENTRY
};
#endif
