/** A quick test that compiled kernels have the plain twins' bits here: nothing fused, reordered or flushed to 0. */
import type { F32, Kernels } from "./kernels.ts";
import { allocate, buffer, mark, release } from "./memory.ts";

const [M, N, K] = [3, 5, 7];
/** Results that are denormal, ordinary and nearly infinite. */
const EXPONENTS = [-103.5, -100, -95, -87.5, -0.3, 0, 1.7, 88.7];

/** The bits of `testResults` with the plain twins. */
// deno-fmt-ignore
const EXPECTED = [
  1112448188, 1112079046, 1111709905, 1097623679, 1096147112,
  1112079046, 1112046947, 1112014848, 1096082913, 1095954515,
  1111709905, 1112014848, 1112319790, 1094542152, 1095761920,
  1, 27, 3940, 7123644, 1061004867, 1065353216, 1085221524, 2138716156,
];

/** True if the kernels compute a product and exponentials exactly as the plain twins do. */
export function hasExactBits(kernels: Kernels): boolean {
  return testResults(kernels).every((bits, i) => bits === EXPECTED[i]);
}

/** The bits of a[3, 7] · b[5, 7]ᵀ and of eight exponentials. */
function testResults(kernels: Kernels): number[] {
  const before = mark();
  const [a, b, c] = [operand(M, K), operand(N, K), operand(M, N)];
  const [x, e] = [operand(EXPONENTS.length), operand(EXPONENTS.length)];
  // Fractions of 7: rounding a product and a sum at once would give other bits.
  for (const t of [a, b]) t.data.forEach((_, i) => t.data[i] = (i * 37 % 64 - 32) / 7);
  x.data.set(EXPONENTS);
  kernels.gemmNt(c, a, b, null, false);
  kernels.exp(e, x);
  const results = [c, e].flatMap(({ ptr, size }) => [...new Int32Array(buffer(), ptr, size)]);
  release(before);
  return results;
}

function operand(...shape: number[]): F32 {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  const ptr = allocate(size * Float32Array.BYTES_PER_ELEMENT);
  // Read when it is used: allocating can grow the memory, which replaces its buffer.
  return {
    shape,
    size,
    ptr,
    get data() {
      return new Float32Array(buffer(), ptr, size);
    },
  };
}
