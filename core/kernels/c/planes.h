// Images as planes, one for each channel: sums over them, and what makes them of pixels with a value for each channel.
#pragma once
#include "share.h"
#include "sums.h"

/** The cost of an element that is added, as `share` counts it. */
#define ADDED 8

/** Planes of `length` elements. */
typedef struct {
  float *out;
  const float *a;
  size images, channels, length;
} planes_work;

static void channel_sums(const void *work, size channel, size end) {
  const planes_work p = *(const planes_work *)work;
  for (; channel < end; channel++) {
    float sum = 0;
    for (size n = 0; n < p.images; n++) sum += total(p.a + (n * p.channels + channel) * p.length, p.length);
    p.out[channel] = sum;
  }
}

/** The sums of a[images, channels, length] over images and positions. */
EXPORT void channelSum(float *out, const float *a, size images, size channels, size length) {
  const planes_work p = {out, a, images, channels, length};
  if (length == 1) columnSum(out, a, images, channels, 0);
  else if (channels == 1) out[0] = total(a, images * length);
  else share(channel_sums, &p, channels, 1, images * length * ADDED);
}

/** out[n, c, i] = x[n, i, c]. */
EXPORT void turn(float *out, const float *x, size images, size length, size channels) {
  for (size n = 0; n < images; n++, out += length * channels, x += length * channels) {
    for (size c = 0; c < channels; c++) {
      for (size i = 0; i < length; i++) out[c * length + i] = x[i * channels + c];
    }
  }
}
