// Copies between images and lanes: a row of the same elements of a group of images becomes a row of vectors, whose lanes are
// the images.
#pragma once
#include "turn.h"

/** The cost of a copied element, as `share` counts it. */
#define COPIED_ELEMENT 16

/** Copies `length` elements of `count` images, `image` apart, to vectors; lanes without an image repeat the last one. */
static void to_lanes(float *to, const float *from, size image, size count, size length) {
  const float *row[LANES];
  for (size n = 0; n < LANES; n++) row[n] = from + (n < count ? n : count - 1) * image;
  for (size e = 0; e < length; e += 4) {
    if (length < 4) {
      for (size n = 0; n < LANES; n++) {
        for (size i = 0; i < length; i++) to[i * LANES + n] = row[n][i];
      }
      return;
    }
    // The last four overlap those before.
    const size at = e + 4 <= length ? e : length - 4;
    for (size n = 0; n < LANES; n += 4) {
      square s;
      UNROLL for (int r = 0; r < 4; r++) s.row[r] = *(const f4_at *)(row[n + r] + at);
      s = turned(s);
      UNROLL for (int i = 0; i < 4; i++) *(f4_at *)(to + (at + i) * LANES + n) = s.row[i];
    }
  }
}

/** Copies `length` vectors to so many elements of `count` images, `image` apart. */
static void from_lanes(float *to, const float *from, size image, size count, size length) {
  const size images = count < LANES ? count : LANES;
  for (size e = 0; e < length; e += 4) {
    if (length < 4) {
      for (size n = 0; n < images; n++) {
        for (size i = 0; i < length; i++) to[n * image + i] = from[i * LANES + n];
      }
      return;
    }
    const size at = e + 4 <= length ? e : length - 4;
    for (size n = 0; n < images; n += 4) {
      square s;
      UNROLL for (int i = 0; i < 4; i++) s.row[i] = *(const f4_at *)(from + (at + i) * LANES + n);
      s = turned(s);
      UNROLL for (int r = 0; r < 4; r++) {
        if (n + r < images) *(f4_at *)(to + (n + r) * image + at) = s.row[r];
      }
    }
  }
}
