/** The check of a layer that is not Retrace's own, before its first use. */
import type { BoundLayer } from "../layers/model_layers.ts";
import { drawsFrom, STATE_SHAPE } from "../layers/layer_draws.ts";
import type { Draw, Mode } from "../layers/layer.ts";
import { type Shape, shapeText, sizeOf } from "../ops/op.ts";
import { Generator } from "../random/mod.ts";
import { fromArray, type Tensor } from "../tensor/tensor.ts";
import { gradientProblem } from "./gradient_problem.ts";
import { confirmedProblem, outputOfRow, outputProblem, ROWS } from "./output_problem.ts";
import { drawn, inputOf, outputOf, type Subject } from "./subject.ts";

/** What is wrong with a layer whose input has examples of this shape, in words; null if nothing is. */
export function layerProblem({ definition, args, text }: BoundLayer, example: Shape): string | null {
  const name = `layer ${text}`;
  return confirmedProblem(name, (generator) => {
    const numbers = new Float32Array(ROWS * sizeOf(example));
    generator.randn(numbers);
    const x = inputOf("input", [ROWS, ...example], numbers.map((value) => 2 * value));
    const parameters = Object.entries(definition.parameters?.(example, args) ?? {}).map(([key, { shape, draw }]) =>
      inputOf(key, shape, drawn(generator, sizeOf(shape), ...boundsOf(draw)))
    );
    const buffersOf = () =>
      Object.fromEntries(
        Object.entries(definition.buffers?.(example, args) ?? {}).map((
          [key, { shape, constant }],
        ) => [key, fromArray(new Float32Array(sizeOf(shape)).fill(constant), shape)]),
      );
    const subjectIn = (mode: Mode): Subject => ({
      name,
      place: `${ROWS} rows of ${shapeText(example)}, mode "${mode}"`,
      inputs: [x, ...parameters],
      record(tape, [x, ...nodes]) {
        const named = Object.fromEntries(nodes.map((node, i) => [parameters[i].name, node]));
        // New for every recording, so that each draws the same.
        const draws = drawsFrom(tape, () => state ??= fromArray(new Generator(0).state(), STATE_SHAPE, "int32"));
        let state: Tensor<"int32"> | null = null;
        return definition.forward({ tape, x, parameters: named, args, mode, buffers: buffersOf(), draws });
      },
    });
    const [training, evaluation] = [subjectIn("train"), subjectIn("evaluate")];
    // Some layers are meant for numbers between 0 and 1 only, such as a logarithm.
    const isFinite = outputOf(training).values.every(Number.isFinite);
    if (!isFinite) x.value.data.set(numbers.map((value) => Math.abs(value) % 1));
    const shape = [ROWS, ...definition.shape(example, args)];
    const todo = "Its forward and its shape should agree.";
    const mixed = () => definition.perBatch ? null : rowsProblem(evaluation);
    return outputProblem(training, shape, todo) ?? outputProblem(evaluation, shape, todo) ?? mixed() ??
      gradientProblem(isRandom(training) ? evaluation : training, generator);
  });
}

/** Bounds for the values of a parameter. One that starts as a constant varies around it, but keeps its sign. */
function boundsOf(draw: Draw): [low: number, high: number] {
  if ("uniform" in draw) return [-draw.uniform, draw.uniform];
  const spread = Math.abs(draw.constant) / 2 || 0.5;
  return [draw.constant - spread, draw.constant + spread];
}

function rowsProblem(subject: Subject): string | null {
  const { values } = outputOf(subject);
  for (let row = 0; row < ROWS; row++) {
    const alone = outputOfRow(subject, row);
    const beside = values.subarray(row * values.length / ROWS);
    const at = alone.findIndex((value, i) => !Object.is(value, beside[i]));
    if (at < 0) continue;
    return `The ${subject.name} mixes the rows of a batch in evaluation: an output of row ${row} is ` +
      `${alone[at]} alone, but ${beside[at]} beside other rows. With mode "evaluate", rows should not affect each ` +
      "other, because validate computes several batches in one pass.";
  }
  return null;
}

/** Whether each forward pass draws other random numbers, so that it has no slope. */
function isRandom(subject: Subject): boolean {
  const again = outputOf(subject).values;
  return outputOf(subject).values.some((value, i) => value !== again[i]);
}
