/** A chart of curves over epochs as SVG. Its values are in the page as a table too, which the pointer and keys read. */
import type { CurvesData, Series } from "./page_data.ts";
import { Html, html } from "./markup.ts";
import { figureText, logTicksOver, percentText, ticksOver } from "./page_numbers.ts";

const WIDTH = 640;
const HEIGHT = 300;
/** The area in which the curves are drawn. */
export const PLOT = { left: 58, right: 622, top: 14, bottom: 256 };
/** Longest curve, in epochs, of which every point is marked. */
const MARKED_EPOCHS = 60;

/** A value as the chart writes it. */
export function valueText(value: number | null, unit: CurvesData["unit"]): string {
  return unit === "share" ? percentText(value) : figureText(value);
}

/** Where an epoch is, from left to right; a single epoch stands in the middle. */
export function xOf(epoch: number, first: number, last: number): number {
  if (last === first) return (PLOT.left + PLOT.right) / 2;
  return PLOT.left + (epoch - first) / (last - first) * (PLOT.right - PLOT.left);
}

/** The chart with its legend and its table. */
export function curvesFigure(data: CurvesData): Html {
  const { title, about, series, firstEpoch, unit } = data;
  const last = lastEpochOf(data);
  const legend = series.map((one) =>
    html`<li class="${one.colour}"><svg viewBox="0 0 26 10" aria-hidden="true">${
      line("M1 5H25", one)
    }</svg>${one.label} <b>${valueText(lastValue(one), unit)}</b></li>`
  );
  return html`<figure class="chart"><figcaption><h3>${title}</h3><p>${about}</p></figcaption>
<ul class="legend">${legend}</ul>
<div class="plot" tabindex="0" role="group" aria-label="${title}: arrow keys read the values epoch by epoch"
 data-first="${firstEpoch}" data-last="${last}">${svgOf(data, last)}<output class="reading" hidden></output></div>
${tableOf(data)}</figure>`;
}

function svgOf(data: CurvesData, last: number): Html {
  const { series, firstEpoch, unit, title } = data;
  const known = series.flatMap(({ values, band }) => [...values, ...band?.low ?? [], ...band?.high ?? []])
    .filter((value) => value !== null);
  if (known.length === 0) return html`<p class="empty">No value is a finite number.</p>`;
  const { ticks, share } = axisOf(known, unit);
  const y = (value: number) => PLOT.bottom - share(value) * (PLOT.bottom - PLOT.top);
  const x = (epoch: number) => xOf(epoch, firstEpoch, last);
  const epochs = ticksOver(firstEpoch, last, 8).filter((e) => Number.isInteger(e) && e >= firstEpoch && e <= last);
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title} over epochs ${firstEpoch} to ${last}">
<g class="grid">${
    ticks.map((tick) =>
      html`
        <path d="M${PLOT.left} ${place(y(tick))}H${PLOT.right}" />
      `
    )
  }</g>
<g class="ticks">${
    ticks.map((tick) =>
      html`<text x="${PLOT.left - 8}" y="${place(y(tick) + 4)}" text-anchor="end">${tickText(tick, unit)}</text>`
    )
  }${epochs.map((e) => html`<text x="${place(x(e))}" y="${PLOT.bottom + 20}" text-anchor="middle">${e}</text>`)}
<text x="${PLOT.right}" y="${HEIGHT - 5}" text-anchor="end">epoch</text></g>
<path class="cursor" d=""/>${series.map((one) => curveOf(one, (i) => x(firstEpoch + i), y))}</svg>`;
}

function curveOf(series: Series, x: (index: number) => number, y: (value: number) => number): Html {
  let path = "";
  const points: [number, number][] = [];
  series.values.forEach((value, i) => {
    if (value === null) return;
    path += `${(series.values[i - 1] ?? null) === null ? "M" : "L"}${place(x(i))} ${place(y(value))}`;
    points.push([x(i), y(value)]);
  });
  const marks = series.values.length > MARKED_EPOCHS ? [] : points.map(([cx, cy]) =>
    html`
      <circle cx="${place(cx)}" cy="${place(cy)}" r="2.6" />
    `
  );
  return html`<g class="curve ${series.colour}">${bandOf(series, x, y)}${line(path, series)}${marks}</g>`;
}

/** The area between the lowest and the highest, where both are known. */
function bandOf({ band }: Series, x: (index: number) => number, y: (value: number) => number): Html | null {
  if (band === undefined) return null;
  const known = band.low.flatMap((low, i) => (low === null || band.high[i] === null ? [] : [i]));
  const edge = (values: readonly (number | null)[], indices: number[]) =>
    indices.map((i) => `${place(x(i))} ${place(y(values[i]!))}`);
  if (known.length < 2) return null;
  const outline = [...edge(band.high, known), ...edge(band.low, known.toReversed())].join("L");
  return html`
    <path class="band" d="M${outline}Z" />
  `;
}

function line(path: string, { dashed }: Series): Html {
  return html`
    <path d="${path}" ${new Html(dashed ? ' stroke-dasharray="6 4"' : "")} />
  `;
}

function tableOf({ series, firstEpoch, unit }: CurvesData): Html {
  const count = Math.max(...series.map(({ values }) => values.length));
  const rows = Array.from(
    { length: count },
    (_, i) =>
      html`<tr><th scope="row">${firstEpoch + i}</th>${
        series.map(({ values }) => html`<td>${valueText(values[i] ?? null, unit)}</td>`)
      }</tr>`,
  );
  return html`
    <details>
      <summary>Values</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="Values">
        <table class="values">
          <thead>
            <tr><th scope="col">epoch</th>${series.map(({ label }) => html`<th scope="col">${label}</th>`)}</tr>
          </thead>
          <tbody>${rows}</tbody>
        </table>
      </div>
    </details>
  `;
}

/** Values that differ by more than this factor are shown by their logarithms. */
const WIDE = 20;

/** The ticks of the values' axis, and where between the lowest and the highest of them a value lies, from 0 to 1. */
function axisOf(
  values: readonly number[],
  unit: CurvesData["unit"],
): { ticks: number[]; share(value: number): number } {
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const isWide = unit === "number" && low > 0 && high > WIDE * low;
  const ticks = isWide ? logTicksOver(low, high) : ticksOver(...rangeOf(low, high, unit), 5);
  const scale = isWide ? Math.log10 : Number;
  const [from, to] = [scale(ticks[0]), scale(ticks[ticks.length - 1])];
  return { ticks, share: (value) => (scale(value) - from) / (to - from || 1) };
}

/** From 0 for numbers; shares as close as they lie, but never closer than a percent. */
function rangeOf(low: number, high: number, unit: CurvesData["unit"]): [number, number] {
  if (unit === "number") return [Math.min(0, low), high > low || high > 0 ? high : low + 1];
  return high - low < 0.01 ? [Math.max(0, low - 0.01), Math.min(1, low + 0.01)] : [low, high];
}

function lastEpochOf({ series, firstEpoch }: CurvesData): number {
  return firstEpoch + Math.max(1, ...series.map(({ values }) => values.length)) - 1;
}

function lastValue({ values }: Series): number | null {
  return values.findLast((value) => value !== null) ?? null;
}

function tickText(tick: number, unit: CurvesData["unit"]): string {
  return unit === "share" ? `${Number((tick * 100).toPrecision(6))} %` : figureText(tick);
}

function place(pixels: number): string {
  return String(Math.round(pixels * 10) / 10);
}
