// Memory of each thread that kernels use again and again.
#ifndef MARTLET_SCRATCH_H
#define MARTLET_SCRATCH_H

#include <stddef.h>

/// At least `bytes` bytes of scratch memory, 64-byte aligned, that belongs to the calling thread until it
/// asks again for the same slot (0 ..< 4). Never freed while the thread lives; never shrinks. A kernel that
/// shares memory with the bodies it runs takes slots 0 and 1; bodies take 2 and 3.
void *mk_scratch(int slot, size_t bytes);

#endif
