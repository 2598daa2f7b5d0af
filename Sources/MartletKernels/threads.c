// The pool: workers that outlive a call, spin a little for the next one, then sleep.
//
// One 64-bit word holds the state of the job in progress: its number, how many workers may still join, and
// how many have joined and not yet left. A worker joins by one compare-and-swap, so a job that its caller
// has closed can never be entered late, and a caller waits only for workers that really joined: with more
// threads than cores, or on a busy machine, nobody waits for a worker that never got to run.
#include "threads.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "martlet_kernels.h"
#include "placement.h"

enum {
  SPIN_NANOSECONDS = 200000, // longer than the pause between two kernels of one training step
  PARTS_PER_THREAD = 4,      // more parts than threads evens out unequal parts and a busy core
  WORKER_STACK = 1 << 20,
};

// MARK: The word

static inline uint64_t word(uint32_t job, uint32_t open, uint32_t joined) {
  return (uint64_t)job << 32 | open << 16 | joined;
}
static inline uint32_t job_of(uint64_t w) { return (uint32_t)(w >> 32); }
static inline uint32_t open_of(uint64_t w) { return (uint32_t)(w >> 16) & 0xffff; }
static inline uint32_t joined_of(uint64_t w) { return (uint32_t)w & 0xffff; }

typedef struct sleeper {
  mk_place place;
  pthread_cond_t wake;
  bool is_called;
  struct sleeper *next;
} sleeper;

static struct {
  _Atomic uint64_t state;
  atomic_bool busy;             // a caller owns the pool
  atomic_int sleeping;          // workers that are to be called
  atomic_bool caller_sleeping;  // the caller is waiting for `done`
  int workers;                  // touched by the owner alone

  // The job. Written by the owner before it opens the job, read by those who joined.
  mk_range_body body;
  void *context;
  size_t count, part;
  int processor, threads;  // that the caller runs on, and how many there are with it
  _Atomic size_t next;

  pthread_mutex_t lock;
  pthread_cond_t done;
  sleeper *sleepers;  // under the lock
} pool = {
  .lock = PTHREAD_MUTEX_INITIALIZER,
  .done = PTHREAD_COND_INITIALIZER,
};

// Set in workers and while a caller runs a body: a kernel inside a kernel runs on its own thread alone.
static _Thread_local bool inside;

// MARK: Waiting

static inline void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static int64_t nanoseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

// What a waiting thread waits for: a worker, another job than `job`; a caller, that nobody is joined.
static inline bool passed(uint64_t w, bool worker, uint32_t job) {
  return worker ? job_of(w) != job : joined_of(w) == 0;
}

static bool spin(bool worker, uint32_t job) {
  const int64_t end = nanoseconds() + SPIN_NANOSECONDS;
  do {
    for (int i = 0; i < 32; i++) {
      if (passed(atomic_load_explicit(&pool.state, memory_order_acquire), worker, job)) return true;
      relax();
    }
  } while (nanoseconds() < end);
  return false;
}

static void wait_for_job(uint32_t seen) {
  if (spin(true, seen)) return;
  sleeper me = {.place = mk_own_place()};
  pthread_cond_init(&me.wake, NULL);
  pthread_mutex_lock(&pool.lock);
  me.next = pool.sleepers;
  pool.sleepers = &me;
  atomic_fetch_add(&pool.sleeping, 1);
  if (job_of(atomic_load(&pool.state)) == seen) {
    while (!me.is_called) pthread_cond_wait(&me.wake, &pool.lock);
  } else {  // a job has come that this worker was not called for
    pool.sleepers = me.next;
    atomic_fetch_sub(&pool.sleeping, 1);
  }
  pthread_mutex_unlock(&pool.lock);
  pthread_cond_destroy(&me.wake);
  mk_return(&me.place);
}

// Calls as many workers as the job may have, or all that sleep.
static void wake_workers(size_t wanted) {
  pthread_mutex_lock(&pool.lock);
  sleeper *called = pool.sleepers, **end = &pool.sleepers;
  for (; wanted > 0 && *end; wanted--) {
    end = &(*end)->next;
    atomic_fetch_sub(&pool.sleeping, 1);
  }
  pool.sleepers = *end;
  *end = NULL;
  pthread_mutex_unlock(&pool.lock);
  for (sleeper *s = called; s; s = s->next) mk_keep_off(&s->place, pool.processor, pool.threads);
  pthread_mutex_lock(&pool.lock);
  for (sleeper *s = called, *next; s; s = next) {
    next = s->next;
    s->is_called = true;
    pthread_cond_signal(&s->wake);
  }
  pthread_mutex_unlock(&pool.lock);
}

static void wait_for_workers(void) {
  if (joined_of(atomic_load(&pool.state)) == 0 || spin(false, 0)) return;
  pthread_mutex_lock(&pool.lock);
  // By exchange, here and where a job is opened: emulators of AArch64 let a load overtake a store before it, and then
  // each side would miss the other.
  atomic_exchange(&pool.caller_sleeping, true);
  while (joined_of(atomic_load(&pool.state)) != 0) pthread_cond_wait(&pool.done, &pool.lock);
  atomic_store(&pool.caller_sleeping, false);
  pthread_mutex_unlock(&pool.lock);
}

// MARK: Working

static void take_parts(void) {
  for (;;) {
    const size_t begin = atomic_fetch_add_explicit(&pool.next, pool.part, memory_order_relaxed);
    if (begin >= pool.count) return;
    const size_t left = pool.count - begin;
    pool.body(pool.context, begin, begin + (left < pool.part ? left : pool.part));
  }
}

static bool join(uint32_t *seen) {
  uint64_t w = atomic_load(&pool.state);
  for (;;) {
    *seen = job_of(w);
    if (open_of(w) == 0) return false;
    if (atomic_compare_exchange_weak(&pool.state, &w, word(job_of(w), open_of(w) - 1, joined_of(w) + 1)))
      return true;
  }
}

static void leave(void) {
  const uint64_t before = atomic_fetch_sub(&pool.state, 1);
  if (joined_of(before) == 1 && atomic_load(&pool.caller_sleeping)) {
    pthread_mutex_lock(&pool.lock);
    pthread_cond_signal(&pool.done);
    pthread_mutex_unlock(&pool.lock);
  }
}

static void *work(void *first_job) {
  inside = true;
  uint32_t seen = (uint32_t)(uintptr_t)first_job;
  for (;;) {
    wait_for_job(seen);
    if (join(&seen)) {
      mk_leave(pool.processor, pool.threads);
      take_parts();
      leave();
    }
  }
  return NULL;
}

// MARK: Growing, forking

// A child of fork has this thread alone: it starts with an empty pool.
static void forget_workers(void) {
  pool.workers = 0;
  pool.sleepers = NULL;
  atomic_store(&pool.state, 0);
  atomic_store(&pool.sleeping, 0);
  atomic_store(&pool.caller_sleeping, false);
  atomic_store(&pool.busy, false);
  pthread_mutex_init(&pool.lock, NULL);
  pthread_cond_init(&pool.done, NULL);
}

static void grow(int wanted) {
  if (pool.workers >= wanted) return;
  static bool prepared;
  if (!prepared) pthread_atfork(NULL, NULL, forget_workers);
  prepared = true;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, WORKER_STACK);
  // Signals belong to the program's own threads.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  void *job = (void *)(uintptr_t)job_of(atomic_load(&pool.state));
  while (pool.workers < wanted) {
    pthread_t thread;
    if (pthread_create(&thread, &attributes, work, job) != 0) break;  // fewer threads, the same results
    pool.workers++;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
}

// MARK: The interface

static size_t rounded_up(size_t n, size_t multiple) { return (n + multiple - 1) / multiple * multiple; }

void mk_parallel(size_t count, size_t grain, mk_range_body body, void *context) {
  if (count == 0) return;
  if (grain == 0) grain = 1;
  const size_t grains = (count - 1) / grain + 1;
  size_t threads = inside ? 1 : (size_t)mk_threads_current();
  if (threads > grains) threads = grains;
  if (threads <= 1 || atomic_exchange(&pool.busy, true)) {
    body(context, 0, count);
    return;
  }
  grow((int)threads - 1);

  pool.body = body;
  pool.context = context;
  pool.count = count;
  pool.part = rounded_up((count - 1) / (threads * PARTS_PER_THREAD) + 1, grain);
  pool.processor = mk_current_processor();
  pool.threads = (int)threads;
  atomic_store_explicit(&pool.next, 0, memory_order_relaxed);

  const uint32_t job = job_of(atomic_load(&pool.state)) + 1;
  atomic_exchange(&pool.state, word(job, (uint32_t)threads - 1, 0));
  if (atomic_load(&pool.sleeping) > 0) wake_workers(threads - 1);

  inside = true;
  take_parts();
  inside = false;

  uint64_t w = atomic_load(&pool.state);
  while (!atomic_compare_exchange_weak(&pool.state, &w, word(job, 0, joined_of(w)))) {}
  wait_for_workers();
  atomic_store(&pool.busy, false);
}
