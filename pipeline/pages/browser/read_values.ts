/// <reference lib="dom" />
/** Reading a chart's values: where the pointer is, or epoch by epoch with the arrow keys. */
import { PLOT, xOf } from "../curves_figure.ts";

/** The width that a chart's SVG is drawn for. */
const DRAWN_WIDTH = 640;

/** Brings all charts in `root` to life. */
export function startReading(root: ParentNode): void {
  for (const plot of root.querySelectorAll<HTMLElement>(".plot")) startPlot(plot);
}

function startPlot(plot: HTMLElement): void {
  const output = plot.querySelector<HTMLOutputElement>(".reading")!;
  const cursor = plot.querySelector<SVGPathElement>(".cursor");
  const table = plot.parentElement!.querySelector<HTMLTableElement>(".values")!;
  const [first, last] = [Number(plot.dataset.first), Number(plot.dataset.last)];
  if (cursor === null) return;
  let epoch: number | null = null;

  const show = (at: number | null) => {
    epoch = at;
    output.hidden = at === null;
    cursor.setAttribute("d", "");
    if (at === null) return;
    const x = xOf(at, first, last);
    cursor.setAttribute("d", `M${x} ${PLOT.top}V${PLOT.bottom}`);
    output.textContent = textOf(table, at - first);
    const room = plot.clientWidth - output.offsetWidth;
    const wanted = x / DRAWN_WIDTH * plot.clientWidth + 12;
    output.style.left = `${Math.max(0, wanted > room ? wanted - output.offsetWidth - 24 : wanted)}px`;
  };

  plot.addEventListener("pointermove", (event) => {
    const { left, width } = plot.getBoundingClientRect();
    const x = (event.clientX - left) / width * DRAWN_WIDTH;
    const share = (x - PLOT.left) / (PLOT.right - PLOT.left);
    show(Math.min(last, Math.max(first, Math.round(first + share * (last - first)))));
  });
  plot.addEventListener("pointerleave", () => show(null));
  plot.addEventListener("blur", () => show(null));
  plot.addEventListener("keydown", (event) => {
    const targets: Record<string, number | null> = {
      ArrowLeft: Math.max(first, (epoch ?? last + 1) - 1),
      ArrowRight: Math.min(last, (epoch ?? first - 1) + 1),
      Home: first,
      End: last,
      Escape: null,
    };
    if (!(event.key in targets)) return;
    event.preventDefault();
    show(targets[event.key]);
  });
}

/** An epoch's values, a line a curve. */
function textOf(table: HTMLTableElement, index: number): string {
  const labels = [...table.tHead!.rows[0].cells].map((cell) => cell.textContent);
  const cells = [...(table.tBodies[0].rows[index]?.cells ?? [])].map((cell) => cell.textContent);
  return cells.map((text, i) => `${labels[i]}  ${text}`).join("\n");
}
