import type { Lines } from "../../charts/marks.ts";
import { defineChart } from "../../define/chart.ts";
import { figureText } from "../../text/numbers.ts";
import { makeRates, type Rate } from "../../../core/schedules/rates.ts";
import type { Batches } from "../kinds/json_kinds.ts";
import { type Schedule, schedulesOf } from "../kinds/chosen_schedule.ts";

/** The most places on the x axis, about. */
const PLACES = 240;
/** If half of the values are smaller than this share of the largest one, a linear axis would hide them. */
const HIDDEN = 1 / 20;

/** The learning rate of every step, and the momentum where the schedule changes it. */
export const learningRate = defineChart({
  name: "learning-rate",
  title: "Learning rate over steps",
  about: "What each step of the training multiplies its update by.",
  source: import.meta.url,
  from: "batches",
  when: ({ experiment }) => experiment.pipeline.train?.schedule !== undefined,
  draw({ experiment, library, epochs, output }): Lines {
    const { schedule, optimizer } = experiment.pipeline.train as {
      schedule: Schedule;
      optimizer: { lr: number; betas?: unknown };
    };
    const { batches } = output<Batches>("batches");
    const chosen = schedulesOf(schedule, library);
    const rates = makeRates(chosen, optimizer.lr, batches);
    const places = chosen[0].params.per === "epoch" ? stairs(epochs, batches) : samples(epochs * batches);
    const found = places.map(([step]): Rate => rates(step));
    const values = found.map(({ lr }) => lr);
    const hasMomentum = found.some(({ momentum }) => momentum !== null);
    const momentum = optimizer.betas === undefined ? "momentum" : "momentum (first beta)";
    return {
      kind: "lines",
      note: noteOf(values),
      x: { label: "epoch", unit: "number", values: places.map(([, at]) => at / batches) },
      panels: [
        { label: "learning rate", unit: "number", ...axisOf(values), series: [{ label: "learning rate", values }] },
        ...(hasMomentum
          ? [{
            label: momentum,
            unit: "number" as const,
            series: [{ label: momentum, values: found.map(({ momentum }) => momentum) }],
          }]
          : []),
      ],
    };
  },
});

/** A step, and where it is drawn. */
type Place = readonly [step: number, at: number];

/** Both ends of every epoch, or of every n-th of many. */
function stairs(epochs: number, batches: number): Place[] {
  const stride = Math.max(1, Math.ceil(2 * epochs / PLACES));
  const count = Math.max(1, Math.ceil(epochs / stride));
  return Array.from({ length: count }, (_, i): Place[] => {
    const [first, end] = [i * stride, Math.max(1, Math.min(epochs, (i + 1) * stride))].map((epoch) => epoch * batches);
    return [[first, first], [first, end]];
  }).flat();
}

/** Steps at equal distances from the first to the last, which is drawn at its end. */
function samples(steps: number): Place[] {
  const count = Math.max(1, Math.min(PLACES, steps));
  return Array.from({ length: count }, (_, i): Place => {
    const step = Math.round(i * (steps - 1) / Math.max(1, count - 1));
    return [step, i === count - 1 ? steps : step];
  });
}

function axisOf(values: readonly number[]): { linear?: true } {
  const most = values.reduce((a, b) => Math.max(a, b));
  const small = values.filter((value) => value < HIDDEN * most);
  return 2 * small.length > values.length ? {} : { linear: true };
}

function noteOf(values: readonly number[]): string {
  const text = (value: number) => figureText(value, "number");
  const [first, last, most] = [values[0], values[values.length - 1], values.reduce((a, b) => Math.max(a, b))];
  const between = most > first && most > last ? `, at most ${text(most)}` : "";
  return `First step ${text(first)}${between}, last step ${text(last)}.`;
}
