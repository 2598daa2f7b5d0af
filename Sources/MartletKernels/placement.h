// Which processor a worker runs on: another than its caller.
//
// Where a system's processors share no cache, Linux may wake a worker on its caller's processor and leave both there
// for tens of milliseconds while another is idle. Nothing is pinned: as soon as it runs, a worker may go where it could
// before, which is where the thread could that first needed workers. Elsewhere than on Linux nothing of this does
// anything.
#ifndef MARTLET_PLACEMENT_H
#define MARTLET_PLACEMENT_H

#if defined(__linux__)
#include <sched.h>
#endif
#include <stdbool.h>

/// A thread that sleeps, and where it may run.
typedef struct {
#if defined(__linux__)
  pid_t thread;
  bool is_kept_off;
  cpu_set_t home;
#else
  char nothing;
#endif
} mk_place;

/// The processor that the calling thread runs on; negative where that is unknown.
int mk_current_processor(void);

/// The calling thread.
mk_place mk_own_place(void);

/// Keeps a sleeping thread off a processor until it returns, where it may run on at least as many processors as there
/// are threads.
void mk_keep_off(mk_place *place, int processor, int threads);

/// Lets the calling thread, whose place this is, run again where it could before it was kept off.
void mk_return(mk_place *place);

/// Moves the calling thread off a processor if it runs there, where it may run on at least as many processors as there
/// are threads.
void mk_leave(int processor, int threads);

#endif
