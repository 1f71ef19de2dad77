/**
 * The gradient check of code that is not Retrace's own, in the float32 that it is written for: backward must compute the
 * slope of forward, (f(x + h·v) − f(x − h·v)) / 2h, along single entries and along a random direction v.
 */
import { shapeText } from "../ops/op.ts";
import type { Generator } from "../random/mod.ts";
import type { Parameter } from "../tensor/parameter.ts";
import { drawn, gradientsOf, outputOf, type Subject, type Trial } from "./subject.ts";

/** Steps h, in units of the values' size: the first has the least rounding error, the last crosses the fewest kinks. */
const STEPS = [1 / 32, 1 / 256, 1 / 2048, 1 / 16384];
/** Relative error of a correct gradient, mostly by the curvature along the first step. */
const TOLERANCE = 0.01;
/** Relative error of an output: a few roundings to float32. */
const ROUNDING = 1 / (1 << 22);
const ENTRIES = 4;

/** Circumstances in which backward has to compute the same, and what to do if it does not. */
const TRIALS: readonly (Trial & { readonly when: string; readonly todo: string })[] = [
  { spoil: true, when: "without the values that backwardReads does not list", todo: "List there what it reads." },
  { before: 1, when: "where there was 1 and accumulate is not set", todo: "It should overwrite there." },
  { before: 1, accumulate: true, when: "where there was 1 and accumulate is set", todo: "It should add there." },
];

/** What is wrong with the backward of a function, in words; null if nothing is. */
export function gradientProblem(subject: Subject, generator: Generator): string | null {
  const { values } = outputOf(subject);
  const weights = drawn(generator, values.length, -1, 1);
  const gradients = gradientsOf(subject, weights, {});
  const noise = ROUNDING * norm(values.map((value, i) => value * weights[i]));
  for (const [i, input] of subject.inputs.entries()) {
    const { data, size } = input.value;
    const gradient = gradients[i];
    const bad = gradient.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      return failure(subject, entryText(input, bad), `backward gives ${gradient[bad]}`, "It should be finite.");
    }
    // Most entries of a sparse gradient tell nothing; this one does.
    const largest = gradient.reduce((best, value, at) => Math.abs(value) > Math.abs(gradient[best]) ? at : best, 0);
    const [unit, usual] = [data, gradient].map((numbers) => norm(numbers) / Math.sqrt(size));
    for (let n = 0; n <= ENTRIES; n++) {
      const isEntry = n < ENTRIES;
      const entry = n === 0 ? largest : Math.floor(drawn(generator, 1, 0, size)[0]);
      const from = isEntry ? entry : 0;
      // A direction through all entries has a length of about 1, too.
      const bound = Math.sqrt(3 / size);
      const direction = isEntry ? Float32Array.of(1) : drawn(generator, size, -bound, bound);
      const found = dot(gradient.subarray(from), direction);
      const slope = otherSlope(found, usual, (step) => ({
        slope: slopeAlong(subject, weights, input, from, direction, step * unit),
        noise: noise / (step * unit),
      }));
      if (slope === null) continue;
      const what = `backward gives ${text(found)}, differences of forward give ${text(slope)}`;
      const where = isEntry ? entryText(input, from) : `${input.name} along a random direction`;
      return failure(subject, where, what, "Its backward should give the slope of its forward.");
    }
  }
  return trialProblem(subject, weights, gradients);
}

/**
 * The slope where it is not the one that backward gives; null if it is, or if no three steps agree on another: a kink that
 * all of them cross is closer than the last one.
 * @param usual The size of an entry of the gradient: errors that are small beside it do not count.
 */
function otherSlope(
  given: number,
  usual: number,
  along: (step: number) => { slope: number; noise: number },
): number | null {
  let [last, agreeing] = [NaN, 0];
  for (const step of STEPS) {
    const { slope, noise } = along(step);
    const isSlope = (other: number) =>
      Math.abs(slope - other) <= TOLERANCE * Math.max(Math.abs(slope), Math.abs(other), usual) + noise;
    if (isSlope(given)) return null;
    agreeing = isSlope(last) ? agreeing + 1 : 1;
    if (agreeing === 3) return last;
    last = slope;
  }
  return null;
}

/** The slope along a direction that begins at an entry. */
function slopeAlong(
  subject: Subject,
  weights: Float32Array,
  { value }: Parameter,
  from: number,
  direction: Float32Array,
  h: number,
): number {
  const start = value.data.slice(from, from + direction.length);
  const [after, before] = [h, -h].map((length) => {
    const { data } = value;
    for (let i = 0; i < direction.length; i++) data[from + i] = start[i] + length * direction[i];
    return dot(weights, outputOf(subject).values);
  });
  value.data.set(start, from);
  return (after - before) / (2 * h);
}

function trialProblem(subject: Subject, weights: Float32Array, gradients: readonly Float32Array[]): string | null {
  for (const { when, todo, ...trial } of TRIALS) {
    for (const [i, found] of gradientsOf(subject, weights, trial).entries()) {
      const before = trial.accumulate ? 1 : 0;
      const entry = found.findIndex((value, at) =>
        !(Math.abs(value - before - gradients[i][at]) <= 1e-5 * (1 + Math.abs(value)))
      );
      if (entry < 0) continue;
      const [left, expected] = [found[entry], before + gradients[i][entry]].map(text);
      const what = `backward leaves ${left} ${when}, but ${expected} was expected`;
      return failure(subject, entryText(subject.inputs[i], entry), what, todo);
    }
  }
  return null;
}

function failure({ name, place }: Subject, where: string, what: string, todo: string): string {
  return `The ${name} fails the gradient check: for ${where}, ${what} (at ${place}). ${todo}`;
}

/** An entry of a tensor, for messages: "weight [2, 5]". */
function entryText({ name, value: { shape } }: Parameter, entry: number): string {
  let rest = entry;
  const indices = shape.toReversed().map((size) => {
    const index = rest % size;
    rest = (rest - index) / size;
    return index;
  });
  return `${name} ${shapeText(indices.toReversed())}`;
}

function text(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function norm(values: Float32Array): number {
  return Math.sqrt(dot(values, values));
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += a[i] * b[i];
  return sum;
}
