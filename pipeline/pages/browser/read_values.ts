/// <reference lib="dom" />
/** Shows the values of curves at the pointer, or step by step with the arrow keys. */
import { PLOT, xOf } from "../../charts/page/lines_figure.ts";

/** Makes the values of all curves in `root` readable. */
export function startReading(root: ParentNode): void {
  for (const plot of root.querySelectorAll<HTMLElement>(".plot")) startPlot(plot);
}

function startPlot(plot: HTMLElement): void {
  const output = plot.querySelector<HTMLOutputElement>(".reading")!;
  const cursor = plot.querySelector<SVGPathElement>(".cursor")!;
  const [top, bottom] = cursor.dataset.span!.split(" ");
  const { tHead, tBodies } = plot.parentElement!.querySelector<HTMLTableElement>(".values")!;
  const labels = [...tHead!.rows[0].cells].map((cell) => cell.textContent);
  const rows = [...tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent));
  const places = rows.map(([place]) => Number(place));
  const last = places.length - 1;
  let reading: number | null = null;

  const show = (at: number | null) => {
    reading = at;
    output.hidden = at === null;
    cursor.setAttribute("d", "");
    if (at === null) return;
    const x = xOf(places[at], places);
    cursor.setAttribute("d", `M${x} ${top}V${bottom}`);
    output.textContent = rows[at].map((text, i) => `${labels[i]}  ${text}`).join("\n");
    const room = plot.clientWidth - output.offsetWidth;
    const wanted = x / PLOT.width * plot.clientWidth + 12;
    output.style.left = `${Math.max(0, wanted > room ? wanted - output.offsetWidth - 24 : wanted)}px`;
  };

  plot.addEventListener("pointermove", (event) => {
    const { left, width } = plot.getBoundingClientRect();
    const x = (event.clientX - left) / width * PLOT.width;
    const distances = places.map((place) => Math.abs(xOf(place, places) - x));
    show(distances.indexOf(Math.min(...distances)));
  });
  plot.addEventListener("pointerleave", () => show(null));
  plot.addEventListener("blur", () => show(null));
  plot.addEventListener("keydown", (event) => {
    const targets: Record<string, number | null> = {
      ArrowLeft: Math.max(0, (reading ?? last + 1) - 1),
      ArrowRight: Math.min(last, (reading ?? -1) + 1),
      Home: 0,
      End: last,
      Escape: null,
    };
    if (!(event.key in targets)) return;
    event.preventDefault();
    show(targets[event.key]);
  });
}
