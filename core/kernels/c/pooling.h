// Pooling over windows that do not overlap, four neighbouring ones at a time. Rows and columns after the last window are in
// none.
#pragma once
#include "loss.h"
#include "share.h"

typedef int i4 __attribute__((vector_size(16)));

/** The cost of a pooled element, as `share` counts it. */
#define POOLED 16

/** Planes of a pooling; in backward, `to` is the gradient of the input `x`, and `from` that of the output. */
typedef struct {
  float *to;
  const float *from, *x;
  size height, width, kernel;
} pooling;

/** Four neighbouring windows: where the first begins, its number, and how many there are, at most 4. */
typedef struct {
  size in, out, count;
} windows;

/** Calls RUN with the windows `at` of the planes `from` to `end` - 1, and BEFORE at the begin of each plane. */
#define EACH_WINDOW(P, BEFORE, RUN) \
  const size rows = (P)->height / (P)->kernel, columns = (P)->width / (P)->kernel; \
  for (; from < end; from++) { \
    BEFORE; \
    for (size row = 0; row < rows; row++) { \
      for (size column = 0; column < columns; column += 4) { \
        /* The last four overlap those before. */ \
        const size left = columns - column, first = left < 4 && columns >= 4 ? columns - 4 : column; \
        const windows at = {(from * (P)->height + row * (P)->kernel) * (P)->width + first * (P)->kernel, \
                            (from * rows + row) * columns + first, columns < 4 ? columns : 4}; \
        RUN; \
      } \
    } \
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
static inline f4 largest_of(const float *x, const pooling *p, size count, i4 *which) {
  f4 max = every(x, p->kernel, count);
  i4 number = {0};
  *which = number;
  for (size i = 0; i < p->kernel; i++, x += p->width) {
    for (size j = 0; j < p->kernel; j++, number += 1) {
      const f4 value = every(x + j, p->kernel, count);
      const i4 is_larger = (i4)(value > max) | (i4)(value != value);
      max = (f4)(((i4)value & is_larger) | ((i4)max & ~is_larger));
      *which = (number & is_larger) | (*which & ~is_larger);
    }
  }
  return max;
}

static void max_pool_part(const void *work, size from, size end) {
  const pooling *p = work;
  i4 which;
  EACH_WINDOW(p, , put_every(p->to + at.out, 1, largest_of(p->from + at.in, p, at.count, &which), at.count))
}

EXPORT void maxPool(float *out, const float *x, size planes, size height, size width, size kernel) {
  const pooling p = {out, x, 0, height, width, kernel};
  share(max_pool_part, &p, planes, 1, height * width * POOLED);
}

/** Sets the elements of four windows in one row: `even` is element j of each, and `odd` element j + 1. */
static inline void put_pairs(float *to, f4 even, f4 odd) {
  *(f4_at *)to = __builtin_shufflevector(even, odd, 0, 4, 1, 5);
  *(f4_at *)(to + 4) = __builtin_shufflevector(even, odd, 2, 6, 3, 7);
}

static void spread_largest(windows at, const pooling *p) {
  i4 which;
  largest_of(p->x + at.in, p, at.count, &which);
  // PyTorch adds the gradient to 0.
  const i4 gradient = (i4)(every(p->from + at.out, 1, at.count) + (f4){0});
  i4 number = {0};
  float *to = p->to + at.in;
  for (size i = 0; i < p->kernel; i++, to += p->width) {
    if (p->kernel == 2 && at.count == 4) {
      put_pairs(to, (f4)(gradient & (which == number)), (f4)(gradient & (which == number + 1)));
      number += 2;
      continue;
    }
    for (size j = 0; j < p->kernel; j++, number += 1) {
      put_every(to + j, p->kernel, (f4)(gradient & (which == number)), at.count);
    }
  }
}

/** Sets a plane to 0 if some of its elements are in no window. */
static void clear_rest(const pooling *p, size plane) {
  const size length = p->height * p->width;
  if (p->height % p->kernel + p->width % p->kernel == 0) return;
  for (size i = 0; i < length; i++) p->to[plane * length + i] = 0;
}

static void max_pool_backward_part(const void *work, size from, size end) {
  const pooling *p = work;
  EACH_WINDOW(p, clear_rest(p, from), spread_largest(at, p))
}

EXPORT void maxPoolBackward(float *dx, const float *dout, const float *x, size planes, size height, size width, size kernel) {
  const pooling p = {dx, dout, x, height, width, kernel};
  share(max_pool_backward_part, &p, planes, 1, height * width * POOLED);
}

static void average_windows(windows at, const pooling *p) {
  const float *x = p->from + at.in;
  f4 sum = {0};
  for (size i = 0; i < p->kernel; i++, x += p->width) {
    for (size j = 0; j < p->kernel; j++) sum += every(x + j, p->kernel, at.count);
  }
  const float count = p->kernel * p->kernel;
  put_every(p->to + at.out, 1, sum / (f4){count, count, count, count} + (f4){0}, at.count);
}

static void average_pool_part(const void *work, size from, size end) {
  const pooling *p = work;
  EACH_WINDOW(p, , average_windows(at, p))
}

EXPORT void averagePool(float *out, const float *x, size planes, size height, size width, size kernel) {
  const pooling p = {out, x, 0, height, width, kernel};
  share(average_pool_part, &p, planes, 1, height * width * POOLED);
}

static void spread_average(windows at, const pooling *p) {
  const float count = p->kernel * p->kernel;
  const f4 part = every(p->from + at.out, 1, at.count) / (f4){count, count, count, count} + (f4){0};
  float *to = p->to + at.in;
  for (size i = 0; i < p->kernel; i++, to += p->width) {
    for (size j = 0; j < p->kernel; j++) put_every(to + j, p->kernel, part, at.count);
  }
}

static void average_pool_backward_part(const void *work, size from, size end) {
  const pooling *p = work;
  EACH_WINDOW(p, clear_rest(p, from), spread_average(at, p))
}

EXPORT void averagePoolBackward(float *dx, const float *dout, size planes, size height, size width, size kernel) {
  const pooling p = {dx, dout, 0, height, width, kernel};
  share(average_pool_backward_part, &p, planes, 1, height * width * POOLED);
}
