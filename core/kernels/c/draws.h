// The masks of dropout, drawn by the Mersenne Twister. See draws.ts for the rule, plain_draws.ts for the generator.
#pragma once
#include "lanes.h"

#define WORDS 624
#define SHIFT 397

typedef u32 vu __attribute__((vector_size(4 * LANES)));
typedef u32 vu_at __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

/** Words times the matrix of the generator. */
#define MULTIPLIED(Y) ((Y) >> 1 ^ (-((Y) & 1) & 0x9908b0dfu))

static inline vu words_at(const u32 *at) {
  return *(const vu_at *)at;
}

/** state[i] of the next words for i < end, from the present ones and the one `other` places on. */
static size twist_words(u32 *state, size i, size end, size other) {
  for (; i + LANES <= end; i += LANES) {
    const vu y = (words_at(state + i) & 0x80000000u) | (words_at(state + i + 1) & 0x7fffffffu);
    *(vu_at *)(state + i) = words_at(state + i + other) ^ MULTIPLIED(y);
  }
  for (; i < end; i++) {
    const u32 y = (state[i] & 0x80000000u) | (state[i + 1] & 0x7fffffffu);
    state[i] = state[i + other] ^ MULTIPLIED(y);
  }
  return i;
}

/** Makes the next words. Those that a vector needs are 397 places on, not made yet, or 227 back, made long ago. */
static void refill(u32 *state) {
  const u32 y = state[WORDS - 1] & 0x80000000u;
  const size i = twist_words(state, 0, WORDS - SHIFT, SHIFT);
  twist_words(state, i, WORDS - 1, SHIFT - WORDS);
  const u32 last = y | (state[0] & 0x7fffffffu);
  state[WORDS - 1] = state[SHIFT - 1] ^ MULTIPLIED(last);
  state[WORDS] = 0;
}

/** The outputs of a vector of words. */
static inline vu tempered(vu y) {
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;
  return y ^ y >> 18;
}

static u32 next_output(u32 *state) {
  if (state[WORDS] == WORDS) refill(state);
  return tempered((vu){state[state[WORDS]++]})[0];
}

/** Of a number of 53 bits, whether it is less than the limit. */
static inline int is_below(u32 high, u32 low, i64 limit) {
  return ((i64)(high & 0x1fffff) << 32 | low) < limit;
}

EXPORT void dropoutMask(float *out, u32 *state, size n, double p) {
  const float scale = 1 / (float)(1 - p);
  // A number of 53 bits is below (1 - p) * 2^53, which is exact, if it is below the next integer.
  const double bound = (1 - p) * 9007199254740992.0;
  const i64 limit = (i64)bound + ((double)(i64)bound < bound);
  for (size i = 0; i < n;) {
    const size drawn = state[WORDS], pairs = (WORDS - drawn) / 2;
    if (pairs < LANES / 2 || n - i < LANES / 2) {
      const u32 high = next_output(state);
      out[i++] = is_below(high, next_output(state), limit) ? scale : 0;
      continue;
    }
    // As many vectors as there are whole ones of both.
    const size vectors = (pairs < n - i ? pairs : n - i) / (LANES / 2);
    const u32 *at = state + drawn;
    for (size v = 0; v < vectors; v++, at += LANES) {
      u32 words[LANES];
      *(vu_at *)words = tempered(words_at(at));
      UNROLL for (int j = 0; j < LANES; j += 2) out[i++] = is_below(words[j], words[j + 1], limit) ? scale : 0;
    }
    state[WORDS] += vectors * LANES;
  }
}
