import { assertEquals, assertGreater } from "@std/assert";
import type { Matrix } from "../../../pipeline/charts/marks.ts";
import { shareShade } from "../../../pipeline/charts/paint.ts";
import { boxOf, type Colour, type Picture, pictureOf } from "./picture.ts";

const names = (classes: number) => Array.from({ length: classes }, (_, i) => String(i));
const identity = (classes: number, count: number) =>
  names(classes).map((_, t) => names(classes).map((_, p) => (t === p ? count : 0)));
const rgb = (css: string) => (css.match(/\d+/g) ?? []).map(Number) as Colour;
const sameAs = (wanted: Colour) => (colour: Colour) => colour.every((part, i) => part === wanted[i]);
const matrix = (counts: number[][], labels = names(counts.length)): Matrix => ({ kind: "matrix", labels, counts });

/** The colour of a cell near its corner, where no text is. */
function cellAt(picture: Picture, classes: number, t: number, p: number): Colour {
  const { left, right, top, bottom } = boxOf(picture.find(sameAs(rgb(shareShade(1))), { right: picture.width - 100 }));
  const at = (from: number, to: number, i: number) => Math.round(from + ((to - from) * (i + 0.12)) / classes);
  return picture.colourAt(at(left, right, p), at(top, bottom, t));
}

Deno.test("matrix: the diagonal is dark and the rest light when all is classified correctly", async () => {
  for (const classes of [2, 10, 26]) {
    const picture = await pictureOf(matrix(identity(classes, 50)));
    for (let t = 0; t < classes; t++) {
      assertEquals(cellAt(picture, classes, t, t), rgb(shareShade(1)), `${classes} classes, diagonal ${t}`);
      const other = (t + 1) % classes;
      assertEquals(cellAt(picture, classes, t, other), rgb(shareShade(0)), `${classes} classes, ${t} as ${other}`);
    }
    assertEquals(picture.inkAtEdges(), 0, `${classes} classes`);
  }
});

Deno.test("matrix: the true class is the row and the predicted one the column", async () => {
  const counts = identity(4, 100);
  counts[0] = [60, 0, 0, 40];
  counts[1] = [0, 1, 0, 0];
  const picture = await pictureOf(matrix(counts));
  // The top left cell is no longer the darkest; the box of dark cells starts at class 1 and is one cell smaller.
  const box = boxOf(picture.find(sameAs(rgb(shareShade(1))), { right: picture.width - 100 }));
  const cell = { width: (box.right - box.left + 1) / 3, height: (box.bottom - box.top + 1) / 3 };
  const [x, y] = [Math.round(box.right - cell.width * 0.88), Math.round(box.top - cell.height * 0.88)];
  assertEquals(picture.colourAt(x, y), rgb(shareShade(0.4)));
  const [otherX, otherY] = [Math.round(box.left - cell.width * 0.88), Math.round(box.bottom - 8)];
  assertEquals(picture.colourAt(otherX, otherY), rgb(shareShade(0)));
});

Deno.test("matrix: counts, recall and precision are written", async () => {
  const empty = await pictureOf(matrix(identity(3, 0)));
  const full = await pictureOf(matrix(identity(3, 1e6)));
  assertEquals([full.width, full.height], [empty.width, empty.height]);
  const white = full.find(sameAs([255, 255, 255]), boxOf(full.find(sameAs(rgb(shareShade(1))))));
  assertGreater(white.length, 200, "white counts on dark cells");
  const right = { left: 765, right: 835, top: 140, bottom: full.height - 120 };
  assertGreater(full.ink(right), empty.ink(right), "recall: 100.0 % instead of a dash");
  assertEquals(full.inkAtEdges(), 0);
});

Deno.test("matrix: long names and large counts fit", async () => {
  const labels = names(10).map((name) => `class number ${name} of a very long description indeed`);
  const picture = await pictureOf(matrix(identity(10, 999_999), labels));
  assertEquals(picture.inkAtEdges(), 0);
  for (let t = 0; t < 10; t++) assertEquals(cellAt(picture, 10, t, t), rgb(shareShade(1)));
  const { left, right } = boxOf(picture.find(sameAs(rgb(shareShade(1))), { right: picture.width - 100 }));
  assertGreater(right - left, 500, "the names leave most of the width to the matrix");
});

Deno.test("matrix: one without classes is drawn", async () => {
  assertEquals((await pictureOf(matrix([]))).width, 960);
});
