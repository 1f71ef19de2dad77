// Convolutions. The lanes of a vector are images: a group of LANES images is copied so that the same element of all of them is
// one vector. Every output is then a sum of whole vectors, whatever the width of an image, the stride and the padding.
#pragma once
#include "image_lanes.h"
#include "share.h"
#include "sums.h"

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

/** A convolution: `lanes` is the padded input, image by image in lanes, `gradient` that of the output. */
typedef struct {
  float *target;
  const float *input, *weight, *bias;
  float *lanes, *gradient;
  size images, channels, height, width, outputs, kernel, stride, padding;
} convolution;

static inline size padded(size length, const convolution *c) {
  return length + 2 * c->padding;
}

/** The length of the output. */
static inline size outer(size length, const convolution *c) {
  return (padded(length, c) - c->kernel) / c->stride + 1;
}

static inline size positions_of(const convolution *c) {
  return outer(c->height, c) * outer(c->width, c);
}

static inline size padded_plane(const convolution *c) {
  return padded(c->height, c) * padded(c->width, c);
}

static inline size kernel_plane(const convolution *c) {
  return c->kernel * c->kernel;
}

static inline size least(size a, size b) {
  return a < b ? a : b;
}

/** Copies the planes `from` to `end` - 1, counted over groups and channels, into lanes. The padding is 0 already. */
static void input_to_lanes(const void *work, size from, size end) {
  const convolution *c = work;
  const size plane = c->height * c->width, image = c->channels * plane, width = padded(c->width, c);
  for (; from < end; from++) {
    const size group = from / c->channels * LANES;
    const float *x = c->input + group * image + from % c->channels * plane;
    float *to = c->lanes + (from * padded_plane(c) + c->padding * (width + 1)) * LANES;
    // Without padding the rows are one.
    const size rows = c->padding == 0 ? 1 : c->height, length = plane / rows;
    for (size y = 0; y < rows; y++) to_lanes(to + y * width * LANES, x + y * length, image, c->images - group, length);
  }
}

/** The same of the output's gradient. */
static void gradient_to_lanes(const void *work, size from, size end) {
  const convolution *c = work;
  const size plane = positions_of(c), image = c->outputs * plane;
  for (; from < end; from++) {
    const size group = from / c->outputs * LANES;
    const float *g = c->target + group * image + from % c->outputs * plane;
    to_lanes(c->gradient + from * plane * LANES, g, image, c->images - group, plane);
  }
}

static inline size groups_of(const convolution *c) {
  return (c->images + LANES - 1) / LANES;
}

/** Where a row of positions is in the padded input: `x` of `y`, and where that is from the first one. */
typedef struct {
  size x, y;
} position;

static inline size offset_of(position p, const convolution *c) {
  return (p.y * padded(c->width, c) + p.x) * c->stride * LANES;
}

static inline position after(position p, size width) {
  return p.x + 1 < width ? (position){p.x + 1, p.y} : (position){0, p.y + 1};
}

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
    const size length = c->channels * kernel_plane(c), width = padded(c->width, c) * LANES; \
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
    const size width = outer(c->width, c), step = c->stride * LANES, line = padded(c->width, c) * step; \
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

/** The blocks of positions `from` to `end` - 1, counted over groups and blocks, of all outputs. */
static void forward_part(const void *work, size from, size end) {
  const convolution *c = work;
  const size positions = positions_of(c), blocks = (positions + POSITIONS - 1) / POSITIONS, width = outer(c->width, c);
  float *const here = results;
  for (; from < end; from++) {
    const size group = from / blocks, first = from % blocks * POSITIONS, count = least(positions - first, POSITIONS);
    const float *lanes = c->lanes + group * c->channels * padded_plane(c) * LANES;
    for (size o = 0; o < c->outputs; o += MOST_MAPS) {
      const size maps = least(c->outputs - o, MOST_MAPS);
      position at = {first % width, first / width};
      for (size p = 0; p < count; p += PLACES) {
        const float *x[PLACES];
        // Places after the last position repeat it.
        for (size v = 0; v < PLACES; v++) {
          x[v] = lanes + offset_of(at, c);
          if (p + v + 1 < count) at = after(at, width);
        }
        CALL(forward_tile, here + p * LANES, x, c->weight + o * c->channels * kernel_plane(c), c->bias == 0 ? 0 : c->bias + o, maps, c)
      }
      float *out = c->target + (group * LANES * c->outputs + o) * positions + first;
      for (size r = 0; r < maps; r++) {
        from_lanes(out + r * positions, here + r * POSITIONS * LANES, c->outputs * positions, c->images - group * LANES, count);
      }
    }
  }
}

/** Adds each image's sums, of one group, to the weight's gradient, image after image. */
static void add_images(float *to, const float *sums, size maps, size places, const convolution *c) {
  const size length = c->channels * kernel_plane(c);
  for (size r = 0; r < maps; r++) {
    for (size v = 0; v < places; v++) to[r * length + v] += sums[(r * PLACES + v) * LANES];
  }
}

/** The tiles `from` to `end` - 1 of the weight's gradient, counted over outputs and elements. */
static void weight_part(const void *work, size from, size end) {
  const convolution *c = work;
  const size length = c->channels * kernel_plane(c), columns = (length + PLACES - 1) / PLACES, width = padded(c->width, c);
  float *const here = results;
  for (size group = 0; group < groups_of(c); group++) {
    const float *lanes = c->lanes + group * c->channels * padded_plane(c) * LANES;
    for (size tile = from; tile < end; tile++) {
      const size o = tile / columns * MOST_MAPS, k = tile % columns * PLACES;
      const size maps = least(c->outputs - o, MOST_MAPS), places = least(length - k, PLACES);
      const float *x[PLACES];
      for (size v = 0; v < PLACES; v++) {
        const size element = k + least(v, places - 1), in_plane = element % kernel_plane(c);
        const size line = in_plane / c->kernel, column = in_plane % c->kernel;
        x[v] = lanes + (element / kernel_plane(c) * padded_plane(c) + line * width + column) * LANES;
      }
      CALL(weight_tile, here, x, c->gradient + (group * c->outputs + o) * positions_of(c) * LANES, maps, c)
      float *to = (float *)c->weight + o * length + k;
      for (size n = 0; n < least(c->images - group * LANES, LANES); n++) add_images(to, here + n, maps, places, c);
    }
  }
}

/** The tiles of channels `from` to `end` - 1, counted over groups, of the input's gradient. */
static void input_part(const void *work, size from, size end) {
  const convolution *c = work;
  const size tiles = (c->channels + MOST_MAPS - 1) / MOST_MAPS, positions = positions_of(c), width = outer(c->width, c);
  for (; from < end; from++) {
    const size group = from / tiles, channel = from % tiles * MOST_MAPS, maps = least(c->channels - channel, MOST_MAPS);
    float *lanes = c->lanes + (group * c->channels + channel) * padded_plane(c) * LANES;
    const float *gradient = c->gradient + group * c->outputs * positions * LANES;
    for (size k = 0; k < kernel_plane(c); k++) {
      float *first = lanes + (k / c->kernel * padded(c->width, c) + k % c->kernel) * LANES;
      position at = {0, 0};
      for (size p = 0; p < positions; p += PLACES) {
        float *to[PLACES];
        for (size v = 0; v < PLACES; v++, at = after(at, width)) to[v] = first + offset_of(at, c);
        CALL(input_tile, to, positions - p, gradient + p * LANES, c->weight + channel * kernel_plane(c) + k, maps, c)
      }
    }
  }
}

/** Copies the planes `from` to `end` - 1 of the input's gradient from lanes to the images, without the padding. */
static void lanes_to_input(const void *work, size from, size end) {
  const convolution *c = work;
  const size plane = c->height * c->width, image = c->channels * plane, width = padded(c->width, c);
  for (; from < end; from++) {
    const size group = from / c->channels * LANES;
    float *to = (float *)c->input + group * image + from % c->channels * plane;
    const float *lanes = c->lanes + (from * padded_plane(c) + c->padding * (width + 1)) * LANES;
    const size rows = c->padding == 0 ? 1 : c->height, length = plane / rows;
    for (size y = 0; y < rows; y++) from_lanes(to + y * length, lanes + y * width * LANES, image, c->images - group, length);
  }
}

#define SIZES size images, size channels, size height, size width, size outputs, size kernel, size stride, size padding
#define ALL_SIZES images, channels, height, width, outputs, kernel, stride, padding

/** Multiply-adds of all images. */
static size cost_of(const convolution *c) {
  return groups_of(c) * LANES * c->outputs * c->channels * kernel_plane(c) * positions_of(c);
}

/** `lanes` has room for the padded input in lanes, filled with 0; `bias` 0: none. */
EXPORT void conv2d(float *out, const float *x, const float *weight, const float *bias, float *lanes, SIZES) {
  const convolution c = {out, x, weight, bias, lanes, 0, ALL_SIZES};
  share(input_to_lanes, &c, groups_of(&c) * channels, 1, height * width * LANES * COPIED_ELEMENT);
  const size units = groups_of(&c) * ((positions_of(&c) + POSITIONS - 1) / POSITIONS);
  share(forward_part, &c, units, 1, cost_of(&c) / units);
}

/** `gradient` has room for that of the output, in lanes. */
EXPORT void conv2dWeightGradient(float *dw, const float *dout, const float *x, float *lanes, float *gradient, SIZES) {
  const convolution c = {(float *)dout, x, dw, 0, lanes, gradient, ALL_SIZES};
  const size length = channels * kernel * kernel, units = (outputs + MOST_MAPS - 1) / MOST_MAPS * ((length + PLACES - 1) / PLACES);
  share(input_to_lanes, &c, groups_of(&c) * channels, 1, height * width * LANES * COPIED_ELEMENT);
  share(gradient_to_lanes, &c, groups_of(&c) * outputs, 1, positions_of(&c) * LANES * COPIED_ELEMENT);
  for (size i = 0; i < outputs * length; i++) dw[i] = 0;
  share(weight_part, &c, units, 1, cost_of(&c) / units);
}

/** `lanes` has room for the padded gradient of the input, filled with 0. */
EXPORT void conv2dInputGradient(float *dx, const float *dout, const float *weight, float *lanes, float *gradient, SIZES) {
  const convolution c = {(float *)dout, dx, weight, 0, lanes, gradient, ALL_SIZES};
  const size units = groups_of(&c) * ((channels + MOST_MAPS - 1) / MOST_MAPS);
  share(gradient_to_lanes, &c, groups_of(&c) * outputs, 1, positions_of(&c) * LANES * COPIED_ELEMENT);
  share(input_part, &c, units, 1, cost_of(&c) / units);
  share(lanes_to_input, &c, groups_of(&c) * channels, 1, height * width * LANES * COPIED_ELEMENT);
}
