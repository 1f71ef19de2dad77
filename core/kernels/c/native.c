// What the native libraries have besides the kernels.
#include "kernels.c"

/** The address of a buffer, as a number. */
EXPORT size address(const void *buffer) {
  return (size)buffer;
}

#ifdef __x86_64__

/** Registers that the `cpuid` instruction returns. */
typedef struct {
  u32 a, b, c, d;
} cpuid_result;

static cpuid_result cpuid(u32 leaf) {
  cpuid_result r;
  __asm__("cpuid" : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d) : "a"(leaf), "c"(0));
  return r;
}

/** Which registers the operating system saves. */
static u32 saved_registers(void) {
  u32 low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

static int has(u32 bits, u32 wanted) {
  return (bits & wanted) == wanted;
}

/** 2, 3 or 4: the largest of x86-64-v2, -v3 and -v4 whose instructions this processor and system have; else 1. */
EXPORT int level(void) {
  const cpuid_result first = cpuid(1);
  // SSE3, SSSE3, SSE4.1, SSE4.2, POPCNT.
  if (!has(first.c, 1u << 0 | 1u << 9 | 1u << 19 | 1u << 20 | 1u << 23)) return 1;
  // FMA, MOVBE, OSXSAVE, AVX, F16C.
  if (cpuid(0).a < 7 || !has(first.c, 1u << 12 | 1u << 22 | 1u << 27 | 1u << 28 | 1u << 29)) return 2;
  const u32 saved = saved_registers(), features = cpuid(7).b;
  // BMI1, AVX2, BMI2; LZCNT is in all processors that have these.
  if (!has(saved, 6) || !has(features, 1u << 3 | 1u << 5 | 1u << 8)) return 2;
  // AVX512F, DQ, CD, BW, VL.
  if (!has(saved, 0xe6) || !has(features, 1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31)) return 3;
  return 4;
}

#else

EXPORT int level(void) {
  return 0;
}

#endif
