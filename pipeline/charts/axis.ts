/** Axes of values: round ticks, and a logarithmic scale if a linear one would hide small values. */
import type { Unit } from "./marks.ts";
import { tickText } from "../text/numbers.ts";

/** An axis; it runs from its first tick to its last. */
export interface Axis {
  readonly ticks: readonly number[];
  readonly isLog: boolean;
}

/** Largest ratio of two values that a linear axis still shows well. */
const LINEAR_RATIO = 20;
const STEPS = 5;
/** Numbers this near to 0 are drawn as 0: the steps between ticks would underflow. */
const TINY = 1e-300;
const MAX_LOG_TICKS = 10;
/** The unrounded steps between ticks, as multiples of a power of ten. */
const ROUND = [1, 2, 2.5, 5, 10];

/** The axis for these values. `most` is the largest possible value, if there is one. */
export function axisOver(values: readonly number[], unit: Unit, most?: number, mayBeLog = true): Axis {
  const low = orZero(values.reduce((a, b) => Math.min(a, b), Infinity));
  const high = orZero(most ?? values.reduce((a, b) => Math.max(a, b), -Infinity));
  if (mayBeLog && unit === "number" && low > 0 && high > LINEAR_RATIO * low) {
    return { ticks: logTicksOver(low, high), isLog: true };
  }
  const ticks = values.length === 0 ? [0, 1] : ticksOver(...rangeOf(low, high, unit), STEPS);
  return { ticks: unit === "count" ? ticks.filter(Number.isInteger) : ticks, isLog: false };
}

function orZero(value: number): number {
  return Math.abs(value) < TINY ? 0 : value;
}

/** The position of a value on its axis: 0 at the first tick, 1 at the last. */
export function placeOn({ ticks, isLog }: Axis, value: number): number {
  const scale = isLog ? Math.log10 : Number;
  const [from, to] = [scale(ticks[0]), scale(ticks[ticks.length - 1])];
  return (scale(value) - from) / (to - from || 1);
}

/** Zero belongs on the axis unless all values are so far from it that their differences would vanish. */
function rangeOf(low: number, high: number, unit: Unit): [number, number] {
  if (unit === "count") return [Math.min(0, Math.floor(low)), Math.max(1, Math.ceil(high))];
  if (low >= 0 && low <= high / 2) return [0, high > 0 ? high : 1];
  if (unit === "percent" && high - low < 0.01) return [Math.max(0, low - 0.01), Math.min(1, low + 0.01)];
  return high > low ? [low, high] : [Math.min(0, low), Math.max(0, high)];
}

/** Round numbers that cover `low` … `high` in about `count` steps. */
export function ticksOver(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / count;
  const power = 10 ** exponentOf(rough);
  const step = power * ROUND.find((factor) => power * factor >= rough)!;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Powers of ten, with 2 and 5 times them where there are few, that cover `low` … `high`; both are above 0. */
export function logTicksOver(low: number, high: number): number[] {
  const [from, to] = [exponentOf(low), exponentOf(high) + 1];
  const factors = to - from > 3 ? [1] : [1, 2, 5];
  const step = Math.ceil((to - from) / MAX_LOG_TICKS);
  const powers = Array.from({ length: Math.ceil((to - from) / step) + 1 }, (_, i) => from + i * step);
  const all = powers.flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`)));
  return all.slice(all.findLastIndex((tick) => tick <= low), all.findIndex((tick) => tick >= high) + 1);
}

function exponentOf(value: number): number {
  return Number(value.toExponential().split("e")[1]);
}

/** A tick as charts write it. */
export function tickLabel(tick: number, unit: Unit): string {
  return unit === "percent" ? `${tickText(tick * 100)} %` : tickText(tick);
}
