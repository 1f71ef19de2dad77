// Small helpers for v128 of four float32. The compiler inlines them on its own, into better code than with the @inline
// decorator, which copies the arguments first.

/** Bytes of a float32, and of four. */
export const FLOAT: usize = 4;
export const VECTOR: usize = 16;

/** `x` in all four lanes. */
export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

/** (s0 + s1) + (s2 + s3): how kernels.ts joins four lanes. */
export function joinLanes(s: v128): f32 {
  return (f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1)) + (f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3));
}

/** `joinLanes` of four vectors. */
export function joinFour(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = joinNeighbours(a, b);
  const cd = joinNeighbours(c, d);
  return joinNeighbours(ab, cd);
}

/** a0 + a1, a2 + a3, b0 + b1, b2 + b3. */
function joinNeighbours(a: v128, b: v128): v128 {
  return f32x4.add(v128.shuffle<f32>(a, b, 0, 2, 4, 6), v128.shuffle<f32>(a, b, 1, 3, 5, 7));
}

/** Writes only the lanes inside an array that has `left` elements from `at` on. */
export function put(at: usize, x: v128, left: i32): void {
  if (left >= 4) v128.store(at, x);
  else putPart(at, x, left);
}

function putPart(at: usize, x: v128, left: i32): void {
  v128.store32_lane(at, x, 0);
  if (left > 1) v128.store32_lane(at, x, 1, 4);
  if (left > 2) v128.store32_lane(at, x, 2, 8);
}

/** Like `put`, adding to the existing values if `accumulate`. */
export function putOrAdd(at: usize, x: v128, left: i32, accumulate: bool): void {
  put(at, accumulate ? f32x4.add(v128.load(at), x) : x, left);
}
