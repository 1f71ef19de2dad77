/** Many lines over common axes as a picture. */
import type { Chart, Traces } from "../marks.ts";
import { cssOf, rankShade } from "../paint.ts";
import { MARGIN, MARKS, SIZES, SURFACE, TEXTS } from "../theme.ts";
import { type LaidGroup, layOutTraces } from "../traces_layout.ts";
import { type Context, renderSheet, strokePath, writeText } from "./canvas.ts";
import { chartHeading } from "./chart_options.ts";

/** The widths of lines, and of the marks at their ends. */
const WIDTHS = { failed: [1, 1.6], faint: [1, 5], plain: [1.4, 7], best: [3.5, 10], halo: [7, 14] };
const OPACITY = { failed: 0.7, faint: 0.5, plain: 0.85, best: 1, halo: 1 };
/** From this many lines on, each is fainter. */
const MANY = 150;

/** Draws lines, as large as they are laid out. */
export function tracesPng(chart: Chart, traces: Traces): Uint8Array<ArrayBuffer> {
  const { size, grid, axes, rules, groups, legend, texts } = layOutTraces(traces);
  const width = size.width + 2 * MARGIN;
  const isMany = traces.traces.length > MANY;
  return renderSheet({
    heading: chartHeading(chart, size.width),
    width,
    height: size.height,
    draw(context, { top }) {
      context.translate(MARGIN, top);
      context.lineJoin = "round";
      strokePath(context, grid, SURFACE.grid, 1);
      groups.forEach((group) => drawGroup(context, group, isMany));
      legend.forEach((group) => drawGroup(context, group, false));
      strokePath(context, axes, TEXTS.grey, 1);
      context.setLineDash([4, 3]);
      strokePath(context, rules, TEXTS.grey, 1);
      for (const { x, y, text, align, colour } of texts) {
        writeText(context, text, x, y, { size: SIZES.tick, colour: TEXTS[colour], align, halo: true });
      }
    },
  });
}

function drawGroup(context: Context, { look, rank, lines, ends }: LaidGroup, isMany: boolean): void {
  const [line, end] = WIDTHS[look];
  const colour = { failed: MARKS.vermilion, best: MARKS.green, halo: SURFACE.paper }[look as string] ??
    cssOf(rankShade(rank));
  context.save();
  context.globalAlpha = OPACITY[look] * (isMany && look !== "best" && look !== "halo" ? 0.5 : 1);
  context.lineCap = "round";
  for (const { d, isPoint } of lines) {
    context.setLineDash(look === "failed" && !isPoint ? [3, 3] : []);
    strokePath(context, d, colour, isPoint ? end : line);
  }
  context.setLineDash([]);
  strokePath(context, ends, colour, end);
  context.restore();
}
