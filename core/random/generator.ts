import { uniform53 } from "../kernels/plain_draws.ts";
import { fma } from "../kernels/plain_fma.ts";
import { MersenneTwister } from "./mersenne_twister.ts";
import { blockSize, normalBlock, normalPair } from "./normal.ts";

const f = Math.fround;

/**
 * torch.Generator on the CPU (torch 1.13): the same numbers for the same seed, bit for bit. Where builds of torch differ,
 * these are the numbers of its AVX2 code, which it uses on any x86 processor of the last ten years.
 */
export class Generator {
  readonly #twister: MersenneTwister;
  /** The second number of a normal pair, for the next small `randn`. */
  #cachedNormal: number | null = null;

  /**
   * As `torch.Generator().manual_seed(seed)`.
   * @param seed An integer in [-2^63, 2^64). torch adds 2^64 to negative ones, and uses the low 32 bits.
   * @throws RangeError for any other seed.
   */
  constructor(seed: number | bigint) {
    this.#twister = new MersenneTwister(low32(seed));
  }

  /** As `torch.rand`: uniform in [0, 1), multiples of 2^-24. One draw per element, row-major. */
  rand(out: Float32Array): void {
    for (let i = 0; i < out.length; i++) out[i] = this.#uniform24();
  }

  /** As `tensor.uniform_(low, high)`: uniform in [low, high), one draw per element, row-major. */
  uniform(out: Float32Array, low: number, high: number): void {
    const from = f(low);
    const span = f(f(high) - from);
    for (let i = 0; i < out.length; i++) out[i] = fma(this.#uniform24(), span, from);
  }

  /** As `torch.randn`: standard normal. torch draws fewer than 16 elements with a different algorithm. */
  randn(out: Float32Array): void {
    if (out.length < blockSize) {
      for (let i = 0; i < out.length; i++) out[i] = this.#normal();
      return;
    }
    this.rand(out);
    const complete = out.length - out.length % blockSize;
    for (let start = 0; start < complete; start += blockSize) normalBlock(out, start);
    if (complete === out.length) return;
    // torch draws the last 16 again, including part of the last complete block.
    const last = out.length - blockSize;
    this.rand(out.subarray(last));
    normalBlock(out, last);
  }

  /** As `torch.empty((), dtype=torch.int64).random_()`: uniform in [0, 2^63). Two draws. */
  randomInt64(): bigint {
    const high = this.#twister.next32();
    const low = this.#twister.next32();
    return BigInt.asUintN(63, (BigInt(high) << 32n) | BigInt(low));
  }

  /**
   * As `torch.randperm(n)`: the numbers 0 to n - 1 in random order. n - 1 draws (none for n = 0).
   * @param out The array to write to, `[n]`. Default: a new array.
   * @throws RangeError if n is not an integer in [0, 2^31), or `out` has a different length.
   */
  randperm(n: number, out?: Int32Array): Int32Array {
    if (!Number.isInteger(n) || n < 0 || n > 0x7fffffff) {
      throw new RangeError(`randperm: expected an integer n in [0, 2^31); found ${n}`);
    }
    if (out && out.length !== n) {
      throw new RangeError(`randperm: expected an array of n = ${n} elements; found ${out.length} elements`);
    }
    const order = out ?? new Int32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    for (let i = 0; i < n - 1; i++) {
      const [draw, left] = [this.#twister.next32(), n - i];
      // draw % left, in half the time: the rounded quotient of two numbers below 2^32 never reaches the next integer.
      const chosen = i + (draw - Math.floor(draw / left) * left);
      const value = order[i];
      order[i] = order[chosen];
      order[chosen] = value;
    }
    return order;
  }

  /** Skips `draws` 32-bit numbers. Faster than drawing them; keeps the cached normal number. */
  skip(draws: number): void {
    this.#twister.skip(draws);
  }

  /**
   * The state, for kernels that go on drawing where this generator stands: 624 words and, as the last number, how many of
   * them are drawn. A copy; the cached normal number is no part of it.
   */
  state(): Int32Array<ArrayBuffer> {
    return this.#twister.state.slice();
  }

  #uniform24(): number {
    return (this.#twister.next32() & 0xffffff) / 0x1000000;
  }

  #normal(): number {
    const cached = this.#cachedNormal;
    this.#cachedNormal = null;
    if (cached !== null) return cached;
    const [first, second] = normalPair(uniform53(this.#twister.state), uniform53(this.#twister.state));
    this.#cachedNormal = second;
    return first;
  }
}

function low32(seed: number | bigint): number {
  if (typeof seed === "bigint" ? seed >= -(1n << 63n) && seed < 1n << 64n : Number.isSafeInteger(seed)) {
    return Number(BigInt.asUintN(32, BigInt(seed)));
  }
  throw new RangeError(`seed: expected an integer in [-2^63, 2^64), as a bigint if it is beyond 2^53; found ${seed}`);
}
