/** Checks an op's backward against central differences of its forward. */
import { parameterOf, Tape } from "../../core/autograd.ts";
import type { GradientCase, Op } from "../../core/ops/op.ts";
import { mul, sum } from "../../core/ops/mod.ts";
import { fromArray, scoped, type Tensor } from "../../core/tensor.ts";
import { Generator } from "../../core/random/mod.ts";

/** The step of the difference: large enough for float32, small enough for the curvature. */
const STEP = 1 / 256;

/** The largest difference between a gradient and its estimate, measured against 1 or the estimate, whichever is larger. */
export function gradientError(op: Op, gradientCase: GradientCase, seed: number): number {
  return scoped(() => {
    const generator = new Generator(seed);
    const settings = gradientCase.settings?.();
    const parameters = gradientCase.shapes.map((shape, i) =>
      parameterOf(String(i), draw(generator, shape, gradientCase))
    );
    const tape = new Tape();
    const out = tape.apply(op, parameters.map((parameter) => tape.parameter(parameter)), settings);
    // A random weight for every output: a plain sum would hide mistakes that cancel out.
    const weights = tape.input(draw(generator, out.value.shape, {}));
    const loss = tape.apply(sum, [tape.apply(mul, [out, weights])]);
    tape.backward(loss);

    const valueWith = (data: Float32Array, i: number, value: number) => {
      const kept = data[i];
      data[i] = value;
      tape.replay();
      data[i] = kept;
      return exactSum(out.value, weights.value);
    };
    let worst = 0;
    for (const { value, gradient } of parameters) {
      const { data } = value;
      for (let i = 0; i < data.length; i++) {
        const [above, below] = [Math.fround(data[i] + STEP), Math.fround(data[i] - STEP)];
        const estimate = (valueWith(data, i, above) - valueWith(data, i, below)) / (above - below);
        worst = Math.max(worst, Math.abs(gradient.data[i] - estimate) / Math.max(1, Math.abs(estimate)));
      }
    }
    return worst;
  });
}

function draw(
  generator: Generator,
  shape: readonly number[],
  { range, awayFromZero = 0 }: Partial<GradientCase>,
): Tensor {
  const [low, high] = range ?? [-1, 1];
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  generator.uniform(values, low, high);
  return fromArray(values.map((v) => (Math.abs(v) < awayFromZero ? v + Math.sign(v || 1) * awayFromZero : v)), shape);
}

function exactSum(out: Tensor, weights: Tensor): number {
  return out.data.reduce((total, value, i) => total + value * weights.data[i], 0);
}
