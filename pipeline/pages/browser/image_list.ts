/// <reference lib="dom" />
/** Images of digits on canvases. */
import type { PackedImages } from "../page_data.ts";
import { fromBase64, unpackZeros } from "../packed.ts";

/** The bytes of an image. */
export function imageBytes({ width, height, images }: PackedImages, index: number): Uint8Array {
  return unpackZeros(fromBase64(images[index]), width * height);
}

/** Paints grey bytes on a canvas. */
export function paint(canvas: HTMLCanvasElement, bytes: Uint8Array, width: number, height: number): void {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(width, height);
  bytes.forEach((value, i) => image.data.set([value, value, value, 255], 4 * i));
  context.putImageData(image, 0, 0);
}

/** A list's entry: an image, and words under it. */
export function imageItem(
  packed: PackedImages,
  index: number,
  label: string,
  words: readonly { text: string; kind: string }[],
): HTMLLIElement {
  const item = document.createElement("li");
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
  paint(canvas, imageBytes(packed, index), packed.width, packed.height);
  item.append(canvas);
  for (const { text, kind } of words) {
    const line = document.createElement("div");
    line.className = kind;
    line.textContent = text;
    item.append(line);
  }
  return item;
}
