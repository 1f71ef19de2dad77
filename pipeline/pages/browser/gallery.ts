/// <reference lib="dom" />
/** Paints the images of a page's charts, with a pager for long lists. */
import { type Paint, paintOf, signedShade } from "../../charts/paint.ts";
import { PER_PAGE } from "../../charts/page/images_figure.ts";
import { type PackedImages, unpackImage } from "../../charts/page/packed.ts";

const GREY = paintOf("grey");

/** Paints all images in `root`, and starts their pagers. */
export function startGalleries(root: ParentNode): void {
  for (const block of root.querySelectorAll("script.pixels")) {
    startFigure(block.parentElement!, JSON.parse(block.textContent));
  }
}

/** Paints an image of bytes on a canvas. */
export function paint(
  canvas: HTMLCanvasElement,
  bytes: Uint8Array,
  width: number,
  height: number,
  colour: Paint = GREY,
): void {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(width, height);
  for (let i = 0; i < width * height; i++) image.data.set([...colour(bytes, i), 255], 4 * i);
  context.putImageData(image, 0, 0);
}

function startFigure(figure: HTMLElement, packed: PackedImages): void {
  const { width, height, colours } = packed;
  const colour: Paint = colours === "signed" ? (bytes, i) => signedShade((bytes[i] - 128) / 127) : paintOf(colours);
  const waiting = new Map([...figure.querySelectorAll("canvas")].entries());
  // Painting thousands of canvases takes long: only visible ones are painted.
  const paintSeen = () => {
    for (const [i, canvas] of waiting) {
      if (canvas.closest("li")!.hidden) continue;
      paint(canvas, unpackImage(packed, i), width, height, colour);
      waiting.delete(i);
    }
  };
  paintSeen();
  const pager = figure.querySelector<HTMLElement>(".pager");
  if (pager !== null) startPager(pager, [...figure.querySelectorAll<HTMLLIElement>(".images li")], paintSeen);
}

function startPager(pager: HTMLElement, items: readonly HTMLLIElement[], onTurn: () => void): void {
  const choice = pager.querySelector("select");
  const place = pager.querySelector("output")!;
  const [before, after] = pager.querySelectorAll("button");
  let start = 0;

  const show = (from: number) => {
    const group = choice?.value ?? "";
    const chosen = items.filter(({ dataset }) => group === "" || dataset.group === group);
    start = Math.max(0, Math.min(from, chosen.length - 1));
    const seen = new Set(chosen.slice(start, start + PER_PAGE));
    for (const item of items) item.hidden = !seen.has(item);
    place.textContent = `${start + 1}–${Math.min(start + PER_PAGE, chosen.length)} of ${chosen.length}`;
    before.disabled = start === 0;
    after.disabled = start + PER_PAGE >= chosen.length;
    onTurn();
  };

  before.addEventListener("click", () => show(start - PER_PAGE));
  after.addEventListener("click", () => show(start + PER_PAGE));
  choice?.addEventListener("change", () => show(0));
  pager.hidden = false;
  show(0);
}
