// Memory of each thread that kernels use again and again.
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE  // madvise
#endif
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "scratch.h"

enum { SLOTS = 4, ALIGNMENT = 64, HUGE_PAGE = 1 << 21 };

typedef struct {
  void *memory[SLOTS];
  size_t bytes[SLOTS];
} scratch;

static pthread_key_t scratch_key;
static _Thread_local scratch *mine;

static void free_scratch(void *value) {
  scratch *s = value;
  mine = NULL;  // what ends later may ask for more
  for (int i = 0; i < SLOTS; i++) free(s->memory[i]);
  free(s);
}

static void make_scratch_key(void) {
  if (pthread_key_create(&scratch_key, free_scratch) != 0) abort();
}

void *mk_scratch(int slot, size_t bytes) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  if (!mine) {
    pthread_once(&once, make_scratch_key);
    mine = calloc(1, sizeof *mine);
    if (!mine || pthread_setspecific(scratch_key, mine) != 0) abort();
  }
  if (mine->bytes[slot] < bytes) {
    free(mine->memory[slot]);
    // By halves, so that slowly growing requests do not move the memory every time.
    const size_t grown = mine->bytes[slot] + mine->bytes[slot] / 2;
    mine->bytes[slot] = ((bytes > grown ? bytes : grown) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    const bool large = mine->bytes[slot] >= 2 * HUGE_PAGE;
    if (posix_memalign(&mine->memory[slot], large ? HUGE_PAGE : ALIGNMENT, mine->bytes[slot]) != 0) abort();
#if defined(MADV_HUGEPAGE)
    // Packed panels are walked by several threads at once: small pages would cost them look-ups.
    if (large) madvise(mine->memory[slot], mine->bytes[slot], MADV_HUGEPAGE);
#endif
  }
  return mine->memory[slot];
}
