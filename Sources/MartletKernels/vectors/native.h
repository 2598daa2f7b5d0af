// A vector as wide as the processor's own registers, where those are narrower than the 16 lanes of v16: what is
// transposed in registers must fit into them. See vector_portable.h for what each operation means.
#ifndef MARTLET_NATIVE_H
#define MARTLET_NATIVE_H

#ifndef MARTLET_NATIVE_VECTOR

typedef v16 vn;
enum {
  VN_LANES = 16,
  VN_PIECE = 16,  // vectors that are transposed together, and their rows' elements
};

V16 vn vn_set(float x) { return v16_set(x); }
V16 vn vn_load(const float *p) { return v16_load(p); }
V16 void vn_store(float *p, vn x) { v16_store(p, x); }
V16 vn vn_fma(vn a, vn b, vn c) { return v16_fma(a, b, c); }
V16 v16 vn_to_v16(vn x) { return x; }
V16 vn vn_from_v16(v16 x) { return x; }

// Lane i of vector j: element j at byte `at` of row i.
V16 void vn_load_transposed(const char *const row[VN_LANES], size_t at, vn r[VN_PIECE]) {
#pragma GCC unroll 16
  for (int i = 0; i < VN_LANES; i++) {
    float line[VN_LANES];  // rows of bfloat16 may begin where no float can
    memcpy(line, row[i] + at, sizeof line);
    r[i] = v16_load(line);
  }
  v16_transpose(r);
}

#endif

enum { VN_PIECE_BYTES = VN_PIECE * sizeof(float) };  // of a row

// The same for the first `bytes` of a piece; what is past them is zero.
V16 void vn_load_transposed_first(const char *const row[VN_LANES], size_t at, size_t bytes, vn r[VN_PIECE]) {
  char pieces[VN_LANES][VN_PIECE_BYTES];
  const char *piece[VN_LANES];
  for (int i = 0; i < VN_LANES; i++) {
    memset(pieces[i], 0, VN_PIECE_BYTES);
    memcpy(pieces[i], row[i] + at, bytes);
    piece[i] = pieces[i];
  }
  vn_load_transposed(piece, 0, r);
}

#endif
