/**
 * The axis of a loss: linear, or logarithmic when the values span so much that a linear axis would hide the small ones.
 */
import { axisTitle } from "./series.ts";
import { formatTick } from "./chart_text.ts";
import { type Options, SIZES, SURFACE, TEXTS } from "./chart_theme.ts";

/** Largest ratio of two losses that a linear axis still shows well. */
const LINEAR_RATIO = 20;

/** Most ticks that a logarithmic axis bears. */
const MAX_TICKS = 10;

const MANTISSAS = [1, 2, 5];

/** True when the values are all positive and the largest is more than 20 times the smallest. */
export function spansDecades(values: readonly number[]): boolean {
  const least = Math.min(...values);
  return values.length > 0 && least > 0 && Math.max(...values) / least > LINEAR_RATIO;
}

/**
 * Round values 1, 2, 5, 10, 20, … from the last below `least` to the first above `most`, both positive.
 * A wide span keeps the powers of ten only.
 */
export function logTicks(least: number, most: number): number[] {
  const first = exponent(least);
  const last = exponent(most);
  const steps: number[] = [];
  for (let e = first; e <= last + 1; e++) for (const m of MANTISSAS) steps.push(Number(`${m}e${e}`));
  const from = steps.findLastIndex((step) => step <= least);
  const to = steps.findIndex((step) => step >= most);
  const ticks = steps.slice(from, to + 1);
  if (ticks.length <= MAX_TICKS) return ticks;
  const powers: number[] = [];
  for (let e = first; e === first || Number(`1e${e - 1}`) < most; e++) powers.push(Number(`1e${e}`));
  return powers;
}

/** The axis for these values, `label` saying what they are and in which unit. */
export function valueAxis(values: readonly number[], label: string): NonNullable<Options["scales"]>[string] {
  const look = {
    grid: { color: SURFACE.grid, tickColor: SURFACE.frame },
    border: { color: SURFACE.frame },
  };
  const ticks = {
    color: TEXTS.ink,
    font: { size: SIZES.tick },
    callback: (value: string | number) => formatTick(Number(value)),
  };
  if (!spansDecades(values)) {
    return { type: "linear", title: axisTitle(label), grace: "6%", beginAtZero: startsAtZero(values), ...look, ticks };
  }
  const steps = logTicks(Math.min(...values), Math.max(...values));
  return {
    type: "logarithmic",
    title: axisTitle(`${label}, log scale`),
    min: steps[0],
    max: steps.at(-1),
    afterBuildTicks: (axis) => {
      axis.ticks = steps.map((value) => ({ value }));
    },
    ...look,
    ticks: { ...ticks, autoSkip: false },
  };
}

/** Zero belongs on the axis unless all values are so far from it that their differences would vanish. */
function startsAtZero(values: readonly number[]): boolean {
  if (values.length === 0) return true;
  const least = Math.min(...values);
  return least >= 0 && least <= Math.max(...values) / 2;
}

function exponent(value: number): number {
  return Number(value.toExponential().split("e")[1]);
}
