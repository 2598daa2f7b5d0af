// Times the matrix product, and beside it, call by call, the sgemm of a BLAS library when one is named.
//
//   matrix_product [--threads N] [--repeats N] [--blas LIBRARY] [LAYOUT:ROWSxDEPTHxCOLUMNS ...]
//
// Prints one JSON object a line: the medians, in 10⁹ floating-point operations a second. matrix_product.sh
// builds it together with the kernels.
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "martlet_kernels.h"

enum { LIMIT = 1000 };

static const char *const layout_names[3] = {"NT", "NN", "TN"};

typedef struct {
  int layout;
  size_t rows, depth, columns;
} shape;

static const shape default_shapes[] = {
  {MK_PRODUCT_NT, 1024, 768, 3072}, {MK_PRODUCT_NN, 1024, 768, 3072}, {MK_PRODUCT_TN, 1024, 768, 3072},
  {MK_PRODUCT_NT, 768, 128, 384},   {MK_PRODUCT_NT, 768, 128, 512},   {MK_PRODUCT_NT, 768, 512, 128},
  {MK_PRODUCT_NT, 768, 128, 65},    {MK_PRODUCT_NN, 768, 512, 128},   {MK_PRODUCT_NN, 768, 65, 128},
  {MK_PRODUCT_TN, 512, 768, 128},   {MK_PRODUCT_TN, 65, 768, 128},    {MK_PRODUCT_NT, 8, 768, 3072},
  {MK_PRODUCT_NT, 1, 768, 3072},    {MK_PRODUCT_NT, 1, 768, 50257},
};

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static double median(double *times, int count) {
  qsort(times, (size_t)count, sizeof *times, ascending);
  return times[count / 2];
}

static float *matrix(size_t count, uint64_t stream) {
  float *x = aligned_alloc(64, (count * sizeof(float) + 63) / 64 * 64);
  if (!x) exit(1);
  mk_random_uniform(count, 1, stream, 0, x);
  for (size_t i = 0; i < count; i++) x[i] -= 0.5f;
  return x;
}

// MARK: The BLAS library, with 32-bit or 64-bit integers

typedef void (*sgemm_32)(int, int, int, int, int, int, float, const float *, int, const float *, int, float,
                         float *, int);
typedef void (*sgemm_64)(int, int, int, int64_t, int64_t, int64_t, float, const float *, int64_t,
                         const float *, int64_t, float, float *, int64_t);

static sgemm_32 blas_32;
static sgemm_64 blas_64;

static void load_blas(const char *path, int threads) {
  // OpenBLAS would keep its threads spinning after a call and so hold a core against our next one.
  setenv("OPENBLAS_THREAD_TIMEOUT", "16", 0);
  void *library = dlopen(path, RTLD_NOW);
  if (!library) {
    fprintf(stderr, "error: cannot load %s: %s\n", path, dlerror());
    exit(1);
  }
  // NumPy's and SciPy's wheels carry OpenBLAS under names of their own.
  blas_64 = (sgemm_64)dlsym(library, "scipy_cblas_sgemm64_");
  blas_32 = (sgemm_32)dlsym(library, "cblas_sgemm");
  if (!blas_32) blas_32 = (sgemm_32)dlsym(library, "scipy_cblas_sgemm");
  if (!blas_32 && !blas_64) {
    fprintf(stderr, "error: %s has no cblas_sgemm.\n", path);
    exit(1);
  }
  const char *setters[] = {"openblas_set_num_threads", "scipy_openblas_set_num_threads64_",
                           "scipy_openblas_set_num_threads"};
  const char *cores[] = {"openblas_get_corename", "scipy_openblas_get_corename64_",
                         "scipy_openblas_get_corename"};
  for (int i = 0; i < 3; i++) {
    void (*set)(int) = (void (*)(int))dlsym(library, setters[i]);
    if (set) set(threads);
    char *(*core)(void) = (char *(*)(void))dlsym(library, cores[i]);
    if (core) fprintf(stderr, "BLAS runs its kernels for %s.\n", core());
  }
}

static void blas(const shape *s, const float *a, const float *b, float *c) {
  enum { ROW_MAJOR = 101, PLAIN = 111, TRANSPOSED = 112 };
  const int ta = s->layout == MK_PRODUCT_TN ? TRANSPOSED : PLAIN;
  const int tb = s->layout == MK_PRODUCT_NT ? TRANSPOSED : PLAIN;
  const size_t lda = s->layout == MK_PRODUCT_TN ? s->rows : s->depth;
  const size_t ldb = s->layout == MK_PRODUCT_NT ? s->depth : s->columns;
  if (blas_64)
    blas_64(ROW_MAJOR, ta, tb, (int64_t)s->rows, (int64_t)s->columns, (int64_t)s->depth, 1, a, (int64_t)lda,
            b, (int64_t)ldb, 0, c, (int64_t)s->columns);
  else
    blas_32(ROW_MAJOR, ta, tb, (int)s->rows, (int)s->columns, (int)s->depth, 1, a, (int)lda, b, (int)ldb, 0,
            c, (int)s->columns);
}

// MARK: Timing

static void measure(const shape *s, int repeats) {
  float *a = matrix(s->rows * s->depth, 0), *b = matrix(s->depth * s->columns, 1);
  float *c = matrix(s->rows * s->columns, 2);
  const size_t a_stride = s->layout == MK_PRODUCT_TN ? s->rows : s->depth;
  const size_t b_stride = s->layout == MK_PRODUCT_NT ? s->depth : s->columns;
  const double operations = 2.0 * (double)s->rows * (double)s->depth * (double)s->columns;
  // Short products are timed several at a time, so that a clock's grain does not matter.
  const int inner = operations > 2e8 ? 1 : (int)(2e8 / operations) > 50 ? 50 : (int)(2e8 / operations) + 1;
  double ours[LIMIT], theirs[LIMIT];
  for (int i = 0; i < repeats; i++) {
    double start = 0;
    for (int j = -1; j < inner; j++) {  // the first call, which wakes caches and threads, is not counted
      if (j == 0) start = seconds();
      mk_matrix_product((mk_product)s->layout, MK_START_ZERO, s->rows, s->columns, s->depth, a, a_stride, b,
                        b_stride, NULL, c, s->columns);
    }
    ours[i] = (seconds() - start) / inner;
    if (!blas_32 && !blas_64) continue;
    for (int j = -1; j < inner; j++) {
      if (j == 0) start = seconds();
      blas(s, a, b, c);
    }
    theirs[i] = (seconds() - start) / inner;
  }
  const double mine = median(ours, repeats);
  printf("{\"rows\": %zu, \"depth\": %zu, \"columns\": %zu, \"layout\": \"%s\", \"threads\": %d, "
         "\"isa\": \"%s\", \"microseconds\": %.2f, \"gflops\": %.1f",
         s->rows, s->depth, s->columns, layout_names[s->layout], mk_threads_current(),
         mk_isa_name(mk_isa_current()), mine * 1e6, operations / mine * 1e-9);
  if (blas_32 || blas_64) {
    const double other = median(theirs, repeats);
    printf(", \"blas_microseconds\": %.2f, \"blas_gflops\": %.1f, \"ratio\": %.3f", other * 1e6,
           operations / other * 1e-9, other / mine);
  }
  puts("}");
  fflush(stdout);
  free(a);
  free(b);
  free(c);
}

int main(int count, char **arguments) {
  const char *library = NULL;
  int repeats = 21, shapes = 0;
  for (int i = 1; i < count; i++) {
    const char *name = arguments[i], *value = i + 1 < count ? arguments[i + 1] : "";
    if (strcmp(name, "--threads") == 0) {
      mk_override_threads(atoi(value));
      i++;
    } else if (strcmp(name, "--repeats") == 0) {
      repeats = atoi(value);
      i++;
    } else if (strcmp(name, "--blas") == 0) {
      library = value;
      i++;
    } else {
      shapes++;
    }
  }
  if (repeats < 1 || repeats > LIMIT || mk_configuration_error()) {
    fprintf(stderr, "error: %s\n",
            mk_configuration_error() ? mk_configuration_error() : "--repeats must be from 1 to 1000.");
    return 1;
  }
  if (library) load_blas(library, mk_threads_current());
  if (shapes == 0)
    for (size_t i = 0; i < sizeof default_shapes / sizeof *default_shapes; i++)
      measure(&default_shapes[i], repeats);
  for (int i = 1; i < count; i++) {
    if (arguments[i][0] == '-') {
      i++;
      continue;
    }
    shape s = {-1, 0, 0, 0};
    char layout[3] = "";
    if (sscanf(arguments[i], "%2[NT]:%zux%zux%zu", layout, &s.rows, &s.depth, &s.columns) == 4)
      for (int l = 0; l < 3; l++)
        if (strcmp(layout, layout_names[l]) == 0) s.layout = l;
    if (s.layout < 0 || s.rows * s.depth * s.columns == 0) {
      fprintf(stderr, "error: \"%s\" is not a shape such as NT:1024x768x3072.\n", arguments[i]);
      return 1;
    }
    measure(&s, repeats);
  }
  return 0;
}
