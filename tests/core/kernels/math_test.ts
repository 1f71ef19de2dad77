import { assert, assertEquals } from "@std/assert";
import { wasm as kernels } from "../../../core/kernels/wasm.ts";
import { plain } from "../../../core/kernels/plain.ts";
import { expF32, logF32 } from "../../../core/kernels/plain_math.ts";
import { fromArray, scoped, tensor } from "../../../core/tensor/tensor.ts";
import { bitsOf } from "./compare.ts";

const SMALLEST_DENORMAL = 2 ** -149;

/** The distance from a float32 of this size to the next. */
function ulpOf(value: number): number {
  const size = Math.abs(value);
  let ulp = SMALLEST_DENORMAL;
  while (size >= ulp * 2 ** 24) ulp *= 2;
  return ulp;
}

/** Float32 numbers from the entire range: every `step`-th bit pattern, so every exponent and sign. */
function sampled(step: number): Float32Array {
  return new Float32Array(Int32Array.from({ length: Math.floor(2 ** 32 / step) }, (_, i) => i * step).buffer);
}

/** The largest distance, in ulp of the exact value, over inputs whose exact result is a finite float32. */
function worstUlp(run: typeof kernels.exp, exact: (x: number) => number): number {
  return scoped(() => {
    const x = fromArray(sampled(9973), [Math.floor(2 ** 32 / 9973)]);
    const out = tensor(x.shape);
    run(out, x);
    let worst = 0;
    const [inputs, results] = [x.data, out.data];
    for (let i = 0; i < inputs.length; i++) {
      const expected = exact(inputs[i]);
      const rounded = Math.fround(expected);
      if (Number.isFinite(rounded)) worst = Math.max(worst, Math.abs(results[i] - expected) / ulpOf(expected));
      else assertEquals(results[i], rounded, `of ${inputs[i]}`);
    }
    return worst;
  });
}

Deno.test("exp() is within 1 ulp of the exact value over the entire range", () => {
  assert(worstUlp(kernels.exp, Math.exp) <= 1);
});

Deno.test("log() is within 1 ulp of the exact value over the entire range", () => {
  assert(worstUlp(kernels.log, Math.log) <= 1);
});

Deno.test("exp() and log() have the plain twins' bits over the entire range", () => {
  scoped(() => {
    const dense = Float32Array.from({ length: 200_000 }, (_, i) => (i - 100_000) / 5000);
    const values = Float32Array.from([...sampled(99_991), ...dense]);
    const [x, out] = [fromArray(values, [values.length]), tensor([values.length])];
    for (const [run, twin] of [[kernels.exp, expF32], [kernels.log, logF32]] as const) {
      run(out, x);
      assertEquals(bitsOf(out.data), bitsOf(values.map((value) => twin(value))));
    }
  });
});

Deno.test("tanh() is within 1.001 ulp of the exact value over the entire range", () => {
  assert(worstUlp(kernels.tanh, Math.tanh) <= 1.001);
});

Deno.test("tanh(), sigmoid() and gelu() have the plain twins' bits over the entire range, as vectors and as last elements", () => {
  const values = sampled(99_991);
  for (const name of ["tanh", "sigmoid", "gelu"] as const) {
    for (const size of [values.length, 15]) {
      scoped(() => {
        for (let from = 0; from < values.length; from += size) {
          const some = values.slice(from, from + size);
          const [x, out, twin] = [fromArray(some, [some.length]), tensor([some.length]), tensor([some.length])];
          kernels[name](out, x);
          plain[name](twin, x);
          assertEquals(bitsOf(out.data), bitsOf(twin.data));
        }
      });
    }
  }
});

/** A function's results at special inputs. */
function at(run: typeof kernels.exp, ...inputs: number[]): number[] {
  return scoped(() => {
    const [x, out] = [fromArray(inputs, [inputs.length]), tensor([inputs.length])];
    run(out, x);
    return Array.from(out.data);
  });
}

Deno.test("exp() is 1, 0, Infinity, NaN or a denormal when x is 0, small, large, NaN or near -100", () => {
  assertEquals(at(kernels.exp, 0, -0), [1, 1]);
  assertEquals(at(kernels.exp, -Infinity, -1e30, -104), [0, 0, 0]);
  assertEquals(at(kernels.exp, Infinity, 1e30, 88.8), [Infinity, Infinity, Infinity]);
  assertEquals(at(kernels.exp, NaN), [NaN]);
  assertEquals(at(kernels.exp, -103, -100), [Math.fround(Math.exp(-103)), Math.fround(Math.exp(-100))]);
});

Deno.test("log() is -Infinity, NaN, Infinity or the logarithm when x is 0, negative, Infinity or a denormal", () => {
  assertEquals(at(kernels.log, 0, -0), [-Infinity, -Infinity]);
  assertEquals(at(kernels.log, -1, -1e-45, -Infinity, NaN), [NaN, NaN, NaN, NaN]);
  assertEquals(at(kernels.log, Infinity, 1), [Infinity, 0]);
  const smallest = Math.fround(1e-45);
  assertEquals(at(kernels.log, smallest), [Math.fround(Math.log(smallest))]);
});

Deno.test("tanh(), sigmoid() and gelu() have their limits at ±Infinity, keep NaN, and keep the sign of 0", () => {
  assertEquals(at(kernels.tanh, Infinity, -Infinity, NaN, 0, -0), [1, -1, NaN, 0, -0]);
  // The same as an element of a vector and as one of the last elements.
  const twice = (
    ...inputs: number[]
  ) => [...Array.from({ length: 16 }, (_, i) => inputs[i % inputs.length]), ...inputs];
  const limits = (run: typeof kernels.exp, inputs: number[], results: number[]) =>
    assertEquals(at(run, ...twice(...inputs)), twice(...results));
  limits(kernels.sigmoid, [Infinity, -Infinity, NaN, 0], [1, 0, NaN, 0.5]);
  limits(kernels.gelu, [Infinity, -Infinity, NaN, 0], [Infinity, NaN, NaN, 0]);
});
