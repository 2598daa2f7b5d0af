// A persistent pool of threads that divides outputs.
#ifndef MARTLET_THREADS_H
#define MARTLET_THREADS_H

#include <stddef.h>

typedef void (*mk_range_body)(void *context, size_t begin, size_t end);

/// Calls body over parts of 0 ..< count on several threads and returns when all are done.
///
/// Each part but the last holds a multiple of grain items. A body must write only outputs of its own range
/// and give each the same bits however the range is cut. Runs on the calling thread alone when the work is
/// one grain or less, or when the pool is serving another caller.
void mk_parallel(size_t count, size_t grain, mk_range_body body, void *context);

#endif
