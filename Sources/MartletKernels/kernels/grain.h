// How much work is worth a thread: parts smaller than this cost more to hand over than to compute.
#ifndef MARTLET_GRAIN_H
#define MARTLET_GRAIN_H

#include <stddef.h>

#define ELEMENT_GRAIN ((size_t)16384)

// Rows that make a grain when each costs `work` element operations; also columns, for columns of that height.
static inline size_t grain_of(size_t work) {
  if (work == 0) return ELEMENT_GRAIN;
  return work < ELEMENT_GRAIN ? (ELEMENT_GRAIN + work - 1) / work : 1;
}

// The same, in whole cache lines of 16 floats.
static inline size_t vector_grain_of(size_t work) { return (grain_of(work) + 15) / 16 * 16; }

#endif
