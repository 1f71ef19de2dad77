/** The axes of a sweep's charts: where the values of parameters, of the figure and epochs are. */
import { type Axis, axisOver, logTicksOver, placeOn, tickLabel, ticksOver } from "../charts/axis.ts";
import type { Tick, TraceAxis } from "../charts/marks.ts";
import { briefTexts } from "../compare/labels.ts";
import { spelling } from "../compare/labels.ts";
import type { Plain } from "../engine/store/digest.ts";
import type { SweepReport, SweptParameter } from "./sweep_report.ts";

/** An axis, and the place of a trial's value on it: a share from 0 to 1, or null for a value that it does not have. */
export interface PlacedAxis<V> extends Omit<TraceAxis, "at"> {
  place(value: V, index?: number): number | null;
}

const STEPS = 5;
/** Trials of one value are spread by this share of the distance between values, so that they do not cover each other. */
const SPREAD = 0.4;
/** Where there is no figure: beyond the worst one. */
const BEYOND = 0.1;
/** The figures that an axis shows at least, and the factor of their reach from which worse ones are at its edge. */
const [SHOWN, OUTLYING] = [0.8, 4];

/** The axis of a parameter: its range, or its values at equal distances. */
export function parameterAxis({ title, range, values }: SweptParameter): PlacedAxis<Plain | undefined> {
  if (range !== null) {
    const { min, max, scale } = range;
    const isLog = scale === "log";
    const axis = { isLog, ticks: isLog ? logTicksOver(min, max) : ticksOver(min, max, STEPS) };
    return {
      label: isLog ? `${title} (log)` : title,
      ticks: ticksOf(axis, "number"),
      place: (value) => typeof value === "number" ? insideOf(placeOn(axis, value)) : null,
    };
  }
  const all = values ?? [];
  const texts = briefTexts(all);
  const places = new Map(all.map((value, i) => [spelling(value), (i + 0.5) / all.length]));
  return {
    label: title,
    ticks: all.map((value, i) => ({ at: places.get(spelling(value))!, text: texts[i] ?? "" })),
    place(value, index = 0) {
      const place = places.get(spelling(value));
      // Multiples of the golden ratio are spread evenly.
      return place === undefined ? null : place + SPREAD / all.length * ((index * 0.618034) % 1 - 0.5);
    },
  };
}

function ticksOf(axis: Axis, unit: Parameters<typeof tickLabel>[1]): Tick[] {
  return axis.ticks.map((tick) => ({ at: placeOn(axis, tick), text: tickLabel(tick, unit) }));
}

function insideOf(place: number): number | null {
  return Number.isNaN(place) ? null : Math.min(1, Math.max(0, place));
}

/**
 * The axis of the figure, with a place beyond the worst one for what has none if there is such a trial. Of the figures that
 * are `drawn`, those that are worse than its end are drawn there, and its end says so.
 */
export function figureAxis(
  { metric: { title, form, goal }, trials }: SweepReport,
  drawn: readonly (number | null)[] = trials.map(({ mean }) => mean),
): PlacedAxis<number | null> {
  const unit = form === "detail" ? "number" : form;
  const sign = goal === "maximize" ? 1 : -1;
  const known = trials.flatMap(({ mean }) => mean ?? []).sort((a, b) => sign * (b - a));
  const [best, least, worst] = [known[0], known[Math.floor(SHOWN * (known.length - 1))], known[known.length - 1]];
  // A few bad trials would leave no room for the differences between good ones.
  const isCut = least !== best && Math.abs(best - worst) > OUTLYING * Math.abs(best - least);
  const whole = axisOver(known, unit);
  const axis = isCut && !whole.isLog ? axisOver(known.filter((value) => sign * (value - least) >= 0), unit) : whole;
  const ticks = ticksOf(axis, unit);
  const edge = goal === "maximize" ? 0 : ticks.length - 1;
  const isWorse = (value: number) => goal === "maximize" ? placeOn(axis, value) < 0 : placeOn(axis, value) > 1;
  if (ticks.length > 0 && drawn.some((value) => value !== null && isWorse(value))) {
    ticks[edge] = { ...ticks[edge], text: `${goal === "maximize" ? "≤" : "≥"} ${ticks[edge].text}` };
  }
  const beyond = goal === "maximize" ? -BEYOND : 1 + BEYOND;
  const hasFailed = trials.some(({ status }) => status === "failed");
  return {
    label: axis.isLog ? `${title} (log)` : title,
    ticks: [...ticks, ...(hasFailed ? [{ at: beyond, text: "failed" }] : [])],
    place: (value) => value === null ? beyond : insideOf(placeOn(axis, value)),
  };
}

/** The axis of epochs: equal distances between rungs, most of which are near the beginning. */
export function epochAxis({ brackets, epochs }: SweepReport): PlacedAxis<number> & { rungs: number[] } {
  const rungs = [...new Set(brackets.flatMap(({ rungs }) => rungs.map((rung) => rung.epochs)))].sort((a, b) => a - b);
  if (rungs.length < 2) {
    const last = Math.max(1, epochs);
    const ticks = ticksOver(0, last, 8).filter((tick) => Number.isInteger(tick) && tick <= last);
    return {
      label: "epoch (0: untrained)",
      ticks: ticks.map((tick) => ({ at: tick / last, text: tickLabel(tick, "count") })),
      place: (epoch) => insideOf(epoch / last),
      rungs: [],
    };
  }
  const ends = [0, ...rungs];
  const place = (epoch: number) => {
    const next = Math.max(1, ends.findIndex((end) => end >= epoch));
    const from = ends[next - 1];
    return insideOf((next - 1 + (epoch - from) / (ends[next] - from || 1)) / rungs.length);
  };
  return {
    label: "epoch (0: untrained), rungs at equal distances",
    ticks: ends.map((end) => ({ at: place(end) ?? 0, text: tickLabel(end, "count") })),
    place,
    rungs,
  };
}
