// Chooses the variant of the kernels that a call uses, and how many threads it may take.
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE  // sched_getaffinity
#endif
#include "dispatch.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#if defined(__linux__)
#include <sched.h>
#elif defined(__APPLE__)
#include <sys/sysctl.h>
#endif

enum { ISA_COUNT = 5, THREADS_LIMIT = 1024 };

static const char *const isa_names[ISA_COUNT] = {"portable", "avx2", "avx512", "neon", "avx512bf16"};

const char *mk_isa_name(mk_isa isa) {
  return (unsigned)isa < ISA_COUNT ? isa_names[isa] : "unknown";
}

int mk_isa_available(mk_isa isa) {
  switch (isa) {
    case MK_ISA_PORTABLE: return 1;
#if defined(__x86_64__)
    case MK_ISA_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case MK_ISA_AVX512: return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
    case MK_ISA_AVX512BF16:
      return mk_isa_available(MK_ISA_AVX512) && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512bf16");
#elif defined(__aarch64__)
    case MK_ISA_NEON: return 1;
#endif
    default: return 0;
  }
}

static const mk_table *table_of(mk_isa isa) {
  switch (isa) {
#if defined(__x86_64__)
    case MK_ISA_AVX2: return &mk_table_avx2;
    case MK_ISA_AVX512: return &mk_table_avx512;
    case MK_ISA_AVX512BF16: return &mk_table_avx512bf16;
#elif defined(__aarch64__)
    case MK_ISA_NEON: return &mk_table_neon;
#endif
    default: return &mk_table_portable;
  }
}

// MARK: The machine and the environment, read once

static struct {
  mk_isa isa;
  int threads;
  char error[256];  // empty when nothing is wrong
} configuration;

#if defined(__linux__)
// The first processor that shares its core with this one, or this one when the system does not say.
static int first_sibling(int processor) {
  char path[96];
  snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", processor);
  FILE *file = fopen(path, "re");
  if (!file) return processor;
  int first = processor;
  if (fscanf(file, "%d", &first) != 1) first = processor;
  fclose(file);
  return first;
}
#endif

// Two threads of one core share its arithmetic units, so a core counts once.
static int core_count(void) {
  int count = 0;
#if defined(__linux__)
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
    for (int i = 0; i < CPU_SETSIZE; i++)
      if (CPU_ISSET(i, &allowed)) {
        const int first = first_sibling(i);
        count += first == i || first < 0 || first >= CPU_SETSIZE || !CPU_ISSET(first, &allowed);
      }
#elif defined(__APPLE__)
  size_t size = sizeof count;
  if (sysctlbyname("hw.perflevel0.physicalcpu", &count, &size, NULL, 0) != 0) count = 0;
#endif
  if (count < 1) count = (int)sysconf(_SC_NPROCESSORS_ONLN);
  if (count < 1) count = 1;
  return count < THREADS_LIMIT ? count : THREADS_LIMIT;
}

// "portable, avx2 or avx512": the sets this machine can run.
static void name_available(char *text, size_t size) {
  int left = 0;
  for (int i = 0; i < ISA_COUNT; i++) left += mk_isa_available((mk_isa)i);
  size_t length = 0;
  text[0] = 0;
  for (int i = 0; i < ISA_COUNT; i++)
    if (mk_isa_available((mk_isa)i)) {
      left--;
      const char *after = left > 1 ? ", " : left == 1 ? " or " : "";
      length += (size_t)snprintf(text + length, size - length, "%s%s", isa_names[i], after);
    }
}

static void read_isa(void) {
  for (int i = 0; i < ISA_COUNT; i++)
    if (mk_isa_available((mk_isa)i)) configuration.isa = (mk_isa)i;
  const char *name = getenv("MARTLET_ISA");
  if (!name || !*name) return;
  for (int i = 0; i < ISA_COUNT; i++)
    if (strcmp(name, isa_names[i]) == 0 && mk_isa_available((mk_isa)i)) {
      configuration.isa = (mk_isa)i;
      return;
    }
  char available[64];
  name_available(available, sizeof available);
  snprintf(configuration.error, sizeof configuration.error,
           "MARTLET_ISA is \"%.60s\", but on this machine it must be %s.", name, available);
}

static void read_threads(void) {
  configuration.threads = core_count();
  const char *text = getenv("MARTLET_THREADS");
  if (!text || !*text) return;
  int value = 0;
  size_t digits = 0;
  while (digits < 5 && text[digits] >= '0' && text[digits] <= '9')
    value = value * 10 + (text[digits++] - '0');
  if (!text[digits] && value >= 1 && value <= THREADS_LIMIT) {
    configuration.threads = value;
  } else if (!configuration.error[0]) {
    snprintf(configuration.error, sizeof configuration.error,
             "MARTLET_THREADS is \"%.60s\", but it must be a whole number from 1 to %d.", text,
             THREADS_LIMIT);
  }
}

static void read_configuration(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
#endif
  read_isa();
  read_threads();
}

static void configure(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, read_configuration);
}

const char *mk_configuration_error(void) {
  configure();
  return configuration.error[0] ? configuration.error : NULL;
}

// MARK: What a thread overrides

static _Thread_local int isa_override = -1;
static _Thread_local int threads_override = 0;

int mk_override_isa(int isa) {
  const int before = isa_override;
  isa_override = isa >= 0 && mk_isa_available((mk_isa)isa) ? isa : -1;
  return before;
}

mk_isa mk_isa_current(void) {
  if (isa_override >= 0) return (mk_isa)isa_override;
  configure();
  return configuration.isa;
}

int mk_override_threads(int threads) {
  const int before = threads_override;
  threads_override = threads < 0 ? 0 : threads > THREADS_LIMIT ? THREADS_LIMIT : threads;
  return before;
}

int mk_threads_current(void) {
  if (threads_override > 0) return threads_override;
  configure();
  return configuration.threads;
}

// MARK: The public functions

#define MK_DEFINE(name, parameters, arguments) \
  void mk_##name parameters { table_of(mk_isa_current())->name arguments; }
MK_KERNELS(MK_DEFINE)
#undef MK_DEFINE
