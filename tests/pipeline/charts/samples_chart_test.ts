import { assertEquals, assertGreater } from "@std/assert";
import { samplesChart } from "../../../pipeline/charts/charts.ts";
import { displaySize, imageShape } from "../../../pipeline/charts/draw_image.ts";
import { SURFACE } from "../../../pipeline/charts/chart_theme.ts";
import { boxOf, type Colour, equalTo, Picture } from "./picture.ts";

const grey = (value: number) => (colour: Colour) => colour.every((part) => part === value);
const flat = (value: number, length = 784) => new Uint8Array(length).fill(value);
const sheet = { title: "samples", width: 28, height: 28 };

Deno.test("samplesChart() draws six images in two rows of three, in order, labels above", async () => {
  const greys = [11, 51, 91, 131, 171, 211];
  const items = greys.map((value, i) => ({ pixels: flat(value), label: String(i) }));
  const picture = await Picture.decode(samplesChart({ ...sheet, items }));
  assertEquals(picture.width, 960);
  const boxes = greys.map((value) => boxOf(picture.find(grey(value))));
  for (const { left, right, top, bottom } of boxes) {
    assertEquals([right - left + 1, bottom - top + 1], [224, 224]);
    assertGreater(picture.ink({ left, right, top: top - 26, bottom: top - 6 }), 300, "label");
  }
  assertEquals(boxes.map((box) => box.left), [118, 368, 618, 118, 368, 618]);
  assertEquals(new Set(boxes.slice(0, 3).map((box) => box.top)).size, 1);
  assertGreater(boxes[3].top, boxes[0].bottom);
  assertEquals(picture.inkAtEdges(), 0);
});

Deno.test("samplesChart() draws every pixel as a sharp square of its grey value", async () => {
  const pixels = Float32Array.from({ length: 784 }, (_, i) => (i * 7) % 256);
  const picture = await Picture.decode(samplesChart({ ...sheet, items: [{ pixels, label: "5" }] }));
  const frame = boxOf(picture.find(equalTo(SURFACE.frame)));
  const [left, top] = [frame.left + 1, frame.top + 1];
  for (let row = 0; row < 28; row++) {
    for (let column = 0; column < 28; column++) {
      for (const offset of [0, 7]) {
        const [found] = picture.colourAt(left + column * 8 + offset, top + row * 8 + offset);
        assertEquals(found, pixels[row * 28 + column], `row ${row}, column ${column}`);
      }
    }
  }
});

Deno.test("samplesChart() draws 24 images and cuts labels that are too long", async () => {
  const items = Array.from({ length: 24 }, (_, i) => ({ pixels: flat(i * 10 + 5), label: "a very long label indeed" }));
  const picture = await Picture.decode(samplesChart({ ...sheet, items }));
  const boxes = items.map(({ pixels }) => boxOf(picture.find(grey(pixels[0]))));
  assertEquals(boxes.every((box) => box.right - box.left === 139 && box.bottom - box.top === 139), true);
  assertEquals(new Set(boxes.map((box) => box.top)).size, 4);
  assertEquals(picture.inkAtEdges(), 0);
});

Deno.test("samplesChart() keeps the shape of images that are not square", async () => {
  const picture = await Picture.decode(
    samplesChart({ title: "t", width: 20, height: 10, items: [{ pixels: flat(77, 200), label: "x" }] }),
  );
  const { left, right, top, bottom } = boxOf(picture.find(grey(77)));
  assertEquals([right - left + 1, bottom - top + 1], [220, 110]);
});

Deno.test("samplesChart() draws pixels out of range, NaN, values that are no image, and no samples at all", async () => {
  const odd = new Float32Array(784).fill(-5);
  odd[0] = NaN;
  odd[1] = 1e9;
  const items = [{ pixels: odd, label: "odd" }, { pixels: flat(99, 50), label: "no image" }];
  const picture = await Picture.decode(samplesChart({ ...sheet, items }));
  const black = boxOf(picture.find(grey(0), { right: 470 }));
  assertEquals(picture.colourAt(black.left + 4, black.top + 4), [0, 0, 0]);
  assertEquals(picture.colourAt(black.left + 12, black.top + 4), [255, 255, 255]);
  assertGreater(picture.find(grey(99)).length, 30_000);
  assertEquals((await Picture.decode(samplesChart({ ...sheet, items: [] }))).inkAtEdges(), 0);
});

Deno.test("imageShape() falls back to a near-square when the values do not fill the image", () => {
  assertEquals(imageShape({ width: 28, height: 28 }, 784), { width: 28, height: 28 });
  assertEquals(imageShape({ width: 8, height: 2 }, 16), { width: 8, height: 2 });
  assertEquals(imageShape({ width: 28, height: 28 }, 16), { width: 4, height: 4 });
  assertEquals(imageShape({ width: 28, height: 28 }, 17), { width: 5, height: 4 });
  assertEquals(imageShape({ width: 0, height: 0 }, 0), { width: 1, height: 1 });
});

Deno.test("displaySize() enlarges by whole factors and shrinks what is too large", () => {
  assertEquals(displaySize({ width: 28, height: 28 }, 140), { width: 140, height: 140 });
  assertEquals(displaySize({ width: 28, height: 14 }, 139), { width: 112, height: 56 });
  assertEquals(displaySize({ width: 1000, height: 500 }, 100), { width: 100, height: 50 });
  assertEquals(displaySize({ width: 1000, height: 1 }, 100), { width: 100, height: 1 });
});
