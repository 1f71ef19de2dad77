/** Curves as SVG. Their values are also in a table, which read_values.ts shows by pointer and keys. */
import { placeOn, tickLabel } from "../axis.ts";
import { type Curve, isKnown, layOut, type LineLayout, type LinePanel } from "../line_layout.ts";
import type { Lines } from "../marks.ts";
import { Html, markup } from "../../text/markup.ts";
import { figureText } from "../../text/numbers.ts";

/** The width of the SVG, and the left and right end of the curves. */
export const PLOT = { width: 640, left: 62, right: 622 };
const TOP = 22;
const BOTTOM = 42;
const GAP = 34;
/** Height of a panel alone, and of two or more together. */
const HEIGHT = { one: 236, more: 330 };
/** Longest curve of which every point is marked. */
const MARKED = 60;

/** The x coordinate of a place; a single place is in the middle. */
export function xOf(place: number, places: readonly number[]): number {
  const [first, last] = [places[0], places[places.length - 1]];
  const share = last === first ? 0.5 : (place - first) / (last - first);
  return rounded(PLOT.left + share * (PLOT.right - PLOT.left));
}

/** The curves with their legend and their table. */
export function linesFigure(title: string, lines: Lines): Html {
  const layout = layOut(lines);
  const legend = layout.curves.map((curve) =>
    markup`<li class="${curve.style.colour}"><svg viewBox="0 0 26 10" aria-hidden="true">${
      lineOf("M1 5H25", curve)
    }</svg>${curve.label}${layout.isEpochs ? markup` <b>${curve.end.text}</b>` : null}</li>`
  );
  if (legend.length === 0) return markup`<p class="empty">No finite value was recorded.</p>${tableOf(lines, layout)}`;
  return markup`<ul class="legend">${legend}</ul>
<div class="plot" tabindex="0" role="group" aria-label="${title}: arrow keys read the values one by one">${
    svgOf(title, layout)
  }<output class="reading" hidden></output></div>
${tableOf(lines, layout)}`;
}

/** A panel with the heights of its top and bottom. */
interface Placed {
  readonly panel: LinePanel;
  readonly top: number;
  readonly bottom: number;
}

function svgOf(title: string, { x, panels, isEpochs }: LineLayout): Html {
  const placed = place(panels);
  const bottom = placed[placed.length - 1].bottom;
  const at = (place: number) => xOf(place, x.places);
  const ticks = x.ticks.map((tick) =>
    markup`<text x="${at(tick)}" y="${bottom + 20}" text-anchor="middle">${tickLabel(tick, "number")}</text>`
  );
  const zero = isEpochs ? null : markup`<path d="M${at(0)} ${TOP}V${bottom}"/>`;
  return markup`<svg viewBox="0 0 ${PLOT.width} ${bottom + BOTTOM}" role="img" aria-label="${title}">
<g class="grid">${placed.map(gridOf)}${zero}</g>
<g class="ticks">${placed.map(ticksOf)}${ticks}<text x="${PLOT.right}" y="${
    bottom + 38
  }" text-anchor="end">${x.label}</text></g>
<path class="cursor" data-span="${TOP} ${bottom}" d=""/>${placed.map((one) => curvesOf(one, x.places))}</svg>`;
}

function place(panels: readonly LinePanel[]): Placed[] {
  const weights = panels.reduce((sum, { weight }) => sum + weight, 0);
  const height = panels.length === 1 ? HEIGHT.one : HEIGHT.more;
  let top = TOP;
  return panels.map((panel) => {
    const placed = { panel, top, bottom: Math.round(top + height * panel.weight / weights) };
    top = placed.bottom + GAP;
    return placed;
  });
}

function yOf({ panel, top, bottom }: Placed, value: number): number {
  return rounded(bottom - placeOn(panel.axis, value) * (bottom - top));
}

function gridOf(placed: Placed): Html[] {
  return placed.panel.axis.ticks.map((tick) => markup`<path d="M${PLOT.left} ${yOf(placed, tick)}H${PLOT.right}"/>`);
}

function ticksOf(placed: Placed): Html[] {
  const { unit, label, axis } = placed.panel;
  const ticks = axis.ticks.map((tick) =>
    markup`<text x="${PLOT.left - 8}" y="${yOf(placed, tick) + 4}" text-anchor="end">${tickLabel(tick, unit)}</text>`
  );
  const scale = axis.isLog ? ", log scale" : "";
  return [...ticks, markup`<text x="${PLOT.left}" y="${placed.top - 9}">${label}${scale}</text>`];
}

function curvesOf(placed: Placed, places: readonly number[]): Html {
  const { curves, best } = placed.panel;
  const at = (i: number) => xOf(places[i], places);
  const ring = best === null ? null : ringOf(at(best.index), yOf(placed, curves[0].values[best.index]!), best.text);
  return markup`${curves.map((curve) => curveOf(curve, at, (value) => yOf(placed, value)))}${ring}`;
}

function curveOf(curve: Curve, x: (index: number) => number, y: (value: number) => number): Html {
  const { values, style } = curve;
  const isAlone = (i: number) => !isKnown(values[i - 1]) && !isKnown(values[i + 1]);
  const points = values.flatMap((value, i) => (isKnown(value) ? [{ i, x: x(i), y: y(value) }] : []));
  const path = points.map(({ i, x, y }) => `${isKnown(values[i - 1]) ? "L" : "M"}${x} ${y}`).join("");
  const marks = points.filter(({ i }) => values.length <= MARKED || isAlone(i)).map(({ x, y }) =>
    markup`<circle cx="${x}" cy="${y}" r="${style.dash.length === 0 ? 3 : 2}"/>`
  );
  return markup`<g class="curve ${style.colour}">${bandOf(curve, x, y)}${lineOf(path, curve)}${marks}</g>`;
}

/** The area between the lowest and the highest, where both are known. */
function bandOf({ band }: Curve, x: (index: number) => number, y: (value: number) => number): Html | null {
  const both = band?.low.flatMap((low, i) => (isKnown(low) && isKnown(band.high[i]) ? [i] : [])) ?? [];
  if (band === undefined || both.length < 2) return null;
  const edge = (values: readonly (number | null)[], indices: number[]) =>
    indices.map((i) => `${x(i)} ${y(values[i]!)}`);
  return markup`<path class="band" d="M${
    [...edge(band.high, both), ...edge(band.low, both.toReversed())].join("L")
  }Z"/>`;
}

function ringOf(x: number, y: number, text: string): Html {
  const side = x > PLOT.right - 80 ? "end" : x < PLOT.left + 80 ? "start" : "middle";
  return markup`<g class="best green"><circle cx="${x}" cy="${y}" r="6"/><text x="${x}" y="${
    y - 11
  }" text-anchor="${side}">${text}</text></g>`;
}

function lineOf(path: string, { style: { dash } }: Curve): Html {
  return markup`<path d="${path}"${new Html(dash.length === 0 ? "" : ` stroke-dasharray="${dash.join(" ")}"`)}/>`;
}

function tableOf({ panels }: Lines, { x, isEpochs }: LineLayout): Html {
  const columns = panels.flatMap(({ series, unit }) => series.map((one) => ({ ...one, unit })));
  const rows = x.places.map((place, i) => {
    return [String(place), ...columns.map(({ values, unit }) => figureText(values[i], unit))];
  });
  return valuesTable([isEpochs ? "epoch" : "x", ...columns.map(({ label }) => label)], rows);
}

/** The values of a chart as a collapsed table; the first field of a row is its heading. */
export function valuesTable(head: readonly string[], rows: readonly (readonly string[])[]): Html {
  const body = rows.map(([first, ...rest]) =>
    markup`<tr><th scope="row">${first}</th>${rest.map((text) => markup`<td>${text}</td>`)}</tr>`
  );
  return markup`<details><summary>Values</summary>
<div class="scroll" tabindex="0" role="region" aria-label="Values"><table class="values">
<thead><tr>${head.map((text) => markup`<th scope="col">${text}</th>`)}</tr></thead>
<tbody>${body}</tbody></table></div></details>`;
}

function rounded(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
