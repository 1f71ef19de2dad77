// Vectors of float32 as wide as the target's registers, and the fused multiply-add. A vector operation is the same
// operation on every lane: `+ - * /` round each lane to float32, so no result depends on LANES.
#pragma once

#ifndef LANES
#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX2__)
#define LANES 8
#else
#define LANES 4
#endif
#endif

/** Makes a function callable from outside. */
#define EXPORT __attribute__((visibility("default")))
#define NOINLINE static __attribute__((noinline))
/** Scratch space: at a constant address in WebAssembly, elsewhere each thread has its own. */
#ifdef __wasm__
#define SCRATCH static _Alignas(64)
#else
#define SCRATCH static _Thread_local _Alignas(64)
#endif
#define UNROLL _Pragma("GCC unroll 16")
/** Keeps clang from unrolling a loop whose body is long enough. */
#define ROLLED _Pragma("clang loop unroll(disable)")

/**
 * Keeps clang from reordering and merging the operations around `x` for WebAssembly, which leaves more values alive than
 * there are registers, and takes conversions apart.
 */
#ifdef __wasm__
#define STAY(x) __asm__ volatile("" : "+r"(x))
#else
#define STAY(x)
#endif

typedef unsigned char u8;
typedef unsigned u32;
typedef long long i64;
/** An index or a number of elements. */
typedef __INTPTR_TYPE__ size;

typedef float vf __attribute__((vector_size(4 * LANES)));
typedef int vi __attribute__((vector_size(4 * LANES)));
/** The same at any address of a float32. */
typedef float vf_at __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

/** Four float32 or int32, whatever LANES is. */
typedef float f4 __attribute__((vector_size(16)));
typedef int i4 __attribute__((vector_size(16)));
typedef float f4_at __attribute__((vector_size(16), aligned(4), may_alias));

static inline vf load(const float *at) {
  return *(const vf_at *)at;
}

static inline void store(float *at, vf x) {
  *(vf_at *)at = x;
}

/** `x` in all lanes. */
static inline vf splat(float x) {
  vf all;
  UNROLL for (int i = 0; i < LANES; i++) all[i] = x;
  return all;
}

/** Writes only the lanes inside an array that has `left` elements from `at` on. */
static inline void put(float *at, vf x, size left) {
  if (left >= LANES) {
    store(at, x);
    return;
  }
  for (size i = 0; i < left; i++) at[i] = x[i];
}

/** Lanes of `a` where `mask` is set, of `b` elsewhere. */
static inline vf choose(vi mask, vf a, vf b) {
  return (vf)(((vi)a & mask) | ((vi)b & ~mask));
}

/** Lanes where `mask` is set, 0 elsewhere. */
static inline vf only(vi mask, vf x) {
  return (vf)((vi)x & mask);
}

/** `x` limited to `low` and `high`; NaN stays NaN. */
static inline vf clamped(vf x, float low, float high) {
  const vf raised = choose(x < low, splat(low), x);
  return choose(raised > high, splat(high), raised);
}

/** `x` in all lanes, made before a loop and not in each of its rounds, as V8 does with constants. */
static inline vf constant(float x) {
  vf all = splat(x);
#ifdef __wasm__
  __asm__("" : "+r"(all));
#endif
  return all;
}

/** True if a lane of a mask is set. */
static inline int any(vi mask) {
#ifdef __wasm_simd128__
  return __builtin_wasm_any_true_v128((__attribute__((vector_size(16))) signed char)mask);
#else
  return __builtin_reduce_or(mask) != 0;
#endif
}
