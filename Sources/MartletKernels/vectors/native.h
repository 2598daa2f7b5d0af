// A vector as wide as the processor's own registers, where those are narrower than the 16 lanes of v16: what is
// transposed in registers must fit into them. See vector_portable.h for what each operation means.
#ifndef MARTLET_NATIVE_H
#define MARTLET_NATIVE_H

#ifndef MARTLET_NATIVE_VECTOR

typedef v16 vn;
enum { VN_LANES = 16 };

V16 vn vn_set(float x) { return v16_set(x); }
V16 vn vn_load(const float *p) { return v16_load(p); }
V16 void vn_store(float *p, vn x) { v16_store(p, x); }
V16 vn vn_fma(vn a, vn b, vn c) { return v16_fma(a, b, c); }
V16 v16 vn_to_v16(vn x) { return x; }
V16 vn vn_from_v16(v16 x) { return x; }

// Lane i of vector j: element j at byte `at` of row i.
V16 void vn_load_transposed(const char *const row[VN_LANES], size_t at, vn r[VN_LANES]) {
#pragma GCC unroll 16
  for (int i = 0; i < VN_LANES; i++) r[i] = v16_load((const float *)(const void *)(row[i] + at));
  v16_transpose(r);
}

#endif

enum { VN_BYTES = VN_LANES * sizeof(float) };

// The same for the first `bytes` of a vector; what is past them is zero.
V16 void vn_load_transposed_first(const char *const row[VN_LANES], size_t at, size_t bytes, vn r[VN_LANES]) {
  char lines[VN_LANES][VN_BYTES];
  const char *line[VN_LANES];
  for (int i = 0; i < VN_LANES; i++) {
    memset(lines[i], 0, VN_BYTES);
    memcpy(lines[i], row[i] + at, bytes);
    line[i] = lines[i];
  }
  vn_load_transposed(line, 0, r);
}

#endif
