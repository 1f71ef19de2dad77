import { Tape } from "../../../core/autograd/tape.ts";
import { type BoundLayer, parseModel } from "../../../core/layers/bound_layer.ts";
import { sum } from "../../../core/ops/reduce.ts";
import { parameterOf } from "../../../core/tensor/parameter.ts";
import { fromArray, openScope } from "../../../core/tensor/tensor.ts";
import type { Panel } from "../../charts/marks.ts";
import { defineChart } from "../../define/chart.ts";
import type { FinishedRun } from "../../define/finished_run.ts";
import { paramsOf } from "../kinds/run_params.ts";

/** From −4 to 4. */
const GRID = Array.from({ length: 161 }, (_, i) => Number((-4 + i / 20).toFixed(2)));
/** A derivative that changes by more than this from one grid point to the next has a jump there. */
const JUMP = 0.5;

/** The model's activation functions and their derivatives (article section "Non-Linear Activation Function: ReLU"). */
export const activation = defineChart({
  name: "activation",
  picture: "png",
  title: "Activation function",
  about: "The function that a unit applies to its weighted sum, and its derivative, both as computed by the tape.",
  source: import.meta.url,
  when: (run) => "train" in run.experiment.pipeline && activationsOf(run).length > 0,
  draw(run) {
    const layers = activationsOf(run);
    // A derivative takes no value between the two sides of a jump: a place between them is its gap.
    const jumps = new Set(layers.flatMap((layer) => jumpsOf(pointsOf(layer, GRID).slopes)));
    const places = GRID.flatMap((x, i) => (jumps.has(i) ? [(GRID[i - 1] + x) / 2, x] : [x]));
    return {
      kind: "lines",
      x: { label: "x: weighted sum of a unit's inputs", values: places },
      panels: layers.map((layer) => panelOf(layer, places)),
    };
  },
});

/** The distinct activation functions of the model. */
function activationsOf({ experiment, library }: Pick<FinishedRun, "experiment" | "library">): BoundLayer[] {
  const layers = parseModel(paramsOf(experiment).model, library.layers).filter(({ definition }) =>
    definition.activation
  );
  return [...new Map(layers.map((layer) => [layer.text, layer])).values()];
}

function panelOf(layer: BoundLayer, places: readonly number[]): Panel {
  const { values, slopes } = pointsOf(layer, places);
  const onGrid = new Set(GRID);
  const gaps = slopes.map((slope, i) => (onGrid.has(places[i]) ? slope : null));
  const name = `${layer.text}(x)`;
  return {
    label: name,
    unit: "number",
    series: [{ label: name, values }, { label: `derivative of ${layer.text}(x)`, values: gaps }],
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
  const y = definition.forward({ tape, x: tape.parameter(x), parameters: {}, args, mode: "evaluate" });
  tape.backward(tape.apply(sum, [y]));
  return { values: Array.from(y.value.data), slopes: Array.from(x.gradient.data) };
}

function jumpsOf(slopes: readonly number[]): number[] {
  return slopes.flatMap((slope, i) => (i > 0 && Math.abs(slope - slopes[i - 1]) > JUMP ? [i] : []));
}
