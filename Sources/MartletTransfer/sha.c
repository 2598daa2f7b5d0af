#include "martlet_transfer.h"

#include <string.h>

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline uint32_t rotate_left(uint32_t x, int bits) { return x << bits | x >> (32 - bits); }
static inline uint32_t rotate_right(uint32_t x, int bits) { return x >> bits | x << (32 - bits); }

static inline uint32_t big_endian(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

// FIPS 180-4, section 6.2.2.
static void add_block_256(uint32_t *state, const uint8_t *block) {
  uint32_t w[64], v[8];
  for (int t = 0; t < 16; t++) w[t] = big_endian(block + 4 * t);
  for (int t = 16; t < 64; t++) {
    const uint32_t s0 = rotate_right(w[t - 15], 7) ^ rotate_right(w[t - 15], 18) ^ w[t - 15] >> 3;
    const uint32_t s1 = rotate_right(w[t - 2], 17) ^ rotate_right(w[t - 2], 19) ^ w[t - 2] >> 10;
    w[t] = w[t - 16] + s0 + w[t - 7] + s1;
  }
  memcpy(v, state, sizeof v);
  for (int t = 0; t < 64; t++) {
    const uint32_t s1 = rotate_right(v[4], 6) ^ rotate_right(v[4], 11) ^ rotate_right(v[4], 25);
    const uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
    const uint32_t first = v[7] + s1 + choice + round_constants[t] + w[t];
    const uint32_t s0 = rotate_right(v[0], 2) ^ rotate_right(v[0], 13) ^ rotate_right(v[0], 22);
    const uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
    memmove(v + 1, v, 7 * sizeof *v);
    v[4] += first;
    v[0] = first + s0 + majority;
  }
  for (int i = 0; i < 8; i++) state[i] += v[i];
}

// Section 6.1.2.
static void add_block_1(uint32_t *state, const uint8_t *block) {
  uint32_t w[80], v[5];
  for (int t = 0; t < 16; t++) w[t] = big_endian(block + 4 * t);
  for (int t = 16; t < 80; t++) w[t] = rotate_left(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
  memcpy(v, state, sizeof v);
  for (int t = 0; t < 80; t++) {
    const uint32_t choice = (v[1] & v[2]) ^ (~v[1] & v[3]);
    const uint32_t parity = v[1] ^ v[2] ^ v[3];
    const uint32_t majority = (v[1] & v[2]) ^ (v[1] & v[3]) ^ (v[2] & v[3]);
    const uint32_t f = t < 20 ? choice : t < 40 || t >= 60 ? parity : majority;
    const uint32_t k = t < 20 ? 0x5a827999 : t < 40 ? 0x6ed9eba1 : t < 60 ? 0x8f1bbcdc : 0xca62c1d6;
    const uint32_t next = rotate_left(v[0], 5) + f + v[4] + k + w[t];
    memmove(v + 1, v, 4 * sizeof *v);
    v[2] = rotate_left(v[2], 30);
    v[0] = next;
  }
  for (int i = 0; i < 5; i++) state[i] += v[i];
}

static void add_block(mt_sha *sha, const uint8_t *block) {
  (sha->is_sha1 ? add_block_1 : add_block_256)(sha->state, block);
}

void mt_sha_begin(mt_sha *sha, int is_sha1) {
  static const uint32_t start_1[8] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  static const uint32_t start_256[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  memcpy(sha->state, is_sha1 ? start_1 : start_256, sizeof sha->state);
  sha->count = 0;
  sha->is_sha1 = is_sha1;
}

void mt_sha_add(mt_sha *sha, const uint8_t *bytes, size_t count) {
  const size_t held = sha->count % 64;
  sha->count += count;
  if (held > 0) {
    const size_t part = count < 64 - held ? count : 64 - held;
    memcpy(sha->block + held, bytes, part);
    bytes += part, count -= part;
    if (held + part < 64) return;
    add_block(sha, sha->block);
  }
  for (; count >= 64; bytes += 64, count -= 64) add_block(sha, bytes);
  if (count > 0) memcpy(sha->block, bytes, count);
}

void mt_sha_end(mt_sha *sha, uint8_t *digest) {
  const uint64_t bits = sha->count * 8;
  const uint8_t one = 0x80, zero = 0;
  mt_sha_add(sha, &one, 1);
  while (sha->count % 64 != 56) mt_sha_add(sha, &zero, 1);
  uint8_t length[8];
  for (int i = 0; i < 8; i++) length[i] = (uint8_t)(bits >> (56 - 8 * i));
  mt_sha_add(sha, length, 8);
  const int words = sha->is_sha1 ? 5 : 8;
  for (int i = 0; i < 4 * words; i++) digest[i] = (uint8_t)(sha->state[i / 4] >> (24 - 8 * (i % 4)));
}
