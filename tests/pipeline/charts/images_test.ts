import { assert, assertEquals, assertGreater, assertRejects } from "@std/assert";
import type { Bar, ImageItem, Images, Line, Pixels } from "../../../pipeline/charts/marks.ts";
import { signedShade } from "../../../pipeline/charts/paint.ts";
import { displaySize, placeBars } from "../../../pipeline/charts/image_layout.ts";
import { MARKS, SURFACE, TEXTS } from "../../../pipeline/charts/theme.ts";
import { boxOf, type Colour, equalTo, pictureOf } from "./picture.ts";

const is = (wanted: readonly number[]) => (colour: Colour) => colour.every((part, i) => part === wanted[i]);
const grey = (value: number) => is([value, value, value]);
const flat = (value: number, length = 784) => new Uint8Array(length).fill(value);
const signed = (value: number, length = 784) => new Float32Array(length).fill(value);
const [negative, positive] = [is(signedShade(-1)), is(signedShade(1))];
const item = (pixels: Pixels, ...caption: Line[]): ImageItem => ({ pixels, caption });
const imagesOf = (items: ImageItem[], more: Partial<Images> = {}): Images => ({
  ...{ kind: "images", size: { width: 28, height: 28 }, colours: "grey", items },
  ...more,
});
const weights = (images: Float32Array[], more: Partial<Images> = {}) =>
  imagesOf(images.map((one, i) => item(one, [`unit ${i}`, "plain"])), {
    colours: { limit: 1, label: "weight" },
    ...more,
  });

Deno.test("images: six are in two rows of three, in order, captions below", async () => {
  const greys = [11, 51, 91, 131, 171, 211];
  const picture = await pictureOf(imagesOf(greys.map((value, i) => item(flat(value), [`label ${i}`, "plain"]))));
  assertEquals(picture.width, 960);
  const boxes = greys.map((value) => boxOf(picture.find(grey(value))));
  for (const { left, right, top, bottom } of boxes) {
    assertEquals([right - left + 1, bottom - top + 1], [196, 196]);
    assertGreater(picture.ink({ left, right, top: bottom + 6, bottom: bottom + 28 }), 100, "caption");
  }
  assertEquals(new Set(boxes.slice(0, 3).map(({ top }) => top)).size, 1);
  assert(boxes[0].right < boxes[1].left && boxes[1].right < boxes[2].left && boxes[0].bottom < boxes[3].top);
  assertEquals(boxes[0].left, boxes[3].left);
  assertEquals(picture.inkAtEdges(), 0);
});

Deno.test("images: four are a row", async () => {
  const greys = [11, 51, 91, 131];
  const picture = await pictureOf(imagesOf(greys.map((value) => item(flat(value)))));
  assertEquals(new Set(greys.map((value) => boxOf(picture.find(grey(value))).top)).size, 1);
});

Deno.test("images: every pixel is a sharp square of its grey value", async () => {
  const pixels = Float32Array.from({ length: 784 }, (_, i) => (i * 7) % 256);
  const picture = await pictureOf(imagesOf([item(pixels)]));
  const frame = boxOf(picture.find(equalTo(SURFACE.frame)));
  const [left, top] = [frame.left + 1, frame.top + 1];
  for (let row = 0; row < 28; row++) {
    for (let column = 0; column < 28; column++) {
      for (const offset of [0, 6]) {
        const [found] = picture.colourAt(left + column * 7 + offset, top + row * 7 + offset);
        assertEquals(found, pixels[row * 28 + column], `row ${row}, column ${column}`);
      }
    }
  }
});

Deno.test("images: a picture shows as many as it is told, and says how many there are", async () => {
  const items = Array.from({ length: 30 }, (_, i) => item(flat(5 * i + 5)));
  const picture = await pictureOf(imagesOf(items, { pictured: 12, note: "30 of 99 images are misclassified." }));
  assertGreater(picture.find(grey(60)).length, 10_000);
  assertEquals(picture.find(grey(65)).length, 0);
  const whole = await pictureOf(imagesOf(items.slice(0, 12), { note: "30 of 99 images are misclassified." }));
  const note = { top: 46, bottom: 70 };
  assertGreater(picture.ink(note), whole.ink(note) + 200);
});

Deno.test("images: lines of a caption have the colours of their roles, and are cut where they do not fit", async () => {
  const caption: Line[] = [["predicted 3", "wrong"], ["true 5", "truth"], ["row 7", "muted"], [
    "x".repeat(99),
    "right",
  ]];
  const picture = await pictureOf(imagesOf(Array.from({ length: 24 }, () => item(flat(9), ...caption))));
  for (const colour of [TEXTS.vermilion, TEXTS.blue, TEXTS.grey, TEXTS.green]) {
    assertGreater(picture.find(equalTo(colour)).length, 50, colour);
  }
  assertEquals(picture.inkAtEdges(), 0);
});

/** The bars of a prediction of class `predicted` with this share, the rest in the true class. */
const barsOf = (truth: number, predicted: number, share: number, classes = 10): Bar[] =>
  Array.from({ length: classes }, (_, i) => ({
    label: String(i),
    share: i === predicted ? share : i === truth ? 1 - share : 0,
    role: i === predicted ? (i === truth ? "right" : "wrong") : i === truth ? "truth" : "muted",
  }));

Deno.test("images: bars are below the caption: green, orange if wrong, blue for the missed class", async () => {
  const items = [barsOf(1, 1, 1), barsOf(5, 4, 0.75)].map((bars) => ({ ...item(flat(99), ["row", "muted"]), bars }));
  const picture = await pictureOf(imagesOf(items));
  const boxes = [MARKS.green, MARKS.vermilion, MARKS.blue].map((colour) => boxOf(picture.find(equalTo(colour))));
  assertEquals(boxes.map(({ top, bottom }) => bottom - top + 1), [64, 48, 16]);
  const [right, wrong, missed] = boxes;
  assert(right.right < wrong.left && wrong.right < missed.left && right.top > boxOf(picture.find(grey(99))).bottom);
  assertEquals(picture.inkAtEdges(), 0);
});

Deno.test("images: bars of 2 and of 26 classes, long labels, and shares that are no shares are drawn", async () => {
  const long = barsOf(25, 0, 0.5, 26).map((bar) => ({ ...bar, label: `class ${bar.label} ${"x".repeat(50)}` }));
  const broken = barsOf(0, 1, NaN, 3);
  const items = [barsOf(0, 1, 0.6, 2), long, broken].map((bars) => ({ ...item(flat(99)), bars }));
  assertEquals((await pictureOf(imagesOf(items))).inkAtEdges(), 0);
  assertEquals(placeBars(long, 196, 64).filter(({ label }) => label !== ""), [], "captions have them");
  const many = placeBars(barsOf(25, 0, 0.5, 26), 196, 64).map(({ label }) => label);
  assertEquals(many.filter((label) => label !== ""), ["0", "25"], "only those that matter");
  assertEquals(placeBars(broken, 196, 64).map(({ height }) => height), [0, 0, 0]);
  assertEquals(placeBars(barsOf(0, 1, 1 - 1e-9), 196, 64).map(({ height }) => height).slice(0, 3), [1, 64, 0]);
});

Deno.test("images: signed values are blue below 0 and orange above, with a key to the colours", async () => {
  const picture = await pictureOf(weights(Array.from({ length: 10 }, (_, i) => signed(i < 5 ? -1 : 1))));
  const above = { bottom: picture.height - 90 };
  const [upper, lower] = [boxOf(picture.find(negative, above)), boxOf(picture.find(positive, above))];
  assertGreater(lower.top, upper.bottom);
  assertEquals([upper.left, upper.right], [lower.left, lower.right]);
  const key = { top: picture.height - 80 };
  const warm = picture.find(([red, , blue]) => red > blue + 60, key);
  const cold = picture.find(([red, , blue]) => blue > red + 60, key);
  assert(warm.length > 500 && cold.length > 500);
  assertGreater(boxOf(warm).left, boxOf(cold).right);
  assertGreater(picture.find(equalTo(TEXTS.ink), { top: picture.height - 50 }).length, 50, "its values");
});

Deno.test("images: any number, any shape, and values that are no numbers are drawn", async () => {
  const odd = new Float32Array(784).fill(-5);
  odd[0] = NaN;
  odd[1] = 1e9;
  const sets = [
    imagesOf([]),
    imagesOf([item(odd, ["odd", "plain"]), item(flat(99), ["plain", "plain"])]),
    imagesOf([item(flat(77, 200))], { size: { width: 20, height: 10 } }),
    weights([signed(0)]),
    weights(Array.from({ length: 30 }, () => signed(1))),
    weights(Array.from({ length: 48 }, () => signed(1))),
    weights([signed(1, 200), signed(-1, 200)], { size: { width: 200, height: 1 } }),
    weights([signed(1, 1)], { size: { width: 1, height: 1 } }),
    weights([signed(NaN), signed(Infinity)]),
  ];
  for (const images of sets) assertEquals((await pictureOf(images)).inkAtEdges(), 0);
  const picture = await pictureOf(sets[1]);
  const black = boxOf(picture.find(grey(0), { right: 470 }));
  assertEquals(picture.colourAt(black.left + 4, black.top + 4), [0, 0, 0], "NaN is black");
  assertEquals(picture.colourAt(black.left + 11, black.top + 4), [255, 255, 255], "what is too large is white");
  const { left, right, top, bottom } = boxOf((await pictureOf(sets[2])).find(grey(77)));
  assertEquals([right - left + 1, bottom - top + 1], [180, 90]);
});

Deno.test("displaySize() enlarges by whole factors and shrinks what is too large", () => {
  const room = (side: number) => ({ width: side, height: side });
  assertEquals(displaySize({ width: 28, height: 28 }, room(140)), { width: 140, height: 140 });
  assertEquals(displaySize({ width: 28, height: 14 }, room(139)), { width: 112, height: 56 });
  assertEquals(displaySize({ width: 1000, height: 500 }, room(100)), { width: 100, height: 50 });
  assertEquals(displaySize({ width: 1000, height: 1 }, room(100)), { width: 100, height: 1 });
});

Deno.test("images: colours are drawn as they are, in the shape that the size says", async () => {
  const half = (i: number) => (i % 10 < 5 ? [200, 20, 30] : [10, 180, 40]);
  const pixels = Uint8Array.from(Array.from({ length: 40 }, (_, i) => half(i)).flat());
  const picture = await pictureOf(imagesOf([item(pixels)], { size: { width: 10, height: 4 }, colours: "rgb" }));
  const [red, green] = [boxOf(picture.find(is([200, 20, 30]))), boxOf(picture.find(is([10, 180, 40])))];
  for (const box of [red, green]) {
    assertEquals([box.right - box.left + 1, box.bottom - box.top + 1], [95, 76]);
  }
  assertEquals([red.right + 1, red.top], [green.left, green.top]);
});

Deno.test("images: values that are not as many as the size says are rejected, not fitted", async () => {
  for (const [length, colours] of [[50, "grey"], [783, "grey"], [784, "rgb"]] as const) {
    await assertRejects(
      () => pictureOf(imagesOf([item(flat(99, length))], { colours })),
      RangeError,
      `found ${length}`,
    );
  }
});
