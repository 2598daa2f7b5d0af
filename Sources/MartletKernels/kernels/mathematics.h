// exp, log, tanh, erf, sin, cos and the sigmoid over 16 lanes, without the C library.
//
// Each is a fixed sequence of exactly rounded operations, so its bits are the same on every machine. The
// polynomials are minimax fits, their coefficients rounded to float32 one after another with the rest fitted
// again. Not a number gives not a number. The errors stated are the largest found, against double precision
// (exp, log, tanh: every float; the others: every third or thirty-first), in units in the last place.
#ifndef MARTLET_MATHEMATICS_H
#define MARTLET_MATHEMATICS_H

#include <float.h>

V16 v16 v16_absolute(v16 x) { return v16_from_bits(i16_and(v16_bits(x), i16_set(0x7fffffff))); }
V16 v16 v16_negate(v16 x) { return v16_from_bits(i16_xor(v16_bits(x), i16_set(INT32_MIN))); }
// The magnitude of x (not negative) with the sign of y.
V16 v16 v16_with_sign(v16 x, v16 y) {
  return v16_from_bits(i16_or(v16_bits(x), i16_and(v16_bits(y), i16_set(INT32_MIN))));
}
// As v16_max and v16_min with a constant, but what is not a number stays so.
V16 v16 v16_at_least(v16 x, float bound) { return v16_max(v16_set(bound), x); }
V16 v16 v16_at_most(v16 x, float bound) { return v16_min(v16_set(bound), x); }

// Adding 1.5 · 2^23 rounds to an integer (half to even), which then stands in the low bits of the sum.
#define ROUNDING_CONSTANT 0x1.8p23f

// 2^n, -126 <= n <= 127.
V16 v16 v16_power_of_two(i16 n) {
  return v16_from_bits(i16_shift_left(i16_add(n, i16_set(127)), 23));
}

// x = n · ln 2 + r with |r| <= ln 2 / 2 (and a little); gives n and exp(r) - 1.
V16 v16 exponential_parts(v16 x, i16 *n) {
  const v16 shifted = v16_fma(x, v16_set(0x1.715476p0f), v16_set(ROUNDING_CONSTANT));
  const v16 whole = v16_sub(shifted, v16_set(ROUNDING_CONSTANT));
  v16 r = v16_fnma(whole, v16_set(0x1.62e430p-1f), x);
  r = v16_fnma(whole, v16_set(-0x1.05c610p-29f), r);
  v16 p = v16_set(0.000197669942f);
  p = v16_fma(p, r, v16_set(0.00139332283f));
  p = v16_fma(p, r, v16_set(0.00833354145f));
  p = v16_fma(p, r, v16_set(0.0416664854f));
  p = v16_fma(p, r, v16_set(0.166666657f));
  p = v16_fma(p, r, v16_set(0.5f));
  *n = i16_sub(v16_bits(shifted), v16_bits(v16_set(ROUNDING_CONSTANT)));
  return v16_fma(v16_mul(r, r), p, r);
}

// exp(x), within 0.99; 0 below -103.98, infinity above 88.73, denormal between -87.34 and -103.97.
V16 v16 v16_exp(v16 x) {
  i16 n;
  const v16 p = exponential_parts(v16_at_most(v16_at_least(x, -105.0f), 89.0f), &n);
  // Two factors: 2^n itself may be too small or too large, and only the second product rounds.
  const i16 half = i16_shift_right_signed(n, 1);
  const v16 y = v16_mul(v16_add(p, v16_set(1.0f)), v16_power_of_two(half));
  return v16_mul(y, v16_power_of_two(i16_sub(n, half)));
}

// log(x) of a positive, normal, finite x.
V16 v16 logarithm_of_normal(v16 x, v16 exponent_offset) {
  // x = 2^k · (1 + r) with √½ <= 1 + r < √2.
  const i16 bits = v16_bits(x);
  const i16 k = i16_shift_right_signed(i16_sub(bits, i16_set(0x3f3504f3)), 23);
  const v16 r = v16_sub(v16_from_bits(i16_sub(bits, i16_shift_left(k, 23))), v16_set(1.0f));
  const v16 exponent = v16_add(v16_from_int(k), exponent_offset);
  v16 p = v16_set(-0.076290369f);
  p = v16_fma(p, r, v16_set(0.129197657f));
  p = v16_fma(p, r, v16_set(-0.132478625f));
  p = v16_fma(p, r, v16_set(0.141800061f));
  p = v16_fma(p, r, v16_set(-0.166083306f));
  p = v16_fma(p, r, v16_set(0.200020298f));
  p = v16_fma(p, r, v16_set(-0.250016123f));
  p = v16_fma(p, r, v16_set(0.333333254f));
  p = v16_fma(p, r, v16_set(-0.499999881f));
  // ln 2 in two parts, the first so short that its product with the exponent is exact.
  const v16 high = v16_fma(exponent, v16_set(0x1.62e4p-1f), r);
  return v16_add(high, v16_fma(v16_mul(r, r), p, v16_mul(exponent, v16_set(0x1.7f7d1cp-20f))));
}

// log(x), within 1.52; -infinity of 0, not a number of what is negative.
V16 v16 v16_log(v16 x) {
  const m16 denormal = v16_greater(v16_set(FLT_MIN), x);
  const v16 normal = v16_select(denormal, v16_mul(x, v16_set(0x1p23f)), x);
  v16 y = logarithm_of_normal(normal, v16_select(denormal, v16_set(-23.0f), v16_set(0.0f)));
  y = v16_select(v16_greater(x, v16_set(FLT_MAX)), x, y);
  const v16 none = v16_select(v16_not_equal(x, v16_set(0.0f)), v16_set(__builtin_nanf("")),
                              v16_set(-__builtin_inff()));
  return v16_select(v16_greater(x, v16_set(0.0f)), y, none);
}

// log(1 + x) for 0 <= x <= 1, within 1.31: the logarithm of the rounded sum, corrected by what rounding took.
V16 v16 v16_log_one_plus(v16 x) {
  const v16 sum = v16_add(v16_set(1.0f), x);
  const v16 lost = v16_sub(x, v16_sub(sum, v16_set(1.0f)));
  return v16_add(logarithm_of_normal(sum, v16_set(0.0f)), v16_div(lost, sum));
}

// 1 / (1 + exp(-x)), within 2.41, also where it is small.
V16 v16 v16_sigmoid(v16 x) {
  const v16 decay = v16_exp(v16_negate(v16_absolute(x)));
  const v16 above = v16_select(v16_greater(v16_set(0.0f), x), decay, v16_set(1.0f));
  return v16_div(above, v16_add(v16_set(1.0f), decay));
}

// tanh(x), within 1.43: an odd polynomial up to 0.5625, beyond it 1 - 2 / (exp(2|x|) + 1).
V16 v16 v16_tanh(v16 x) {
  const v16 t = v16_at_most(v16_absolute(x), 10.0f);
  const v16 square = v16_mul(t, t);
  v16 near = v16_set(-0.00589796668f);
  near = v16_fma(near, square, v16_set(0.0207986254f));
  near = v16_fma(near, square, v16_set(-0.0537847169f));
  near = v16_fma(near, square, v16_set(0.133319363f));
  near = v16_fma(near, square, v16_set(-0.333332986f));
  near = v16_fma(v16_mul(near, square), t, t);
  i16 n;
  const v16 p = exponential_parts(v16_add(t, t), &n);
  const v16 scale = v16_power_of_two(n);
  const v16 sum = v16_add(v16_fma(p, scale, scale), v16_set(1.0f));
  const v16 far = v16_sub(v16_set(1.0f), v16_div(v16_set(2.0f), sum));
  return v16_with_sign(v16_select(v16_greater(t, v16_set(0.5625f)), far, near), x);
}

// erf(x), within 0.98: an odd polynomial up to 0.9375, beyond it 1 - exp(a polynomial for log(erfc)).
V16 v16 v16_erf(v16 x) {
  const v16 t = v16_at_most(v16_absolute(x), 4.0f);
  const v16 square = v16_mul(t, t);
  v16 near = v16_set(8.00027919e-05f);
  near = v16_fma(near, square, v16_set(-0.000805038435f));
  near = v16_fma(near, square, v16_set(0.00519243814f));
  near = v16_fma(near, square, v16_set(-0.026855737f));
  near = v16_fma(near, square, v16_set(0.112836257f));
  near = v16_fma(near, square, v16_set(-0.376126289f));
  near = v16_fma(near, square, v16_set(0.128379166f));
  near = v16_fma(near, t, t);
  v16 far = v16_set(-1.04291357e-05f);
  far = v16_fma(far, t, v16_set(0.000314828183f));
  far = v16_fma(far, t, v16_set(-0.00361025473f));
  far = v16_fma(far, t, v16_set(0.0236944426f));
  far = v16_fma(far, t, v16_set(-0.106158964f));
  far = v16_fma(far, t, v16_set(-0.635198057f));
  far = v16_fma(far, t, v16_set(-0.128637075f));
  far = v16_sub(v16_set(1.0f), v16_exp(v16_fma(far, t, v16_negate(t))));
  return v16_with_sign(v16_select(v16_greater(t, v16_set(0.9375f)), far, near), x);
}

// sin(r) and cos(r) for |r| <= π/4 (and a little).
V16 v16 sine_near_zero(v16 r) {
  const v16 square = v16_mul(r, r);
  v16 p = v16_set(-0.000195082335f);
  p = v16_fma(p, square, v16_set(0.00833210815f));
  p = v16_fma(p, square, v16_set(-0.166666538f));
  return v16_fma(v16_mul(p, square), r, r);
}
V16 v16 cosine_near_zero(v16 r) {
  const v16 square = v16_mul(r, r);
  v16 p = v16_set(2.44300882e-05f);
  p = v16_fma(p, square, v16_set(-0.00138872978f));
  p = v16_fma(p, square, v16_set(0.0416666456f));
  p = v16_fma(p, square, v16_set(-0.5f));
  return v16_fma(p, square, v16_set(1.0f));
}
// The sine of a quarter turns (taken mod 4) plus r.
V16 v16 sine_of_quadrant(i16 quarters, v16 r) {
  const m16 odd = i16_equal(i16_and(quarters, i16_set(1)), i16_set(1));
  const v16 y = v16_select(odd, cosine_near_zero(r), sine_near_zero(r));
  return v16_from_bits(i16_xor(v16_bits(y), i16_shift_left(i16_and(quarters, i16_set(2)), 30)));
}

// Below this, x - n · π/2 with π/2 in three parts is accurate.
#define LARGE_ANGLE 131072.0f

// x = n · π/2 + r for a finite x >= 2^16, by exact integers (Payne and Hanek 1983). Gives r and n mod 4.
static inline float reduce_large_angle(float x, int32_t *quarters) {
  static const uint32_t two_over_pi[7] = {0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0,
                                          0xdb629599, 0x3c439041, 0xfe5163ab};
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  const int exponent = (int)(bits >> 23) - 150;  // x = mantissa · 2^exponent
  const uint64_t mantissa = (bits & 0x7fffff) | 0x800000;
  // Of 2/π, the bits that would give multiples of four quarter turns are left out, and 96 bits are taken.
  const int first = exponent > 2 ? exponent - 2 : 0;
  const uint32_t *word = two_over_pi + first / 32;
  unsigned __int128 window = (unsigned __int128)word[0] << 96 | (unsigned __int128)word[1] << 64 |
                             (unsigned __int128)word[2] << 32 | word[3];
  window = (window << first % 32) >> 32;
  // In units of 2^-62 quarter turns.
  const uint64_t turns = (uint64_t)((window * mantissa) >> (34 + first - exponent));
  const uint64_t nearest = (turns + ((uint64_t)1 << 61)) >> 62;
  *quarters = (int32_t)nearest;
  return (float)((double)(int64_t)(turns - (nearest << 62)) * 0x1.921fb54442d18p-62);
}

// |x| = n · π/2 + r: gives r and n mod 4.
V16 v16 reduce_angle(v16 x, i16 *quarters) {
  x = v16_absolute(x);
  const v16 shifted = v16_fma(x, v16_set(0x1.45f306p-1f), v16_set(ROUNDING_CONSTANT));
  const v16 whole = v16_sub(shifted, v16_set(ROUNDING_CONSTANT));
  v16 r = v16_fnma(whole, v16_set(0x1.921fb6p0f), x);
  r = v16_fnma(whole, v16_set(-0x1.777a5cp-25f), r);
  r = v16_fnma(whole, v16_set(-0x1.ee59dap-50f), r);
  *quarters = v16_bits(shifted);
  const v16 finite = v16_select(v16_greater(v16_set(__builtin_inff()), x), x, v16_set(0.0f));
  if (v16_maximum(finite) > LARGE_ANGLE) {
    float angle[16], rest[16];
    int32_t count[16];
    v16_store(angle, finite);
    v16_store(rest, r);
    i16_store(count, *quarters);
    for (int i = 0; i < 16; i++)
      if (angle[i] > LARGE_ANGLE) rest[i] = reduce_large_angle(angle[i], &count[i]);
    r = v16_load(rest);
    *quarters = i16_load(count);
  }
  return r;
}

// sin(x) and cos(x), within 1.55 over the whole range; not a number of infinity.
V16 v16 v16_sin(v16 x) {
  i16 quarters;
  const v16 r = reduce_angle(x, &quarters);
  const i16 sign = i16_and(v16_bits(x), i16_set(INT32_MIN));
  return v16_from_bits(i16_xor(v16_bits(sine_of_quadrant(quarters, r)), sign));
}
V16 v16 v16_cos(v16 x) {
  i16 quarters;
  const v16 r = reduce_angle(x, &quarters);
  return sine_of_quadrant(i16_add(quarters, i16_set(1)), r);
}

// The same functions of one number, with the same bits.
V16 float exp_of(float x) {
  float y[16];
  v16_store(y, v16_exp(v16_set(x)));
  return y[0];
}
V16 float log_of(float x) {
  float y[16];
  v16_store(y, v16_log(v16_set(x)));
  return y[0];
}

#endif
