/** The reliability diagram as SVG, and its numbers as a table. */
import type { Reliability, ReliabilityBin } from "../marks.ts";
import { rounded } from "../svg.ts";
import { type Html, markup } from "../../text/markup.ts";
import { countText, percentText } from "../../text/numbers.ts";
import { svgText, valuesTable } from "./figure_parts.ts";

const PLOT = { left: 62, right: 622, top: 22, bottom: 332 };
/** The counts below the shares. */
const COUNTS = { top: 366, bottom: 436 };
const HEIGHT = 480;
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];

const xOf = (share: number) => rounded(PLOT.left + share * (PLOT.right - PLOT.left));
const yOf = (share: number) => rounded(PLOT.bottom - share * (PLOT.bottom - PLOT.top));

/** The diagram. */
export function reliabilityFigure(title: string, { bins }: Reliability): Html {
  const most = Math.max(...bins.map(({ count }) => count));
  if (most === 0) return markup`<p class="empty">No confidence was recorded.</p>`;
  const diagonal = `M${xOf(0)} ${yOf(0)}L${xOf(1)} ${yOf(1)}`;
  const texts = [
    ...TICKS.map((tick) => svgText(PLOT.left - 8, yOf(tick) + 4, percentText(tick, 0), "end")),
    ...TICKS.map((tick) => svgText(xOf(tick), COUNTS.bottom + 20, percentText(tick, 0), "middle")),
    svgText(PLOT.left, PLOT.top - 9, "accuracy: share that is correct", "start"),
    svgText(PLOT.left, COUNTS.top - 12, "predictions", "start"),
    svgText(PLOT.right, HEIGHT - 6, "confidence: probability of the predicted class", "end"),
  ];
  const rows = bins.map(({ from, to, count, confidence, accuracy }) => {
    const bin = `${percentText(from, 0)} to ${percentText(to, 0)}`;
    return [bin, countText(count), percentText(confidence), percentText(accuracy)];
  });
  return markup`<ul class="legend">
<li class="blue"><span class="key"></span>accuracy of the bin</li>
<li class="vermilion"><span class="key gap"></span>its gap to the mean confidence</li>
<li><svg viewBox="0 0 26 10" aria-hidden="true"><path d="M1 5H25" stroke-dasharray="5 4"/></svg>perfect calibration</li>
</ul>
<svg class="bins" viewBox="0 0 640 ${HEIGHT}" role="img" aria-label="${title}">
<g class="grid">${TICKS.map((tick) => markup`<path d="M${PLOT.left} ${yOf(tick)}H${PLOT.right}"/>`)}</g>
<g class="ticks">${texts}</g>
${bins.map((bin) => binOf(bin, most))}
<path class="under" d="${diagonal}"/><path class="diagonal" d="${diagonal}" stroke-dasharray="5 4"/></svg>
${valuesTable(["confidence", "predictions", "mean confidence", "accuracy"], rows)}`;
}

/** The bar of a bin, the gap between its accuracy and its confidence, and below how many predictions it has. */
function binOf({ from, to, count, accuracy, confidence }: ReliabilityBin, most: number): Html {
  const [left, width] = [xOf(from) + 2, rounded(xOf(to) - xOf(from) - 4)];
  const box = (name: string, top: number, bottom: number) =>
    markup`<rect class="${name}" x="${left}" y="${top}" width="${width}" height="${rounded(bottom - top)}"/>`;
  const top = rounded(COUNTS.bottom - count / most * (COUNTS.bottom - COUNTS.top));
  const number = svgText(rounded(left + width / 2), top - 5, countText(count), "middle");
  const counted = markup`<g class="ticks">${box("count", top, COUNTS.bottom)}${number}</g>`;
  if (accuracy === null || confidence === null) return counted;
  const [end, sure] = [yOf(accuracy), yOf(confidence)];
  return markup`${box("bar", end, PLOT.bottom)}${box("gap", Math.min(end, sure), Math.max(end, sure))}
<path class="bar" d="M${left} ${end}h${width}"/>${counted}`;
}
