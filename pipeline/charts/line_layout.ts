/** The layout of a chart of curves, shared by both renderers: places, panels from the top, their axes and curves. */
import { type Axis, axisOver, ticksOver } from "./axis.ts";
import type { Lines, Panel, Series, Unit } from "./marks.ts";
import { type CurveStyle, curveStyle, MAX_CURVES } from "./theme.ts";
import { figureText } from "../text/numbers.ts";

/** A curve as it is drawn. */
export interface Curve extends Series {
  readonly style: CurveStyle;
  /** The index of its last value, and that value as text; with the epoch if the curve ends early, or is not finite. */
  readonly end: { readonly index: number; readonly text: string };
  /** Whether every place may have a mark: a line through measurements has none. */
  readonly mayBeMarked: boolean;
  /** Where it becomes infinite or NaN: the places, the texts of the marks, and how many earlier curves leave there. */
  readonly exits: readonly { readonly index: number; readonly text: string; readonly rank: number }[];
}

/** A panel as it is drawn. */
export interface LinePanel extends Pick<Panel, "label" | "unit"> {
  readonly axis: Axis;
  readonly curves: readonly Curve[];
  /** Where the ring is, and whether its text is below it because another curve runs above. */
  readonly best: { readonly index: number; readonly text: string; readonly isBelow: boolean } | null;
  /** Its share of the height. */
  readonly weight: number;
  /** Whether its curves are also in the panel above. */
  readonly isRepeated: boolean;
}

/** A chart of curves. */
export interface LineLayout {
  readonly x: {
    readonly label: string;
    readonly unit: Unit;
    readonly places: readonly number[];
    readonly ticks: readonly number[];
  };
  readonly isEpochs: boolean;
  readonly panels: readonly LinePanel[];
  /** All curves with values, each once; none if no value is finite. */
  readonly curves: readonly Curve[];
}

/** Lays out a chart. If a panel has more curves than can be distinguished, only the first ones are drawn. */
export function layOut({ x, panels }: Lines): LineLayout {
  const length = Math.max(1, ...panels.flatMap(({ series }) => series.map(({ values }) => values.length)));
  const places = x?.values ?? Array.from({ length }, (_, epoch) => epoch);
  const [first, last] = [places[0], places[places.length - 1]];
  const ticks = ticksOver(first, last, 8)
    .filter((tick) => tick >= first && tick <= last && (x !== undefined || Number.isInteger(tick)));
  const isEmpty = !panels.some(({ series }) => series.some(({ values }) => values.some(isKnown)));
  let count = 0;
  const drawn = panels.map((panel) => {
    const drawn = panel.series.slice(0, MAX_CURVES);
    const curves = drawn.map((series, i) => curveOf(series, drawn.slice(0, i), panel, places, count++));
    return { panel, curves: curves.filter(({ end }) => !isEmpty && end.index >= 0) };
  });
  return {
    x: { label: x?.label ?? "epoch (0: untrained)", unit: x?.unit ?? "number", places, ticks },
    isEpochs: x === undefined,
    panels: drawn.flatMap(({ panel, curves }, i) => panelsOf(panel, curves, i)),
    curves: drawn.flatMap(({ curves }) => curves),
  };
}

function known(values: readonly (number | null)[]): number[] {
  return values.filter(isKnown);
}

/** Whether a value is a finite number: neither a gap nor outside of the chart. */
export function isKnown(value: number | null | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function curveOf(
  series: Series,
  before: readonly Series[],
  { unit, most, series: all }: Panel,
  places: readonly number[],
  i: number,
): Curve {
  const { values } = series;
  const hasPoints = all.some(({ points }) => points);
  const exits = values.flatMap((value, index) => {
    if (!isExit(values, index)) return [];
    return [{ index, text: figureText(value, unit), rank: before.filter((one) => isExit(one.values, index)).length }];
  });
  const index = values.findLastIndex((value) => typeof value === "number");
  const of = unit === "count" && most !== undefined ? ` of ${figureText(most, unit)}` : "";
  return {
    ...series,
    style: curveStyle(i),
    mayBeMarked: series.points === true || !hasPoints,
    end: { index, text: figureText(values[index], unit) + of + when() },
    exits,
  };

  function when(): string {
    if (index >= 0 && !isKnown(values[index])) return ` (since epoch ${places[exits[exits.length - 1].index]})`;
    return index === values.length - 1 ? "" : ` (epoch ${places[index]})`;
  }
}

function isExit(values: Series["values"], index: number): boolean {
  const isOut = (value: number | null | undefined) => typeof value === "number" && !Number.isFinite(value);
  return isOut(values[index]) && !isOut(values[index - 1]);
}

/** The panel and, if it is to be enlarged and that shows more, a panel of the trained epochs above it. */
function panelsOf(panel: Panel, curves: readonly Curve[], i: number): LinePanel[] {
  const { label, unit, most } = panel;
  const values = curves.flatMap(({ values, band }) => known([...values, ...band?.low ?? [], ...band?.high ?? []]));
  const axis = axisOver(values, unit, most, !panel.linear);
  const best = bestOf(panel, curves);
  const whole = { label, unit, curves, axis, best, weight: i === 0 ? 3 : 2, isRepeated: false };
  const trained = curves.map((curve) => ({ ...curve, values: curve.values.with(0, null) }));
  const range = panel.enlarge ? closeRange(trained.flatMap((curve) => known(curve.values)), axis) : null;
  if (range === null) return [whole];
  const enlarged = { ticks: ticksOver(...range, 6), isLog: false };
  const [above, below] = best !== null && best.index > 0 ? [best, null] : [null, best];
  return [
    { ...whole, label: `${label}, enlarged`, axis: enlarged, curves: trained, best: above, weight: 3 },
    { ...whole, best: below, weight: 2, isRepeated: true },
  ];
}

/** The first of the best values; null where there is nothing to choose from. */
function bestOf({ best, unit }: Panel, [curve, ...others]: readonly Curve[]): LinePanel["best"] {
  if (best === undefined || curve === undefined || curve.values.length < 2) return null;
  const sign = best === "highest" ? 1 : -1;
  const scores = curve.values.map((value) => (isKnown(value) ? sign * value : -Infinity));
  const index = scores.indexOf(scores.reduce((a, b) => Math.max(a, b)));
  const value = curve.values[index];
  if (!isKnown(value)) return null;
  const isBelow = others.some(({ values }) => (values[index] ?? -Infinity) > value);
  return { index, text: `best ${figureText(value, unit)}, epoch ${index}`, isBelow };
}

/** The range of values that take up at most a quarter of their axis, with room for a label above; otherwise null. */
function closeRange(values: readonly number[], { ticks }: Axis): [number, number] | null {
  const [first, last] = [ticks[0], ticks[ticks.length - 1]];
  const [low, high] = [values.reduce((a, b) => Math.min(a, b), last), values.reduce((a, b) => Math.max(a, b), first)];
  if (values.length < 2 || high - low > (last - first) / 4) return null;
  const span = Math.max(high - low, (last - first) / 200);
  return [low - 0.02 * span, Math.min(last, high + 0.2 * span)];
}
