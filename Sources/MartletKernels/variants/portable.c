// The kernels for portable: the same bodies, compiled over this variant's vector of 16 lanes.

#include "../vectors/vector_portable.h"

// Rows and vectors of the matrix product's tile of accumulators: as many as the registers hold.
#define TILE_ROWS 4
#define TILE_VECTORS 1

#include "../kernels/all.h"

const mk_table mk_table_portable = {
#define MK_ENTRY(name, parameters, arguments) .name = name,
  MK_KERNELS(MK_ENTRY)
#undef MK_ENTRY
};
