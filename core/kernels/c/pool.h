// The threads of a process that help with a kernel, for Linux. The caller publishes a job, takes ranges of it like its
// helpers do, and returns when all are finished; a helper that is late finds nothing left. Helpers wait for the next job
// actively for as long as a training step's own work takes, and then sleep.
#pragma once
#include "lanes.h"

typedef unsigned long long u64;
typedef void part_function(const void *work, size from, size to);

/** The C library of the process; the library itself is linked with none. */
int pthread_create(unsigned long *thread, const void *attributes, void *(*run)(void *), void *argument);
int pthread_detach(unsigned long thread);
int pthread_sigmask(int how, const void *set, void *old);
int sched_yield(void);
int prctl(int option, ...);
long syscall(long number, ...);

#ifdef __x86_64__
#define SYS_FUTEX 202
#define PAUSE() __asm__ volatile("pause")
#else
#define SYS_FUTEX 98
#define PAUSE() __asm__ volatile("yield")
#endif
#define FUTEX_WAIT_PRIVATE 128
#define FUTEX_WAKE_PRIVATE 129
#define SIG_SETMASK 2
#define PR_SET_NAME 15

#define MOST_THREADS 256
/** Multiply-adds that are worth a thread: 10 to 50 microseconds of its time, so that waiting for it costs little. */
#define WORTH_A_THREAD (1 << 20)
/** Ranges per thread of a job that has plenty of units: a thread that starts late takes fewer of them. */
#define RANGES 4
/** Rounds of waiting actively: some 100 microseconds. */
#define ROUNDS 4000

static struct {
  /** The job's number in the upper half; its ranges that nobody has taken in the lower half. */
  _Alignas(64) u64 ticket;
  /** Ranges that are finished. */
  _Alignas(64) u32 finished;
  /** The job: `count` outputs in `ranges` of about as many units of `unit` outputs. */
  _Alignas(64) part_function *run;
  const void *work;
  size count, unit, ranges;
  /** Threads besides the caller that there should be, that there are, and that sleep; 1 while a caller has the pool. */
  _Alignas(64) u32 helpers;
  u32 alive, sleeping, busy;
} pool;

#define LOAD(FIELD) __atomic_load_n(&(FIELD), __ATOMIC_RELAXED)
#define STORE(FIELD, VALUE) __atomic_store_n(&(FIELD), VALUE, __ATOMIC_RELAXED)

static size units_of(size count, size unit) {
  return (count + unit - 1) / unit;
}

/** Computes ranges of the present job until none is left. Returns the job's number. */
static u32 take_ranges(void) {
  u64 ticket = __atomic_load_n(&pool.ticket, __ATOMIC_ACQUIRE);
  while ((u32)ticket != 0) {
    // Of the job that the ticket is of, if that is still the present one below.
    part_function *const run = LOAD(pool.run);
    const void *const work = LOAD(pool.work);
    const size count = LOAD(pool.count), unit = LOAD(pool.unit), ranges = LOAD(pool.ranges);
    if (!__atomic_compare_exchange_n(&pool.ticket, &ticket, ticket - 1, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) continue;
    const size units = units_of(count, unit), range = (u32)ticket - 1;
    const size from = range * units / ranges * unit, to = (range + 1) * units / ranges * unit;
    run(work, from, to < count ? to : count);
    __atomic_fetch_add(&pool.finished, 1, __ATOMIC_RELEASE);
    ticket = __atomic_load_n(&pool.ticket, __ATOMIC_ACQUIRE);
  }
  return ticket >> 32;
}

/** The upper half of the ticket, which the system watches while a helper sleeps. */
static u32 *job_number(void) {
  return (u32 *)&pool.ticket + 1;
}

/** A helper: it ends when the pool has fewer helpers than its own number. */
static void *help(void *number) {
  // As tools that list threads show it.
  prctl(PR_SET_NAME, "retrace-kernels");
  while (LOAD(pool.helpers) >= (size)number) {
    const u32 seen = take_ranges();
    int round = 0;
    while (round++ < ROUNDS && __atomic_load_n(job_number(), __ATOMIC_ACQUIRE) == seen) PAUSE();
    if (round <= ROUNDS) continue;
    __atomic_fetch_add(&pool.sleeping, 1, __ATOMIC_SEQ_CST);
    syscall(SYS_FUTEX, job_number(), FUTEX_WAIT_PRIVATE, seen, 0, 0, 0);
    __atomic_fetch_sub(&pool.sleeping, 1, __ATOMIC_SEQ_CST);
  }
  __atomic_fetch_sub(&pool.alive, 1, __ATOMIC_RELEASE);
  return 0;
}

/** Makes the next job, of `ranges`, known, and wakes so many helpers if they sleep. */
static void publish(size ranges, int wakes) {
  const u64 number = (LOAD(pool.ticket) >> 32) + 1;
  __atomic_store_n(&pool.ticket, number << 32 | ranges, __ATOMIC_SEQ_CST);
  if (__atomic_load_n(&pool.sleeping, __ATOMIC_SEQ_CST) > 0) {
    syscall(SYS_FUTEX, job_number(), FUTEX_WAKE_PRIVATE, wakes, 0, 0, 0);
  }
}

/** Takes the pool. Returns 0 if another caller has it: another Worker, or a kernel that calls this one. */
static int enter_pool(void) {
  return __atomic_exchange_n(&pool.busy, 1, __ATOMIC_ACQUIRE) == 0;
}

static void leave_pool(void) {
  __atomic_store_n(&pool.busy, 0, __ATOMIC_RELEASE);
}

/** Computes all outputs in ranges for `threads` of the pool. Returns 0, and does nothing, if the pool is taken. */
static int in_ranges(part_function *run, const void *work, size count, size unit, size threads) {
  if (!enter_pool()) return 0;
  const size units = units_of(count, unit);
  const size ranges = units < RANGES * threads ? units : RANGES * threads;
  STORE(pool.run, run);
  STORE(pool.work, work);
  STORE(pool.count, count);
  STORE(pool.unit, unit);
  STORE(pool.ranges, ranges);
  STORE(pool.finished, 0);
  publish(ranges, threads - 1);
  take_ranges();
  for (int round = 0; __atomic_load_n(&pool.finished, __ATOMIC_ACQUIRE) != (u32)ranges; round++) {
    // A helper that is not running needs a processor to finish.
    if (round < ROUNDS) PAUSE();
    else sched_yield();
  }
  leave_pool();
  return 1;
}

/** Starts a helper, which gets none of the process's signals. Returns 0 if the system refuses. */
static int start_helper(size number) {
  unsigned long all[16], before[16], thread;
  for (int i = 0; i < 16; i++) all[i] = ~0ul;
  pthread_sigmask(SIG_SETMASK, all, before);
  const int started = pthread_create(&thread, 0, help, (void *)number) == 0;
  pthread_sigmask(SIG_SETMASK, before, 0);
  if (started) {
    pthread_detach(thread);
    __atomic_fetch_add(&pool.alive, 1, __ATOMIC_RELAXED);
  }
  return started;
}

/** Has `count` threads, the caller included, compute from now on. Returns how many they are: the system can refuse some. */
EXPORT int setThreads(int count) {
  while (!enter_pool()) sched_yield();
  const u32 wanted = (count < 1 ? 1 : count > MOST_THREADS ? MOST_THREADS : count) - 1;
  STORE(pool.helpers, wanted);
  publish(0, MOST_THREADS);
  // Those that are too many end now.
  while (__atomic_load_n(&pool.alive, __ATOMIC_ACQUIRE) > wanted) sched_yield();
  while (LOAD(pool.alive) < wanted && start_helper(LOAD(pool.alive) + 1));
  STORE(pool.helpers, LOAD(pool.alive));
  leave_pool();
  return LOAD(pool.alive) + 1;
}
