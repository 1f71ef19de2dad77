/** The reliability diagram as SVG, and its numbers as a table. */
import type { Reliability, ReliabilityBin } from "../marks.ts";
import { type Html, markup } from "../../text/markup.ts";
import { countText, percentText } from "../../text/numbers.ts";
import { valuesTable } from "./lines_figure.ts";

const PLOT = { left: 62, right: 622, top: 22, bottom: 332 };
/** The counts below the shares. */
const COUNTS = { top: 366, bottom: 436 };
const HEIGHT = 480;

/** The diagram. */
export function reliabilityFigure(title: string, { bins }: Reliability): Html {
  if (bins.every(({ count }) => count === 0)) return markup`<p class="empty">No confidence was recorded.</p>`;
  const most = Math.max(...bins.map(({ count }) => count));
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];
  return markup`<ul class="legend">
<li class="blue"><span class="key"></span>accuracy of the bin</li>
<li class="vermilion"><span class="key gap"></span>its gap to the mean confidence</li>
<li><svg viewBox="0 0 26 10" aria-hidden="true"><path d="M1 5H25" stroke-dasharray="5 4"/></svg>perfect calibration</li>
</ul>
<svg class="bins" viewBox="0 0 640 ${HEIGHT}" role="img" aria-label="${title}">
<g class="grid">${ticks.map((tick) => markup`<path d="M${PLOT.left} ${yOf(tick)}H${PLOT.right}"/>`)}</g>
<g class="ticks">${ticks.map((tick) => tickOf(PLOT.left - 8, yOf(tick) + 4, percentText(tick, 0), "end"))}${
    ticks.map((tick) => tickOf(xOf(tick), COUNTS.bottom + 20, percentText(tick, 0), "middle"))
  }${tickOf(PLOT.left, PLOT.top - 9, "accuracy: share that is correct", "start")}${
    tickOf(PLOT.left, COUNTS.top - 12, "predictions", "start")
  }${tickOf(PLOT.right, HEIGHT - 6, "confidence: probability of the predicted class", "end")}</g>
${bins.map((bin) => binOf(bin, most))}
<path class="under" d="M${xOf(0)} ${yOf(0)}L${xOf(1)} ${yOf(1)}"/>
<path class="diagonal" d="M${xOf(0)} ${yOf(0)}L${xOf(1)} ${yOf(1)}" stroke-dasharray="5 4"/></svg>
${tableOf(bins)}`;
}

function xOf(share: number): number {
  return rounded(PLOT.left + share * (PLOT.right - PLOT.left));
}

function yOf(share: number): number {
  return rounded(PLOT.bottom - share * (PLOT.bottom - PLOT.top));
}

function tickOf(x: number, y: number, text: string, anchor: "start" | "middle" | "end"): Html {
  return markup`<text x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`;
}

/** The bar of a bin, the gap between its accuracy and its confidence, and below how many predictions it has. */
function binOf({ from, to, count, accuracy, confidence }: ReliabilityBin, most: number): Html {
  const [left, width] = [xOf(from) + 2, xOf(to) - xOf(from) - 4];
  const box = (name: string, top: number, bottom: number) =>
    markup`<rect class="${name}" x="${left}" y="${top}" width="${rounded(width)}" height="${rounded(bottom - top)}"/>`;
  const top = rounded(COUNTS.bottom - count / most * (COUNTS.bottom - COUNTS.top));
  const counted = [
    box("count", top, COUNTS.bottom),
    tickOf(rounded(left + width / 2), top - 5, countText(count), "middle"),
  ];
  if (accuracy === null || confidence === null) return markup`<g class="ticks">${counted}</g>`;
  const [right, sure] = [yOf(accuracy), yOf(confidence)];
  const gap = box("gap", Math.min(right, sure), Math.max(right, sure));
  return markup`${box("bar", right, PLOT.bottom)}${gap}<path class="bar" d="M${left} ${right}h${
    rounded(width)
  }"/><g class="ticks">${counted}</g>`;
}

function tableOf(bins: readonly ReliabilityBin[]): Html {
  const rows = bins.map(({ from, to, count, confidence, accuracy }) => {
    const bin = `${percentText(from, 0)} to ${percentText(to, 0)}`;
    return [bin, countText(count), percentText(confidence), percentText(accuracy)];
  });
  return valuesTable(["confidence", "predictions", "mean confidence", "accuracy"], rows);
}

function rounded(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
