/** The charts of a sweep: parallel coordinates, the figure against each parameter, and the figure by epochs. */
import type { Chart, Trace, TraceAxis, TraceLook, Traces } from "../charts/marks.ts";
import { drawPicture } from "../charts/png/draw_picture.ts";
import { figureText } from "../text/numbers.ts";
import { epochAxis, figureAxis, parameterAxis, type PlacedAxis } from "./sweep_axes.ts";
import { bestFirst, type SweepReport, type Trial } from "./sweep_report.ts";
import { trialFigure, trialTitle, valueText } from "./trial_text.ts";

const WIDE = 1040;
/** The least distance of parallel axes in pixels. */
const AXIS_GAP = 130;
/** The most points of all curves together; of longer ones, every second or third epoch is drawn, and so on. */
const MAX_POINTS = 40_000;

/** The pictures of a sweep's folder, by their names. */
export async function sweepPictures(report: SweepReport): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const charts = [parallelChart(report), curvesChart(report)];
  const drawn = charts.map(async (chart) => [`${chart.name}.png`, await drawPicture(chart)] as const);
  return new Map(await Promise.all(drawn));
}

/** Every trial as a line through its values, to its figure. */
export function parallelChart(report: SweepReport): Chart {
  const { parameters, metric } = report;
  const axes = parameters.map(parameterAxis);
  const figure = figureAxis(report);
  const gaps = Math.max(1, parameters.length);
  const shown = withFigure(report);
  const traces = tracesOf(report, shown, (trial) => [
    ...axes.map((axis, i) => placed(i / gaps, axis.place(trial.choices[parameters[i].path], trial.index))),
    [1, figure.place(figureOf(trial))],
  ]);
  return {
    name: "parallel",
    title: "Values and the figure they lead to",
    about: `Each line is a trial: its values, and at the right its ${metric.title} after its last epoch.`,
    marks: {
      kind: "traces",
      note: noteOf(report, shown.length),
      size: { width: Math.max(WIDE, (parameters.length + 1) * AXIS_GAP), height: 440 },
      axes: [...axes.map((axis, i) => at(axis, i / gaps)), at(figure, 1)],
      traces,
      legend: legendOf(report, shown),
    },
  };
}

/** The figure against each parameter. */
export function scatterCharts(report: SweepReport): Chart[] {
  const { parameters } = report;
  const figure = figureAxis(report);
  return parameters.map((parameter, i): Chart => {
    const { path, title } = parameter;
    const axis = parameterAxis(parameter);
    const traces = tracesOf(report, withFigure(report), (trial) => {
      const x = axis.place(trial.choices[path], trial.index);
      return [x === null ? null : [x, figure.place(figureOf(trial))]];
    }, (trial) => `trial ${trial.index}: ${title} ${valueText(trial.choices[path])}, ${trialFigure(trial, report)}`);
    const marks: Traces = {
      ...{ kind: "traces", size: { width: 336, height: 250 }, traces },
      axes: [at(figure, 0)],
      below: at(axis, 0),
    };
    return { name: `by-${i}`, title, about: `by ${path}`, marks };
  });
}

/** The figure of every trial over its epochs. */
export function curvesChart(report: SweepReport): Chart {
  const { trials, metric, brackets } = report;
  const [x, y] = [epochAxis(report), figureAxis(report, trials.flatMap(({ curve }) => curve))];
  const points = trials.reduce((sum, { curve }) => sum + curve.length, 0);
  const step = Math.max(1, Math.ceil(points / MAX_POINTS));
  const shown = trials.filter(({ curve }) => curve.some((value) => value !== null));
  const traces = tracesOf(report, shown, ({ curve }) =>
    curve.flatMap((value, epoch) => {
      const isDrawn = epoch % step === 0 || epoch === curve.length - 1 || x.rungs.includes(epoch);
      return isDrawn ? [value === null ? null : placed(x.place(epoch) ?? 0, y.place(value))] : [];
    }));
  const [only] = brackets;
  const rules = x.rungs.map((epochs, i) => ({
    at: x.place(epochs) ?? 0,
    text: brackets.length > 1
      ? ""
      : i === x.rungs.length - 1
      ? "the end"
      : `best ${only.rungs[i].keeps} of ${only.rungs[i].trials} ${only.rungs[i].keeps === 1 ? "goes" : "go"} on`,
  }));
  const about = x.rungs.length === 0
    ? `Each line is a trial: its ${metric.title} after each epoch.`
    : `Each line is a trial: its ${metric.title} after each epoch. Dashed lines are rungs, where trials compete; a dot is where a trial has ended.`;
  return {
    name: "curves",
    title: x.rungs.length === 0 ? "The figure over the epochs" : "The figure over the epochs, by rungs",
    about,
    marks: {
      kind: "traces",
      ...(step > 1 ? { note: `There are many epochs: one of ${step} is drawn.` } : {}),
      size: { width: WIDE, height: 440 },
      axes: [at({ ...y, ticks: y.ticks.filter(({ text }) => text !== "failed") }, 0)],
      below: at(x, 0),
      rules,
      traces,
      legend: legendOf(report, shown),
    },
  };
}

function at({ label, ticks }: Pick<PlacedAxis<never>, "label" | "ticks">, at: number): TraceAxis {
  return { at, label, ticks };
}

function placed(x: number, y: number | null): [number, number] | null {
  return y === null ? null : [x, y];
}

/** A failed trial has no figure, whatever it had before. */
function figureOf({ status, mean }: Trial): number | null {
  return status === "failed" ? null : mean;
}

function withFigure({ trials }: SweepReport): Trial[] {
  return trials.filter(({ status, mean }) => status === "failed" || mean !== null);
}

function noteOf({ trials }: SweepReport, shown: number): string | undefined {
  const rest = trials.length - shown;
  return rest === 0 ? undefined : `${rest} ${rest === 1 ? "trial has" : "trials have"} no figure yet.`;
}

function lookOf({ index, status }: Trial, { winner }: SweepReport): TraceLook {
  return index === winner?.trial ? "best" : status === "failed" ? "failed" : status === "stopped" ? "faint" : "plain";
}

/** A line for each of these trials, coloured by the rank of its figure among all. */
function tracesOf(
  report: SweepReport,
  trials: readonly Trial[],
  placesOf: (trial: Trial) => readonly ([number, number | null] | null)[],
  titleOf: (trial: Trial) => string = (trial) => trialTitle(trial, report),
): Trace[] {
  const means = worstFirst(report);
  const ranks = new Map(means.map((mean, i) => [mean, means.length === 1 ? 1 : i / (means.length - 1)]));
  return trials.flatMap((trial) => {
    const places = placesOf(trial).map((place) =>
      place === null || place[1] === null ? null : [place[0], place[1]] as const
    );
    if (places.every((place) => place === null)) return [];
    const share = trial.mean === null ? 0 : ranks.get(trial.mean) ?? 0;
    return [{ title: titleOf(trial), places, share, look: lookOf(trial, report) }];
  });
}

function worstFirst({ trials, metric }: SweepReport): number[] {
  return trials.flatMap(({ mean }) => mean ?? []).sort(bestFirst(metric)).reverse();
}

function legendOf(report: SweepReport, shown: readonly Trial[]): Traces["legend"] {
  const { form } = report.metric;
  const means = worstFirst(report);
  const looks = new Set(shown.map((trial) => lookOf(trial, report)));
  const names = { best: `winner: trial ${report.winner?.trial}`, faint: "stopped", failed: "failed" };
  return {
    worst: `colour by rank: worst ${figureText(means[0], form)}`,
    best: `best ${figureText(means[means.length - 1], form)}`,
    looks: Object.fromEntries(Object.entries(names).filter(([look]) => looks.has(look as TraceLook))),
  };
}
