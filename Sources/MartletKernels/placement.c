#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE  // sched_setaffinity, gettid's system call
#endif
#include "placement.h"

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>

// What a thread may run on without a processor; false where it does not run there, or too few would be left.
static bool without(const cpu_set_t *home, int processor, int threads, cpu_set_t *rest) {
  if (processor < 0 || processor >= CPU_SETSIZE || !CPU_ISSET(processor, home)) return false;
  const int count = CPU_COUNT(home);
  if (count < threads || count < 2) return false;
  *rest = *home;
  CPU_CLR(processor, rest);
  return true;
}

int mk_current_processor(void) { return sched_getcpu(); }

mk_place mk_own_place(void) { return (mk_place){.thread = (pid_t)syscall(SYS_gettid)}; }

void mk_keep_off(mk_place *place, int processor, int threads) {
  cpu_set_t rest;
  if (sched_getaffinity(place->thread, sizeof place->home, &place->home) == 0 &&
      without(&place->home, processor, threads, &rest))
    place->is_kept_off = sched_setaffinity(place->thread, sizeof rest, &rest) == 0;
}

void mk_return(mk_place *place) {
  if (place->is_kept_off) sched_setaffinity(place->thread, sizeof place->home, &place->home);
  place->is_kept_off = false;
}

void mk_leave(int processor, int threads) {
  if (processor < 0 || sched_getcpu() != processor) return;
  mk_place place = mk_own_place();
  mk_keep_off(&place, processor, threads);
  mk_return(&place);
}
#else
int mk_current_processor(void) { return -1; }
mk_place mk_own_place(void) { return (mk_place){0}; }
void mk_keep_off(mk_place *place, int processor, int threads) { (void)place, (void)processor, (void)threads; }
void mk_return(mk_place *place) { (void)place; }
void mk_leave(int processor, int threads) { (void)processor, (void)threads; }
#endif
