// Products of bfloat16: what each operation means, in terms of the other vector operations.
//
// A factor is rounded to nearest, ties to even, and numbers too small to be normal are zero, in factors and in
// sums. The depth of a product is even: a missing last factor is zero.
//
// Here a packed lane is one rounded factor, kept as float32. A variant whose processor multiplies bfloat16
// defines MARTLET_NATIVE_BFLOAT16 and packs two into a lane; one whose processor takes small numbers for zero
// when it is told to defines MARTLET_FLUSHES_SMALL. All give the same bits; one case is not known: a sum just below
// the smallest normal number that rounds up to it, which an instruction may take for zero before it rounds.
#ifndef MARTLET_BFLOAT16_H
#define MARTLET_BFLOAT16_H

#ifndef MARTLET_NATIVE_BFLOAT16

enum { NARROW_FACTORS = 1 };  // in a packed lane

V16 v16 v16_without_subnormals(v16 x) {
  const i16 bits = v16_bits(x), magnitude = i16_and(bits, i16_set(0x7fffffff));
  return v16_from_bits(i16_select(i16_greater(i16_set(0x00800000), magnitude),
                                  i16_and(bits, i16_set((int32_t)0x80000000)), bits));
}

// x rounded to bfloat16; not a number stays not a number.
V16 v16 v16_round_bfloat16(v16 x) {
  const i16 bits = v16_bits(x), upper = i16_set((int32_t)0xffff0000);
  const i16 magnitude = i16_and(bits, i16_set(0x7fffffff));
  const i16 odd = i16_and(i16_shift_right(bits, 16), i16_set(1));
  i16 y = i16_and(i16_add(i16_add(bits, i16_set(0x7fff)), odd), upper);
  y = i16_select(i16_greater(magnitude, i16_set(0x7f800000)),
                 i16_and(i16_or(bits, i16_set(0x00400000)), upper), y);
  y = i16_select(i16_greater(i16_set(0x00800000), magnitude), i16_and(bits, i16_set((int32_t)0x80000000)), y);
  return v16_from_bits(y);
}

#ifndef MARTLET_FLUSHES_SMALL
// What stands between these two multiplies bfloat16.
static inline unsigned begin_bfloat16(void) { return 0; }
static inline void end_bfloat16(unsigned before) { (void)before; }

// sum + a · b for packed lanes.
V16 v16 v16_fma_bfloat16(v16 a, v16 b, v16 sum) { return v16_fma(a, b, v16_without_subnormals(sum)); }
#endif

// What a sum is when nothing more is added.
V16 v16 v16_whole_bfloat16(v16 sum) { return v16_without_subnormals(sum); }

#endif
#endif
