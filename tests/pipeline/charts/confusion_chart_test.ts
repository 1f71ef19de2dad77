import { assert, assertAlmostEquals, assertEquals, assertGreater } from "@std/assert";
import { confusionChart } from "../../../pipeline/charts/charts.ts";
import { cellColour, cellTextColour } from "../../../pipeline/charts/heat.ts";
import { boxOf, type Colour, Picture } from "./picture.ts";

const names = (classes: number) => Array.from({ length: classes }, (_, i) => String(i));
const identity = (classes: number, count: number) =>
  names(classes).map((_, t) => names(classes).map((_, p) => (t === p ? count : 0)));
const rgb = (css: string) => (css.match(/\d+/g) ?? []).map(Number) as Colour;
const sameAs = (wanted: Colour) => (colour: Colour) => colour.every((part, i) => part === wanted[i]);
const brightness = (colour: Colour) => colour[0] + colour[1] + colour[2];

/** The colour of a cell near its corner, where no text is. */
function cellAt(picture: Picture, classes: number, t: number, p: number): Colour {
  const { left, right, top, bottom } = boxOf(picture.find(sameAs(rgb(cellColour(1))), { right: picture.width - 100 }));
  const at = (from: number, to: number, i: number) => Math.round(from + ((to - from) * (i + 0.12)) / classes);
  return picture.colourAt(at(left, right, p), at(top, bottom, t));
}

Deno.test("confusionChart() draws the diagonal dark and the rest light when all is classified right", async () => {
  for (const classes of [2, 10, 26]) {
    const picture = await Picture.decode(
      confusionChart({ title: "t", labels: names(classes), counts: identity(classes, 50) }),
    );
    for (let t = 0; t < classes; t++) {
      assertEquals(cellAt(picture, classes, t, t), rgb(cellColour(1)), `${classes} classes, diagonal ${t}`);
      const other = (t + 1) % classes;
      assertEquals(cellAt(picture, classes, t, other), rgb(cellColour(0)), `${classes} classes, ${t} as ${other}`);
    }
    assertEquals(picture.inkAtEdges(), 0, `${classes} classes`);
  }
});

Deno.test("confusionChart() has the true class in the row and the predicted one in the column", async () => {
  const counts = identity(4, 100);
  counts[0] = [60, 0, 0, 40];
  counts[3] = [0, 0, 0, 100];
  counts[1] = [0, 1, 0, 0];
  const picture = await Picture.decode(confusionChart({ title: "t", labels: names(4), counts }));
  // The top left cell is no longer the darkest; the box of dark cells starts at class 1 and is one cell smaller.
  const box = boxOf(picture.find(sameAs(rgb(cellColour(1))), { right: picture.width - 100 }));
  const cell = { width: (box.right - box.left + 1) / 3, height: (box.bottom - box.top + 1) / 3 };
  const x = Math.round(box.right - cell.width * 0.88);
  const y = Math.round(box.top - cell.height * 0.88);
  assertEquals(picture.colourAt(x, y), rgb(cellColour(0.4)));
  assertEquals(
    picture.colourAt(Math.round(box.left - cell.width * 0.88), Math.round(box.bottom - 8)),
    rgb(cellColour(0)),
  );
});

Deno.test("confusionChart() writes counts, recall and precision", async () => {
  const empty = await Picture.decode(confusionChart({ title: "t", labels: names(3), counts: [[0, 0, 0]] }));
  const full = await Picture.decode(confusionChart({ title: "t", labels: names(3), counts: identity(3, 1e6) }));
  assertEquals([full.width, full.height], [empty.width, empty.height]);
  const white = full.find((colour) => brightness(colour) === 765, boxOf(full.find(sameAs(rgb(cellColour(1))))));
  assertGreater(white.length, 200, "white counts on dark cells");
  const right = { left: 770, right: 835, top: 140, bottom: full.height - 120 };
  assertGreater(full.ink(right), empty.ink(right), "recall: 100.0% instead of a dash");
  assertEquals(full.inkAtEdges(), 0);
});

Deno.test("confusionChart() fits long names and large counts", async () => {
  const labels = names(10).map((name) => `class number ${name} of a very long description indeed`);
  const picture = await Picture.decode(confusionChart({ title: "t", labels, counts: identity(10, 999_999) }));
  assertEquals(picture.inkAtEdges(), 0);
  for (let t = 0; t < 10; t++) assertEquals(cellAt(picture, 10, t, t), rgb(cellColour(1)));
  const { left, right } = boxOf(picture.find(sameAs(rgb(cellColour(1))), { right: picture.width - 100 }));
  assertGreater(right - left, 500, "the names leave most of the width to the matrix");
});

Deno.test("confusionChart() draws an empty matrix", async () => {
  const picture = await Picture.decode(confusionChart({ title: "t", labels: [], counts: [] }));
  assertEquals(picture.width, 960);
});

Deno.test("cellColour() gets darker with the share", () => {
  for (let percent = 1; percent <= 100; percent++) {
    const [lighter, darker] = [cellColour((percent - 1) / 100), cellColour(percent / 100)].map(rgb);
    assert(brightness(darker) < brightness(lighter), `${percent}%`);
  }
  assertEquals(cellColour(-1), cellColour(0));
  assertEquals(cellColour(2), cellColour(1));
});

Deno.test("cellTextColour() has a contrast of 4.5 to 1 on every shade", () => {
  // Relative luminance and contrast as WCAG 2.1 defines them.
  const linear = (part: number) => (part <= 10 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]: Colour) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const hex = (text: string) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16)) as Colour;
  assertAlmostEquals(luminance([255, 255, 255]), 1, 1e-9);
  for (let step = 0; step <= 1000; step++) {
    const share = step / 1000;
    const [a, b] = [luminance(rgb(cellColour(share))), luminance(hex(cellTextColour(share)))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    assertGreater(contrast, 4.5, `share ${share}`);
  }
});
