/** Curves as SVG. Their values are also in a table, which read_values.ts shows by pointer and keys. */
import { placeOn, tickLabel } from "../axis.ts";
import { fitEnds } from "../fitted_text.ts";
import { type Curve, isKnown, layOut, type LineLayout, type LinePanel } from "../line_layout.ts";
import type { Lines } from "../marks.ts";
import { rounded } from "../svg.ts";
import { Html, markup } from "../../text/markup.ts";
import { figureText } from "../../text/numbers.ts";

/** The width of the SVG, and the left and right end of the curves. */
export const PLOT = { width: 640, left: 62, right: 616 };
const TOP = 22;
const BOTTOM = 42;
const GAP = 34;
/** Height of a panel alone, and of two or more together. */
const HEIGHT = { one: 236, more: 330 };
/** From the top of a panel down to the mark of a curve that becomes infinite, and to that of the next such curve. */
const EXIT = { top: 14, step: 15 };
const LEGEND_ROOM = 330;
/** Longest curve of which every point is marked. */
const MARKED = 60;

/** A function from values, or from indices of values, to pixels. */
type Scale = (value: number) => number;

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
      curve.points ? markup`<circle cx="13" cy="5" r="3"/>` : lineOf("M1 5H25", curve)
    }</svg>${legendText(curve.label)}${layout.isEpochs ? markup` <b>${curve.end.text}</b>` : null}</li>`
  );
  const table = tableOf(lines, layout);
  if (legend.length === 0) return markup`<p class="empty">No finite value was recorded.</p>${table}`;
  return markup`<ul class="legend">${legend}</ul>
<div class="plot" tabindex="0" role="group" aria-label="${title}: arrow keys read the values one by one">${
    svgOf(title, layout)
  }<output class="reading" hidden></output></div>
${table}`;
}

/** A name in the legend: the ends of a long one, which is whole in the table. */
function legendText(label: string): Html {
  const text = fitEnds(label, { size: 15 }, LEGEND_ROOM);
  return text === label ? markup`${text}` : markup`<span title="${label}">${text}</span>`;
}

function svgOf(title: string, { x, panels, isEpochs }: LineLayout): Html {
  const weights = panels.reduce((sum, { weight }) => sum + weight, 0);
  const height = panels.length === 1 ? HEIGHT.one : HEIGHT.more;
  const at: Scale = (place) => xOf(place, x.places);
  let bottom = TOP - GAP;
  const drawn = panels.map((panel) => {
    const top = bottom + GAP;
    bottom = Math.round(top + height * panel.weight / weights);
    return panelOf(panel, top, bottom, (i) => at(x.places[i]));
  });
  const ticks = x.ticks.map((tick) => svgText(at(tick), bottom + 20, tickLabel(tick, x.unit), "middle"));
  // Outside of the plot if all places are above 0.
  const zero = isEpochs || x.places[0] > 0 ? null : markup`<path d="M${at(0)} ${TOP}V${bottom}"/>`;
  return markup`<svg viewBox="0 0 ${PLOT.width} ${bottom + BOTTOM}" role="img" aria-label="${title}">
<g class="grid">${drawn.map(({ grid }) => grid)}${zero}</g>
<g class="ticks">${drawn.map(({ ticks }) => ticks)}${ticks}${svgText(PLOT.right, bottom + 38, x.label, "end")}</g>
<path class="cursor" data-span="${TOP} ${bottom}" d=""/>${drawn.map(({ curves }) => curves)}</svg>`;
}

/** The grid of a panel, its ticks with its label, and its curves with the ring around the best value. */
function panelOf({ axis, unit, label, curves, best }: LinePanel, top: number, bottom: number, x: Scale) {
  const y: Scale = (value) => rounded(bottom - placeOn(axis, value) * (bottom - top));
  return {
    grid: axis.ticks.map((tick) => markup`<path d="M${PLOT.left} ${y(tick)}H${PLOT.right}"/>`),
    ticks: [
      ...axis.ticks.map((tick) => svgText(PLOT.left - 8, y(tick) + 4, tickLabel(tick, unit), "end")),
      svgText(PLOT.left, top - 9, label + (axis.isLog ? ", log scale" : ""), "start"),
    ],
    curves: [
      ...curves.map((curve) => curveOf(curve, x, y, top)),
      best === null ? null : ringOf(x(best.index), y(curves[0].values[best.index]!), best),
    ],
  };
}

function curveOf(curve: Curve, x: Scale, y: Scale, top: number): Html {
  const { values, style, exits, points: isPoints = false, mayBeMarked } = curve;
  const isAlone = (i: number) => !isKnown(values[i - 1]) && !isKnown(values[i + 1]);
  const points = values.flatMap((value, i) => (isKnown(value) ? [{ i, x: x(i), y: y(value) }] : []));
  const path = points.map(({ i, x, y }) => `${isKnown(values[i - 1]) ? "L" : "M"}${x} ${y}`).join("");
  const marks = points.filter(({ i }) => isPoints || (mayBeMarked && values.length <= MARKED) || isAlone(i)).map((
    { x, y },
  ) => markup`<circle cx="${x}" cy="${y}" r="${style.dash.length === 0 || isPoints ? 3 : 2}"/>`);
  const texts = exits.map(({ index, text, rank }) =>
    svgText(x(index), top + EXIT.top + rank * EXIT.step, text, "middle")
  );
  return markup`<g class="curve ${style.colour}">${bandOf(curve, x, y)}${
    isPoints ? null : lineOf(path, curve)
  }${marks}${texts}</g>`;
}

/** The area between the lowest and the highest, where both are known. */
function bandOf({ band }: Curve, x: Scale, y: Scale): Html | null {
  const both = band?.low.flatMap((low, i) => (isKnown(low) && isKnown(band.high[i]) ? [i] : [])) ?? [];
  if (band === undefined || both.length < 2) return null;
  const edge = (values: readonly (number | null)[], indices: number[]) =>
    indices.map((i) => `${x(i)} ${y(values[i]!)}`);
  const path = [...edge(band.high, both), ...edge(band.low, both.toReversed())].join("L");
  return markup`<path class="band" d="M${path}Z"/>`;
}

function ringOf(x: number, y: number, { text, isBelow }: NonNullable<LinePanel["best"]>): Html {
  const anchor = x > PLOT.right - 80 ? "end" : x < PLOT.left + 80 ? "start" : "middle";
  const label = svgText(x, isBelow ? y + 30 : y - 11, text, anchor);
  return markup`<g class="best green"><circle cx="${x}" cy="${y}" r="6"/>${label}</g>`;
}

function lineOf(path: string, { style: { dash } }: Curve): Html {
  return markup`<path d="${path}"${new Html(dash.length === 0 ? "" : ` stroke-dasharray="${dash.join(" ")}"`)}/>`;
}

/** A text in an SVG; style.css gives it its size and colour. */
function svgText(x: number, y: number, text: string, anchor: "start" | "middle" | "end"): Html {
  return markup`<text x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`;
}

/** All values as a collapsed table; the first field of a row is its heading. */
function tableOf({ panels }: Lines, { x, isEpochs }: LineLayout): Html {
  const columns = panels.flatMap(({ series, unit }) => series.map((one) => ({ ...one, unit })));
  const head = [isEpochs ? "epoch" : x.label.split(":")[0], ...columns.map(({ label }) => label)];
  const body = x.places.map((place, i) =>
    markup`<tr><th scope="row">${place}</th>${
      columns.map(({ values, unit }) => markup`<td>${figureText(values[i], unit)}</td>`)
    }</tr>`
  );
  return markup`<details><summary>Values</summary>
<div class="scroll" tabindex="0" role="region" aria-label="Values"><table class="values">
<thead><tr>${head.map((text) => markup`<th scope="col">${text}</th>`)}</tr></thead>
<tbody>${body}</tbody></table></div></details>`;
}
