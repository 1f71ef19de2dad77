import { Tape } from "../../../core/autograd/tape.ts";
import { type BoundLayer, parseModel } from "../../../core/layers/model_layers.ts";
import { drawsFrom, STATE_SHAPE } from "../../../core/layers/layer_draws.ts";
import { sum } from "../../../core/ops/reduce.ts";
import { parameterOf } from "../../../core/tensor/parameter.ts";
import { fromArray, openScope, tensor } from "../../../core/tensor/tensor.ts";
import type { Panel } from "../../charts/marks.ts";
import { defineChart } from "../../define/chart.ts";
import type { FinishedRun } from "../../define/figure.ts";
import { paramsOf } from "../kinds/run_params.ts";

/** From −4 to 4 in steps of 0.025; between two even places, an odd one can be a gap. */
const PLACES = Array.from({ length: 321 }, (_, i) => Number((-4 + i / 40).toFixed(3)));
/** A derivative that changes by more than this from one even place to the next has a jump there. */
const JUMP = 0.5;

/** The model's activation functions and their derivatives (article section "Non-Linear Activation Function: ReLU"). */
export const activation = defineChart({
  name: "activation",
  title: "Activation function",
  about: "The function that a unit applies to its weighted sum, and its derivative, both as computed by the tape.",
  source: import.meta.url,
  when: (run) => "train" in run.experiment.pipeline && activationsOf(run).length > 0,
  draw: (run) => ({
    kind: "lines",
    x: { label: "x: weighted sum of a unit's inputs", unit: "number", values: PLACES },
    panels: activationsOf(run).map(panelOf),
  }),
});

/** The distinct activation functions of the model. */
function activationsOf({ experiment, library }: Pick<FinishedRun, "experiment" | "library">): BoundLayer[] {
  const layers = parseModel(paramsOf(experiment).model, library.layers);
  const activations = layers.filter(({ definition }) => definition.activation);
  return [...new Map(activations.map((layer) => [layer.text, layer])).values()];
}

function panelOf(layer: BoundLayer): Panel {
  const { values, slopes } = pointsOf(layer, PLACES);
  // A derivative has no value between the two sides of a jump, nor in the middle of one.
  const isJump = (i: number) => i % 2 === 1 && Math.abs(slopes[i + 1] - slopes[i - 1]) > JUMP;
  const name = `${layer.text}(x)`;
  const derivative = slopes.map((slope, i) => (isJump(i) ? null : slope));
  return {
    label: name,
    unit: "number",
    linear: true,
    series: [{ label: name, values }, { label: `derivative of ${name}`, values: derivative }],
  };
}

/** Values and derivatives of a layer: the derivative of the sum of all values by x[i] is the function's at x[i]. */
export function pointsOf(
  { definition, args }: BoundLayer,
  places: readonly number[],
): { values: number[]; slopes: number[] } {
  using _memory = openScope();
  const tape = new Tape();
  const x = parameterOf("x", fromArray(places, [places.length, 1]));
  const nothing = { parameters: {}, buffers: {}, draws: drawsFrom(tape, () => tensor(STATE_SHAPE, "int32")) };
  const y = definition.forward({ tape, x: tape.parameter(x), args, mode: "evaluate", ...nothing });
  tape.backward(tape.apply(sum, [y]));
  return { values: Array.from(y.value.data), slopes: Array.from(x.gradient.data) };
}
