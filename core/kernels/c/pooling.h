// Pooling over windows that do not overlap, four neighbouring ones at a time. Rows and columns after the last window are in
// none.
#pragma once
#include "loss.h"
#include "share.h"

/** The cost of a pooled element, as `share` counts it. */
#define POOLED 16

/** Planes of a pooling; in backward, `to` is the gradient of the input `x`, and `from` that of the output. */
typedef struct {
  float *to;
  const float *from, *x;
  size height, width, kernel;
} pooling;

/** `count` neighbouring windows of k × k: where the first begins, and its number. */
typedef struct {
  size in, out, k, count;
} windows;

/** The part of a kernel that calls ONE for all windows of its planes; 2 × 2 is compiled for itself. */
#define EACH_WINDOW(NAME, ONE, BEFORE_PLANE) \
  static inline __attribute__((always_inline)) void NAME##_planes(const pooling *p, size from, size end, size k, size count) { \
    const size rows = p->height / k, columns = p->width / k; \
    for (; from < end; from++) { \
      BEFORE_PLANE; \
      for (size row = 0; row < rows; row++) { \
        for (size column = 0; column < columns; column += 4) { \
          /* The last four overlap those before. */ \
          const size first = column + count <= columns ? column : columns - count; \
          const size in = (from * p->height + row * k) * p->width + first * k; \
          ONE(p, (windows){in, (from * rows + row) * columns + first, k, count}); \
        } \
      } \
    } \
  } \
  static void NAME##_part(const void *work, size from, size end) { \
    const pooling *p = work; \
    const size columns = p->width / p->kernel; \
    if (p->kernel == 2 && columns >= 4) NAME##_planes(p, from, end, 2, 4); \
    else NAME##_planes(p, from, end, p->kernel, columns < 4 ? columns : 4); \
  }

/** The same element of each window; windows that do not exist repeat the last one. */
static inline f4 every(const float *at, size k, size count) {
  if (count < 4) return (f4){at[0], at[(count > 1) * k], at[(count - 1) * k], at[(count - 1) * k]};
  if (k == 1) return *(const f4_at *)at;
  if (k != 2) return (f4){at[0], at[k], at[2 * k], at[3 * k]};
  return __builtin_shufflevector(*(const f4_at *)at, *(const f4_at *)(at + 4), 0, 2, 4, 6);
}

static inline void put_every(float *at, size k, f4 values, size count) {
  if (k == 1 && count == 4) *(f4_at *)at = values;
  else for (size i = 0; i < count; i++) at[i * k] = values[i];
}

/** The largest element of each window, and the number of the first one that is; or the last NaN. */
static inline f4 largest_of(const float *x, size width, windows at, i4 *which) {
  f4 max = every(x, at.k, at.count);
  i4 number = {0};
  *which = number;
  for (size i = 0; i < at.k; i++, x += width) {
    for (size j = 0; j < at.k; j++, number += 1) {
      const f4 value = every(x + j, at.k, at.count);
      const i4 is_larger = (i4)(value > max) | (i4)(value != value);
      max = (f4)(((i4)value & is_larger) | ((i4)max & ~is_larger));
      *which = (number & is_larger) | (*which & ~is_larger);
    }
  }
  return max;
}

static inline void pool_largest(const pooling *p, windows at) {
  i4 which;
  put_every(p->to + at.out, 1, largest_of(p->from + at.in, p->width, at, &which), at.count);
}

static inline void spread_largest(const pooling *p, windows at) {
  i4 which;
  largest_of(p->x + at.in, p->width, at, &which);
  // PyTorch adds the gradient to 0.
  const i4 gradient = (i4)(every(p->from + at.out, 1, at.count) + (f4){0});
  i4 number = {0};
  float *to = p->to + at.in;
  for (size i = 0; i < at.k; i++, to += p->width) {
    if (at.k == 2 && at.count == 4) {
      const f4 even = (f4)(gradient & (which == number)), odd = (f4)(gradient & (which == number + 1));
      *(f4_at *)to = __builtin_shufflevector(even, odd, 0, 4, 1, 5);
      *(f4_at *)(to + 4) = __builtin_shufflevector(even, odd, 2, 6, 3, 7);
      number += 2;
      continue;
    }
    for (size j = 0; j < at.k; j++, number += 1) {
      put_every(to + j, at.k, (f4)(gradient & (which == number)), at.count);
    }
  }
}

static inline f4 by_elements(f4 sum, size k) {
  const float count = k * k;
  // PyTorch adds the mean to 0.
  return sum / (f4){count, count, count, count} + (f4){0};
}

static inline void pool_average(const pooling *p, windows at) {
  const float *x = p->from + at.in;
  f4 sum = {0};
  for (size i = 0; i < at.k; i++, x += p->width) {
    for (size j = 0; j < at.k; j++) sum += every(x + j, at.k, at.count);
  }
  put_every(p->to + at.out, 1, by_elements(sum, at.k), at.count);
}

static inline void spread_average(const pooling *p, windows at) {
  const f4 part = by_elements(every(p->from + at.out, 1, at.count), at.k);
  float *to = p->to + at.in;
  for (size i = 0; i < at.k; i++, to += p->width) {
    for (size j = 0; j < at.k; j++) put_every(to + j, at.k, part, at.count);
  }
}

/** Sets a plane to 0 if some of its elements are in no window. */
static inline void clear_rest(const pooling *p, size plane, size k) {
  const size length = p->height * p->width;
  if (p->height % k + p->width % k == 0) return;
  for (size i = 0; i < length; i++) p->to[plane * length + i] = 0;
}

EACH_WINDOW(max_pool, pool_largest, )
EACH_WINDOW(max_pool_backward, spread_largest, clear_rest(p, from, k))
EACH_WINDOW(average_pool, pool_average, )
EACH_WINDOW(average_pool_backward, spread_average, clear_rest(p, from, k))

/** The kernel itself: begins ranges at whole planes. */
#define SHARED_PLANES(NAME, ...) \
  const pooling p = {__VA_ARGS__, height, width, kernel}; \
  share(NAME##_part, &p, planes, 1, height * width * POOLED);

EXPORT void maxPool(float *out, const float *x, size planes, size height, size width, size kernel) {
  SHARED_PLANES(max_pool, out, x, 0)
}

EXPORT void maxPoolBackward(float *dx, const float *dout, const float *x, size planes, size height, size width, size kernel) {
  SHARED_PLANES(max_pool_backward, dx, dout, x)
}

EXPORT void averagePool(float *out, const float *x, size planes, size height, size width, size kernel) {
  SHARED_PLANES(average_pool, out, x, 0)
}

EXPORT void averagePoolBackward(float *dx, const float *dout, size planes, size height, size width, size kernel) {
  SHARED_PLANES(average_pool_backward, dx, dout, 0)
}
