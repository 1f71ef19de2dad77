import { assertEquals, assertThrows } from "@std/assert";
import "../../../pipeline/charts/png/own_fonts_only.ts";
import { inflateSync } from "node:zlib";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { encodePng } from "../../../pipeline/charts/png/png_encoder.ts";
import { curve } from "../../../pipeline/charts/marks.ts";
import { pngOf } from "./picture.ts";

/** Pixels of any colour, all opaque. */
function pixels(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: 4 * width * height }, (_, i) => (i % 4 === 3 ? 255 : (i * i * 7 + 31 * i) % 256));
}

Deno.test("encodePng() writes pictures in which another program finds the same pixels", async () => {
  for (const [width, height] of [[1, 1], [7, 3], [3, 500], [640, 2]]) {
    const rgba = pixels(width, height);
    const image = await loadImage(encodePng(rgba, width, height));
    assertEquals([image.width, image.height], [width, height]);
    const context = createCanvas(width, height).getContext("2d");
    context.drawImage(image, 0, 0);
    assertEquals(new Uint8Array(context.getImageData(0, 0, width, height).data), rgba);
  }
});

Deno.test("encodePng() refuses a wrong number of pixels", () => {
  assertThrows(
    () => encodePng(new Uint8Array(12), 2, 2),
    RangeError,
    "Expected 2 × 2 pixels of 4 bytes, found 12 bytes",
  );
});

Deno.test("charts are written by encodePng(), which does not filter rows", async () => {
  const panel = { label: "loss", unit: "number", series: [curve("test", [3, 2, 1])] } as const;
  const png = await pngOf({ kind: "lines", panels: [panel] });
  const view = new DataView(png.buffer);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  // Signature and header take 33 bytes, the next chunk's length and name 8.
  const rows = inflateSync(png.subarray(41, 41 + view.getUint32(33)));
  assertEquals(rows.length, height * (1 + 4 * width));
  for (let y = 0; y < height; y++) assertEquals(rows[y * (1 + 4 * width)], 0);
});
