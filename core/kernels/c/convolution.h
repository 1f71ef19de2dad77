// Convolutions: which tiles are computed, and what becomes of them. Threads share positions of the output, elements of the
// weight's gradient, channels of the input's.
#pragma once
#include "convolution_tiles.h"
#include "share.h"

/** A position of the output: its column and its row. */
typedef struct {
  size x, y;
} position;

/** Where the kernel begins at a position, from the begin of the padded plane. */
static inline size offset_of(position p, const convolution *c) {
  return (p.y * padded_length(c->width, c) + p.x) * c->stride * LANES;
}

static inline position after(position p, size width) {
  return p.x + 1 < width ? (position){p.x + 1, p.y} : (position){0, p.y + 1};
}

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
      const float *weight = c->weight + o * c->channels * kernel_plane(c), *bias = c->bias == 0 ? 0 : c->bias + o;
      position at = {first % width, first / width};
      for (size p = 0; p < count; p += PLACES) {
        const float *x[PLACES];
        // Places after the last position repeat it.
        for (size v = 0; v < PLACES; v++) {
          x[v] = lanes + offset_of(at, c);
          if (p + v + 1 < count) at = after(at, width);
        }
        CALL(forward_tile, here + p * LANES, x, weight, bias, maps, c)
      }
      float *out = c->output + (group * LANES * c->outputs + o) * positions + first;
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
  const size length = c->channels * kernel_plane(c), columns = (length + PLACES - 1) / PLACES, width = padded_length(c->width, c);
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
      float *to = c->weight + o * length + k;
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
    clear(lanes, maps * padded_plane(c));
    for (size k = 0; k < kernel_plane(c); k++) {
      float *first = lanes + (k / c->kernel * padded_length(c->width, c) + k % c->kernel) * LANES;
      position at = {0, 0};
      for (size p = 0; p < positions; p += PLACES) {
        float *to[PLACES];
        for (size v = 0; v < PLACES; v++, at = after(at, width)) to[v] = first + offset_of(at, c);
        CALL(input_tile, to, positions - p, gradient + p * LANES, c->weight + channel * kernel_plane(c) + k, maps, c)
      }
    }
  }
}

#define SIZES size images, size channels, size height, size width, size outputs, size kernel, size stride, size padding
#define ALL_SIZES images, channels, height, width, outputs, kernel, stride, padding

/** Multiply-adds of all images. */
static size cost_of(const convolution *c) {
  return groups_of(c) * LANES * c->outputs * c->channels * kernel_plane(c) * positions_of(c);
}

/** `lanes` has room for the padded input, in lanes; `bias` 0: none. */
EXPORT void conv2d(float *out, const float *x, const float *weight, const float *bias, float *lanes, SIZES) {
  const convolution c = {(float *)x, (float *)weight, out, bias, lanes, 0, ALL_SIZES};
  share(input_to_lanes, &c, groups_of(&c) * channels, 1, height * width * LANES * COPIED_ELEMENT);
  const size units = groups_of(&c) * ((positions_of(&c) + POSITIONS - 1) / POSITIONS);
  share(forward_part, &c, units, 1, cost_of(&c) / units);
}

/** `gradient` has room for that of the output, in lanes. */
EXPORT void conv2dWeightGradient(float *dw, const float *dout, const float *x, float *lanes, float *gradient, SIZES) {
  const convolution c = {(float *)x, dw, (float *)dout, 0, lanes, gradient, ALL_SIZES};
  const size length = channels * kernel * kernel, units = (outputs + MOST_MAPS - 1) / MOST_MAPS * ((length + PLACES - 1) / PLACES);
  share(input_to_lanes, &c, groups_of(&c) * channels, 1, height * width * LANES * COPIED_ELEMENT);
  share(gradient_to_lanes, &c, groups_of(&c) * outputs, 1, positions_of(&c) * LANES * COPIED_ELEMENT);
  for (size i = 0; i < outputs * length; i++) dw[i] = 0;
  share(weight_part, &c, units, 1, cost_of(&c) / units);
}

/** `lanes` has room for the padded gradient of the input, in lanes; tiles read three vectors past `gradient`. */
EXPORT void conv2dInputGradient(float *dx, const float *dout, const float *weight, float *lanes, float *gradient, SIZES) {
  const convolution c = {dx, (float *)weight, (float *)dout, 0, lanes, gradient, ALL_SIZES};
  const size units = groups_of(&c) * ((channels + MOST_MAPS - 1) / MOST_MAPS);
  share(gradient_to_lanes, &c, groups_of(&c) * outputs, 1, positions_of(&c) * LANES * COPIED_ELEMENT);
  share(input_part, &c, units, 1, cost_of(&c) / units);
  share(lanes_to_input, &c, groups_of(&c) * channels, 1, height * width * LANES * COPIED_ELEMENT);
}
