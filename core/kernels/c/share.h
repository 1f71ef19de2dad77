// Sharing a kernel's work among threads. Outputs are divided, never a sum: each output is computed as one thread alone would
// compute it, so no bit depends on the number of threads.
#pragma once
#include "lanes.h"

/** Computes the outputs `from` to `to` - 1 of a kernel whose operands are in `work`. */
typedef void part_function(const void *work, size from, size to);

#if defined(__linux__)
#include "pool.h"

/** Threads that should share work of this cost; 1: it is not worth it. */
static size threads_for(size cost) {
  const size worth = cost / WORTH_A_THREAD, threads = LOAD(pool.helpers) + 1;
  return worth < 1 ? 1 : threads < worth ? threads : worth;
}

/**
 * Computes `count` outputs, in ranges that begin at multiples of `unit`. `cost` is the work of an output in multiply-adds of
 * a matrix product; as many threads take part as that of all outputs is worth.
 */
static void share(part_function *run, const void *work, size count, size unit, size cost) {
  const size threads = threads_for(count * cost);
  if (threads == 1 || count <= unit || !in_ranges(run, work, count, unit, threads)) run(work, 0, count);
}

#else

static inline size threads_for(size cost) {
  (void)cost;
  return 1;
}

static inline void share(part_function *run, const void *work, size count, size unit, size cost) {
  (void)unit, (void)cost;
  run(work, 0, count);
}

#endif
