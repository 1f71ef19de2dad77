// The images of a convolution in lanes: a group of LANES images is copied so that the same element of all of them is one
// vector. Every output is then a sum of whole vectors, whatever the width of an image, the stride and the padding.
#pragma once
#include "image_lanes.h"

/**
 * A convolution: input, weight and output, or their gradients, of which a kernel computes one; `lanes` is the padded input or its
 * gradient, and `gradient` that of the output.
 */
typedef struct {
  float *input, *weight, *output;
  const float *bias;
  float *lanes, *gradient;
  size images, channels, height, width, outputs, kernel, stride, padding;
} convolution;

static inline size padded_length(size length, const convolution *c) {
  return length + 2 * c->padding;
}

/** The length of the output. */
static inline size outer(size length, const convolution *c) {
  return (padded_length(length, c) - c->kernel) / c->stride + 1;
}

static inline size positions_of(const convolution *c) {
  return outer(c->height, c) * outer(c->width, c);
}

static inline size padded_plane(const convolution *c) {
  return padded_length(c->height, c) * padded_length(c->width, c);
}

static inline size kernel_plane(const convolution *c) {
  return c->kernel * c->kernel;
}

static inline size least(size a, size b) {
  return a < b ? a : b;
}

static void clear(float *at, size vectors) {
  for (size i = 0; i < vectors; i++) store(at + i * LANES, splat(0));
}

/** Copies the planes `from` to `end` - 1, counted over groups and channels, into lanes, with the padding. */
static void input_to_lanes(const void *work, size from, size end) {
  const convolution *c = work;
  const size plane = c->height * c->width, image = c->channels * plane, width = padded_length(c->width, c);
  for (; from < end; from++) {
    const size group = from / c->channels * LANES;
    const float *x = c->input + group * image + from % c->channels * plane;
    float *padded = c->lanes + from * padded_plane(c) * LANES, *to = padded + c->padding * (width + 1) * LANES;
    if (c->padding > 0) clear(padded, padded_plane(c));
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
    const float *g = c->output + group * image + from % c->outputs * plane;
    to_lanes(c->gradient + from * plane * LANES, g, image, c->images - group, plane);
  }
}

static inline size groups_of(const convolution *c) {
  return (c->images + LANES - 1) / LANES;
}

/** Copies the planes `from` to `end` - 1 of the input's gradient from lanes to the images, without the padding. */
static void lanes_to_input(const void *work, size from, size end) {
  const convolution *c = work;
  const size plane = c->height * c->width, image = c->channels * plane, width = padded_length(c->width, c);
  for (; from < end; from++) {
    const size group = from / c->channels * LANES;
    float *to = c->input + group * image + from % c->channels * plane;
    const float *lanes = c->lanes + (from * padded_plane(c) + c->padding * (width + 1)) * LANES;
    const size rows = c->padding == 0 ? 1 : c->height, length = plane / rows;
    for (size y = 0; y < rows; y++) from_lanes(to + y * length, lanes + y * width * LANES, image, c->images - group, length);
  }
}
