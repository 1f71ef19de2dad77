// Tiles of a convolution: the sums that are kept in registers, of a few maps (outputs, or channels of the input) at a few places
// (positions, or elements of the weight). Each adds its products in order.
#pragma once
#include "convolution_lanes.h"

/** Positions or elements of a weight in a tile, and the most outputs or channels: the sums just fill the registers. */
#define PLACES 4
#if LANES == 16 || defined(__aarch64__)
#define MOST_MAPS 6
#else
#define MOST_MAPS 2
#endif
/** Positions that are computed before they are written to the images. */
#define POSITIONS 32

/** Results of one tile of maps at POSITIONS positions; or the sums of a tile. */
SCRATCH float results[MOST_MAPS * POSITIONS * LANES];

/** The sums of a tile; PRODUCTS adds those of `weights`, one for each map, and of vectors, one for each place. */
#define SUMS(R, START) \
  vf sums[R][PLACES]; \
  UNROLL for (int r = 0; r < R; r++) { \
    UNROLL for (int v = 0; v < PLACES; v++) sums[r][v] = START; \
  }
#define PRODUCTS(R, WEIGHT, VALUE) \
  { \
    vf values[PLACES]; \
    UNROLL for (int v = 0; v < PLACES; v++) values[v] = VALUE; \
    UNROLL for (int r = 0; r < R; r++) { \
      const vf factor = WEIGHT; \
      UNROLL for (int v = 0; v < PLACES; v++) { \
        sums[r][v] = sums[r][v] + factor * values[v]; \
        STAY(sums[r][v]); \
      } \
    } \
  }

/** Maps beyond `maps` repeat the last one. */
#define ROW(R, BASE, LENGTH) \
  const float *row[R]; \
  UNROLL for (int r = 0; r < R; r++) row[r] = BASE + (r < maps ? r : maps - 1) * (LENGTH);

/** Outputs `maps` at PLACES positions, from the bias on; `at` is where each position begins in the input. */
#define FORWARD_TILE(R) \
  NOINLINE void forward_tile##R(float *to, const float *const *at, const float *weight, const float *bias, size maps, \
                                const convolution *c) { \
    const size length = c->channels * kernel_plane(c), width = padded_length(c->width, c) * LANES; \
    ROW(R, weight, length) \
    SUMS(R, bias == 0 ? splat(0) : splat(bias[r < maps ? r : maps - 1])) \
    size k = 0; \
    for (size channel = 0; channel < c->channels; channel++) { \
      for (size i = 0; i < c->kernel; i++) { \
        const size offset = channel * padded_plane(c) * LANES + i * width; \
        const float *x[PLACES]; \
        UNROLL for (int v = 0; v < PLACES; v++) x[v] = at[v] + offset; \
        ROLLED for (size j = 0; j < c->kernel; j++, k++) PRODUCTS(R, splat(row[r][k]), load(x[v] + j * LANES)) \
      } \
    } \
    UNROLL for (int r = 0; r < R; r++) { \
      UNROLL for (int v = 0; v < PLACES; v++) store(to + (r * POSITIONS + v) * LANES, sums[r][v]); \
    } \
  }

/** The sums of one group of images for outputs `maps` and PLACES elements of the weight: `at` is where each begins. */
#define WEIGHT_TILE(R) \
  NOINLINE void weight_tile##R(float *to, const float *const *at, const float *gradient, size maps, const convolution *c) { \
    const size width = outer(c->width, c), step = c->stride * LANES, line = padded_length(c->width, c) * step; \
    ROW(R, gradient, positions_of(c) * LANES) \
    SUMS(R, splat(0)) \
    size p = 0; \
    for (size y = 0; y < outer(c->height, c); y++) { \
      const float *x[PLACES]; \
      UNROLL for (int v = 0; v < PLACES; v++) x[v] = at[v] + y * line; \
      ROLLED for (size end = p + width * LANES, offset = 0; p < end; p += LANES, offset += step) { \
        PRODUCTS(R, load(row[r] + p), load(x[v] + offset)) \
      } \
    } \
    UNROLL for (int r = 0; r < R; r++) { \
      UNROLL for (int v = 0; v < PLACES; v++) store(to + (r * PLACES + v) * LANES, sums[r][v]); \
    } \
  }

/** Adds the columns of channels `maps` at PLACES positions, each a sum over the outputs, to the input's gradient. */
#define INPUT_TILE(R) \
  NOINLINE void input_tile##R(float *const *to, size places, const float *gradient, const float *weight, size maps, \
                              const convolution *c) { \
    const size plane = padded_plane(c) * LANES, step = positions_of(c) * LANES; \
    ROW(R, weight, kernel_plane(c)) \
    SUMS(R, splat(0)) \
    size k = 0; \
    ROLLED for (size o = 0; o < c->outputs; o++, gradient += step, k += c->channels * kernel_plane(c)) { \
      PRODUCTS(R, splat(row[r][k]), load(gradient + v * LANES)) \
    } \
    UNROLL for (int r = 0; r < R; r++) { \
      if (r >= maps) break; \
      UNROLL for (int v = 0; v < PLACES; v++) { \
        if (v < places) store(to[v] + r * plane, load(to[v] + r * plane) + sums[r][v]); \
      } \
    } \
  }

#define TILES(R) FORWARD_TILE(R) WEIGHT_TILE(R) INPUT_TILE(R)
TILES(2)
#if MOST_MAPS == 6
TILES(4)
TILES(6)
/** Calls the tile for so many maps. */
#define CALL(NAME, ...) \
  if (maps > 4) NAME##6(__VA_ARGS__); \
  else if (maps > 2) NAME##4(__VA_ARGS__); \
  else NAME##2(__VA_ARGS__);
#else
#define CALL(NAME, ...) NAME##2(__VA_ARGS__);
#endif
