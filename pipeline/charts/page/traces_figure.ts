/** Many lines as SVG, each with a title that the pointer shows. style.css has the colours. */
import type { Traces } from "../marks.ts";
import { type LaidGroup, layOutTraces } from "../traces_layout.ts";
import { SIZES } from "../theme.ts";
import { rounded } from "../svg.ts";
import { type Html, markup } from "../../text/markup.ts";

/** A wider chart keeps its size and is scrolled where there is no room. */
const SCALED_WIDTH = 400;
/** From this many lines on, each is fainter. */
const MANY = 150;

/** The lines over their axes. */
export function tracesFigure(title: string, traces: Traces): Html {
  const { size: { width, height }, grid, axes, rules, groups, legend, texts } = layOutTraces(traces);
  const isScaled = width <= SCALED_WIDTH;
  const fixed = isScaled ? null : markup` width="${width}" height="${height}"`;
  const anchors = { left: "start", center: "middle", right: "end" };
  // The baseline lies about a third of the font size below the middle of its letters.
  const written = texts.map(({ x, y, text, align, colour }) =>
    markup`<text class="${colour}" x="${x}" y="${rounded(y + SIZES.tick * 0.36)}" text-anchor="${
      anchors[align]
    }">${text}</text>`
  );
  const svg = markup`<svg class="traces${
    traces.traces.length > MANY ? " many" : ""
  }" viewBox="0 0 ${width} ${height}"${fixed} role="img" aria-label="${title}">
<g class="grid"><path d="${grid}"/></g><g${traces.traces.length > MANY ? markup` class="many"` : null}>${
    groups.map(groupOf)
  }</g>${legend.map(groupOf)}
<path class="axes" d="${axes}"/><path class="rules" d="${rules}"/><g class="ticks">${written}</g></svg>`;
  if (isScaled) return svg;
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${title}">${svg}</div>`;
}

function groupOf({ look, rank, lines, ends }: LaidGroup): Html {
  const paths = lines.map(({ d, title, isPoint }) =>
    markup`<path${isPoint ? markup` class="end"` : null} d="${d}">${
      title === "" ? null : markup`<title>${title}</title>`
    }</path>`
  );
  const marks = ends === "" ? null : markup`<path class="end" d="${ends}"/>`;
  return markup`<g class="${look} rank${rank}">${paths}${marks}</g>`;
}
