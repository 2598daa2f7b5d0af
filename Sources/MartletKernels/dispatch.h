// The table of kernels each variant fills, and how a call finds its variant.
#ifndef MARTLET_DISPATCH_H
#define MARTLET_DISPATCH_H

#include "martlet_kernels.h"

typedef struct {
#define MK_FIELD(name, parameters, arguments) void(*name) parameters;
  MK_KERNELS(MK_FIELD)
#undef MK_FIELD
} mk_table;

extern const mk_table mk_table_portable;
#if defined(__x86_64__)
extern const mk_table mk_table_avx2;
extern const mk_table mk_table_avx512;
extern const mk_table mk_table_avx512bf16;
#elif defined(__aarch64__)
extern const mk_table mk_table_neon;
#endif

#endif
