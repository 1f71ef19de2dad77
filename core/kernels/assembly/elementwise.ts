// Elementwise kernels, four elements at a time. The last vector may extend past the end of its arrays: it is read there
// (memory.ts leaves slack) but `put` does not write there. `n` counts elements. Kernels that process thousands of
// elements per training step take four vectors per iteration.
import { exp4, log4 } from "./math";
import { FLOAT, put, putOrAdd, splat, VECTOR } from "./vector";

export function relu(out: usize, x: usize, n: i32): void {
  for (; n >= 16; n -= 16) {
    // unroll $J < 4
    v128.store(out, positive(v128.load(x, $J * 16)), $J * 16);
    // end unroll
    out += 4 * VECTOR;
    x += 4 * VECTOR;
  }
  for (; n > 0; n -= 4) {
    put(out, positive(v128.load(x)), n);
    out += VECTOR;
    x += VECTOR;
  }
}

/** 0 where x < 0; -0 and NaN stay. */
function positive(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(x, splat(0)));
}

export function reluBackward(dx: usize, dout: usize, x: usize, n: i32, accumulate: bool): void {
  for (; n > 0; n -= 4) {
    const gradient = v128.and(v128.load(dout), f32x4.gt(v128.load(x), splat(0)));
    putOrAdd(dx, gradient, n, accumulate);
    dx += VECTOR;
    dout += VECTOR;
    x += VECTOR;
  }
}

export function exp(out: usize, x: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    put(out, exp4(v128.load(x)), n);
    out += VECTOR;
    x += VECTOR;
  }
}

export function log(out: usize, x: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    put(out, log4(v128.load(x)), n);
    out += VECTOR;
    x += VECTOR;
  }
}

export function logBackward(dx: usize, dout: usize, x: usize, n: i32, accumulate: bool): void {
  for (; n > 0; n -= 4) {
    putOrAdd(dx, f32x4.div(v128.load(dout), v128.load(x)), n, accumulate);
    dx += VECTOR;
    dout += VECTOR;
    x += VECTOR;
  }
}

export function add(out: usize, a: usize, b: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    put(out, f32x4.add(v128.load(a), v128.load(b)), n);
    out += VECTOR;
    a += VECTOR;
    b += VECTOR;
  }
}

export function sub(out: usize, a: usize, b: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    put(out, f32x4.sub(v128.load(a), v128.load(b)), n);
    out += VECTOR;
    a += VECTOR;
    b += VECTOR;
  }
}

export function mul(out: usize, a: usize, b: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    put(out, f32x4.mul(v128.load(a), v128.load(b)), n);
    out += VECTOR;
    a += VECTOR;
    b += VECTOR;
  }
}

export function div(out: usize, a: usize, b: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    put(out, f32x4.div(v128.load(a), v128.load(b)), n);
    out += VECTOR;
    a += VECTOR;
    b += VECTOR;
  }
}

export function scale(out: usize, a: usize, n: i32, alpha: f32): void {
  const factor = splat(alpha);
  for (; n >= 16; n -= 16) {
    // unroll $J < 4
    v128.store(out, f32x4.mul(v128.load(a, $J * 16), factor), $J * 16);
    // end unroll
    out += 4 * VECTOR;
    a += 4 * VECTOR;
  }
  for (; n > 0; n -= 4) {
    put(out, f32x4.mul(v128.load(a), factor), n);
    out += VECTOR;
    a += VECTOR;
  }
}

/** pmin and pmax keep the first operand when it is NaN. */
export function clamp(out: usize, a: usize, n: i32, low: f32, high: f32): void {
  for (; n > 0; n -= 4) {
    put(out, f32x4.pmin(f32x4.pmax(v128.load(a), splat(low)), splat(high)), n);
    out += VECTOR;
    a += VECTOR;
  }
}

export function clampBackward(
  dx: usize,
  dout: usize,
  x: usize,
  n: i32,
  low: f32,
  high: f32,
  accumulate: bool,
): void {
  for (; n > 0; n -= 4) {
    const value = v128.load(x);
    const inside = v128.and(f32x4.ge(value, splat(low)), f32x4.le(value, splat(high)));
    putOrAdd(dx, v128.and(v128.load(dout), inside), n, accumulate);
    dx += VECTOR;
    dout += VECTOR;
    x += VECTOR;
  }
}

export function addNumber(out: usize, a: usize, n: i32, value: f32): void {
  const added = splat(value);
  for (; n > 0; n -= 4) {
    put(out, f32x4.add(v128.load(a), added), n);
    out += VECTOR;
    a += VECTOR;
  }
}

export function addRow(out: usize, a: usize, row: usize, rows: i32, columns: i32): void {
  const rowBytes = <usize> columns * FLOAT;
  for (; rows > 0; rows--) {
    add(out, a, row, columns);
    out += rowBytes;
    a += rowBytes;
  }
}

export function addScaled(target: usize, a: usize, n: i32, alpha: f32): void {
  const factor = splat(alpha);
  for (; n >= 16; n -= 16) {
    // unroll $J < 4
    v128.store(target, f32x4.add(v128.load(target, $J * 16), f32x4.mul(factor, v128.load(a, $J * 16))), $J * 16);
    // end unroll
    target += 4 * VECTOR;
    a += 4 * VECTOR;
  }
  for (; n > 0; n -= 4) {
    put(target, f32x4.add(v128.load(target), f32x4.mul(factor, v128.load(a))), n);
    target += VECTOR;
    a += VECTOR;
  }
}

export function addProduct(target: usize, a: usize, b: usize, n: i32): void {
  for (; n > 0; n -= 4) {
    put(target, f32x4.add(v128.load(target), f32x4.mul(v128.load(a), v128.load(b))), n);
    target += VECTOR;
    a += VECTOR;
    b += VECTOR;
  }
}

export function copy(out: usize, a: usize, n: i32): void {
  memory.copy(out, a, <usize> n * FLOAT);
}

export function fill(out: usize, n: i32, value: f32): void {
  for (; n > 0; n -= 4) {
    put(out, splat(value), n);
    out += VECTOR;
  }
}
