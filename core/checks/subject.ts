/** What is checked: a function that was recorded, its outputs and its gradients. */
import type { Node } from "../autograd/recording.ts";
import { Tape } from "../autograd/tape.ts";
import type { Op, Shape } from "../ops/op.ts";
import type { Generator } from "../random/mod.ts";
import { type Parameter, parameterOf } from "../tensor/parameter.ts";
import { scoped, tensor } from "../tensor/tensor.ts";

/** A function of a few rows. */
export interface Subject {
  /** For messages: "layer tanh", "3 rows of [30]". */
  readonly name: string;
  readonly place: string;
  /** What it is differentiated by: its input, then its parameters. */
  readonly inputs: readonly Parameter[];
  record(tape: Tape, inputs: readonly Node[]): Node;
}

/** Circumstances of a backward pass. */
export interface Trial {
  /** What the gradients were before. Default: 0. */
  readonly before?: number;
  /** Whether backward has to add to them. */
  readonly accumulate?: boolean;
  /** Whether values that no backward declares to read are gone, as in a program, which reuses their memory. */
  readonly spoil?: boolean;
}

/** loss = Σ w · x with the settings w. Only its gradient is computed. */
const weigh: Op = {
  name: "weigh",
  shape: () => [1],
  forward() {},
  backward(_k, _gradient, _out, _inputs, [dx], weights: Float32Array) {
    const { gradient: { data }, accumulate } = dx!;
    weights.forEach((weight, i) => data[i] = accumulate ? data[i] + weight : weight);
  },
  backwardReads: { inputs: [], out: false },
  cases: [],
};

/**
 * The shape and the values of the output. Every call records anew, so a generator in a recording starts anew.
 * @param isReused Whether the memory of the results contained something before.
 */
export function outputOf({ inputs, record }: Subject, isReused = false): { shape: Shape; values: Float32Array } {
  return scoped(() => {
    const tape = new Tape();
    const { shape, value } = record(tape, inputs.map((input) => tape.input(input.value)));
    if (isReused) {
      for (const { out } of tape.steps) out.value.data.fill(NaN);
      tape.replay();
    }
    return { shape, values: value.data.slice() };
  });
}

/** The gradients of Σ weights · output by the inputs. */
export function gradientsOf({ inputs, record }: Subject, weights: Float32Array, trial: Trial): Float32Array[] {
  return scoped(() => {
    const tape = new Tape();
    const loss = tape.apply(weigh, [record(tape, inputs.map((input) => tape.parameter(input)))], weights);
    for (const input of inputs) {
      input.gradient.data.fill(trial.before ?? 0);
      input.gradientIsZero = !trial.accumulate;
    }
    const x = inputs[0].value;
    const values = x.data.slice();
    if (trial.spoil) spoil(tape, [x, ...tape.steps.map(({ out }) => out.value)]);
    tape.backward(loss);
    x.data.set(values);
    // What the output does not depend on gets no gradient.
    return inputs.map(({ gradient: { data }, gradientIsZero }) => gradientIsZero ? data.map(() => 0) : data.slice());
  });
}

function spoil({ steps }: Tape, values: Parameter["value"][]): void {
  const read = steps.flatMap(({ op: { backwardReads }, inputs, out }) => [
    ...backwardReads.inputs.map((input) => inputs[input].value),
    ...(backwardReads.out ? [out.value] : []),
  ]);
  for (const value of values) if (!read.includes(value)) value.data.fill(NaN);
}

/** An input with values. */
export function inputOf(name: string, shape: Shape, values: ArrayLike<number>): Parameter {
  const input = parameterOf(name, tensor(shape));
  input.value.data.set(values);
  return input;
}

/** Uniform random numbers. */
export function drawn(generator: Generator, size: number, low: number, high: number): Float32Array {
  const values = new Float32Array(size);
  generator.rand(values);
  for (let i = 0; i < size; i++) values[i] = low + (high - low) * values[i];
  return values;
}
