// Pairs of bfloat16 in the 32 bits of a lane: the first of the pair in the upper half.
//
// What each operation means, in terms of the other vector operations. A variant whose processor has them as
// instructions defines MARTLET_NATIVE_BFLOAT16 and gives the same bits: rounding to nearest, ties to even;
// numbers too small to be normal are zero, in factors and in sums.
#ifndef MARTLET_BFLOAT16_H
#define MARTLET_BFLOAT16_H

#ifndef MARTLET_NATIVE_BFLOAT16

// x rounded to bfloat16, in the upper half of each lane; not a number stays not a number.
V16 i16 v16_round_bfloat16(v16 x) {
  const i16 bits = v16_bits(x), upper = i16_set((int32_t)0xffff0000);
  const i16 magnitude = i16_and(bits, i16_set(0x7fffffff));
  const i16 odd = i16_and(i16_shift_right(bits, 16), i16_set(1));
  i16 y = i16_and(i16_add(i16_add(bits, i16_set(0x7fff)), odd), upper);
  y = i16_select(i16_greater(magnitude, i16_set(0x7f800000)),
                 i16_and(i16_or(bits, i16_set(0x00400000)), upper), y);
  return i16_select(i16_greater(i16_set(0x00800000), magnitude), i16_and(bits, i16_set((int32_t)0x80000000)),
                    y);
}

// Lane i: the pair (first[i], second[i]).
V16 v16 v16_pair(v16 first, v16 second) {
  return v16_from_bits(
    i16_or(v16_round_bfloat16(first), i16_shift_right(v16_round_bfloat16(second), 16)));
}

// Lane i: the pair (x[2i], x[2i + 1]) of the 32 numbers x = low, high.
V16 v16 v16_neighbours(v16 low, v16 high) {
  float x[32], first[16], second[16];
  v16_store(x, low);
  v16_store(x + 16, high);
  for (int i = 0; i < 16; i++) {
    first[i] = x[2 * i];
    second[i] = x[2 * i + 1];
  }
  return v16_pair(v16_load(first), v16_load(second));
}

V16 v16 v16_without_subnormals(v16 x) {
  const i16 bits = v16_bits(x), magnitude = i16_and(bits, i16_set(0x7fffffff));
  return v16_from_bits(i16_select(i16_greater(i16_set(0x00800000), magnitude),
                                  i16_and(bits, i16_set((int32_t)0x80000000)), bits));
}

// sum + a's first · b's first, rounded, + a's second · b's second, rounded.
V16 v16 v16_dot_pair(v16 a, v16 b, v16 sum) {
  const i16 upper = i16_set((int32_t)0xffff0000), x = v16_bits(a), y = v16_bits(b);
  sum = v16_fma(v16_from_bits(i16_and(x, upper)), v16_from_bits(i16_and(y, upper)),
                v16_without_subnormals(sum));
  sum = v16_fma(v16_from_bits(i16_shift_left(x, 16)), v16_from_bits(i16_shift_left(y, 16)),
                v16_without_subnormals(sum));
  return v16_without_subnormals(sum);
}

#endif
#endif
