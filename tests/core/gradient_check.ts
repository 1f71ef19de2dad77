/**
 * The gradient checker: compares a backward pass with finite differences of the forward pass along random directions, in
 * float64. A correct gradient agrees to nine digits; one that is off by a twentieth of a percent agrees to three.
 */
import type { Node } from "../../core/autograd/recording.ts";
import { Tape } from "../../core/autograd/tape.ts";
import { type Backend, wasmBackend } from "../../core/tensor/backend.ts";
import type { GradientCase, Op, Shape } from "../../core/ops/op.ts";
import { add, mul, sum } from "../../pipeline/library/retrace.ts";
import { type Parameter, parameterOf } from "../../core/tensor/parameter.ts";
import { Generator } from "../../core/random/mod.ts";
import { fromArray, scoped, type Tensor } from "../../core/tensor/tensor.ts";
import { doubleBackend } from "./double_backend.ts";

/** Largest relative error of a correct gradient: rounding of float64 and the curvature along a step. */
export const TOLERANCE = 1e-9;

/** Length of a step: the error of the fifth derivative grows with its fourth power, that of float64 with its inverse. */
const STEP = 1e-4;
const DIRECTIONS = 8;

/** A function to differentiate: its inputs, and how to record it. */
export interface Subject {
  inputs: { shape: Shape; values: Float32Array }[];
  record(tape: Tape, inputs: readonly Node[]): Node;
}

/** One op with one of its cases; the values depend on the seed. */
export function subjectOf(op: Op, gradientCase: GradientCase, seed: number): Subject {
  const generator = new Generator(seed);
  const settings = gradientCase.settings?.(fromArray);
  return {
    inputs: gradientCase.shapes.map((shape) => ({ shape, values: draw(generator, shape, gradientCase) })),
    record: (tape, inputs) => tape.apply(op, inputs, settings),
  };
}

/** A subject applied twice to the same inputs: the second contribution to each gradient is added to the first. */
export function twice({ inputs, record }: Subject): Subject {
  return { inputs, record: (tape, nodes) => tape.apply(add, [record(tape, nodes), record(tape, nodes)]) };
}

/** The worst relative error over an op's cases, seeds and inputs. */
export function worstErrorOf(op: Op, seeds: readonly number[]): number {
  return Math.max(
    ...op.cases.flatMap((one) => seeds.map((seed) => scoped(() => gradientError(subjectOf(op, one, seed))))),
  );
}

/**
 * The largest relative error of the gradients of a subject's inputs: over random directions v, the norm of
 * (gradient · v − difference along v) against the norm of the differences.
 */
export function gradientError(subject: Subject): number {
  const { tape, parameters, out, weights } = backwardOf(subject, doubleBackend);
  const generator = new Generator(1);
  // Outputs have random weights: a plain sum would hide errors that cancel out.
  const loss = () => {
    tape.replay();
    return dot(out.value.data, weights);
  };
  return Math.max(...parameters.map(({ value, gradient }) => {
    let [wrong, all] = [0, 0];
    for (let i = 0; i < DIRECTIONS; i++) {
      const direction = new Float32Array(value.size);
      generator.randn(direction);
      const difference = differenceAlong(value.data, direction, loss);
      wrong += (dot(gradient.data, direction) - difference) ** 2;
      all += difference ** 2;
    }
    // If nothing changes, a relative error is undefined: the gradient must be 0.
    return Math.sqrt(all > 0 ? wrong / all : wrong);
  }));
}

/** The largest difference between the float32 gradients, which training uses, and the float64 ones, relative to the largest. */
export function float32Error(subject: Subject): number {
  const [single, double] = [wasmBackend, doubleBackend].map((backend) => backwardOf(subject, backend).parameters);
  return Math.max(...double.map(({ gradient }, i) => {
    const exact = Array.from(gradient.data);
    const largest = Math.max(...exact.map(Math.abs), 1e-30);
    return Math.max(...exact.map((value, j) => Math.abs(single[i].gradient.data[j] - value))) / largest;
  }));
}

/** The finite difference of fourth order: (8 (f(h) − f(−h)) − (f(2h) − f(−2h))) / 12 h. */
export function differenceAlong(data: Float32Array, direction: Float32Array, loss: () => number): number {
  const start = data.slice();
  const at = (steps: number) => {
    for (let i = 0; i < data.length; i++) data[i] = start[i] + steps * STEP * direction[i];
    return loss();
  };
  const quotient = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * STEP);
  data.set(start);
  return quotient;
}

/** Runs a subject forward and backward. */
function backwardOf({ inputs, record }: Subject, backend: Backend) {
  const parameters = inputs.map(({ shape, values }, i) => parameterWith(backend, String(i), shape, values));
  const tape = new Tape(backend);
  const out = record(tape, parameters.map((parameter) => tape.parameter(parameter)));
  const weights = draw(new Generator(2), out.value.shape, {});
  const loss = tape.apply(sum, [tape.apply(mul, [out, tape.input(filled(backend, out.value.shape, weights))])]);
  tape.backward(loss);
  return { tape, parameters, out, weights };
}

/** A parameter of a backend with these values. */
export function parameterWith(backend: Backend, name: string, shape: Shape, values: ArrayLike<number>): Parameter {
  return parameterOf(name, filled(backend, shape, values), backend);
}

/** A tensor of a backend with these values. */
export function filled(backend: Backend, shape: Shape, values: ArrayLike<number>): Tensor {
  const made = backend.tensor(shape);
  made.data.set(values);
  return made;
}

/** Uniform values at which a case's function is smooth. */
export function draw(
  generator: Generator,
  shape: Shape,
  { range = [-1, 1], awayFromZero = 0 }: Partial<GradientCase>,
): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  generator.uniform(values, ...range);
  return values.map((v) => (Math.abs(v) < awayFromZero ? v + Math.sign(v || 1) * awayFromZero : v));
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((total, value, i) => total + value * b[i], 0);
}
