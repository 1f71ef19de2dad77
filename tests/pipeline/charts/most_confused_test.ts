import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Matrix } from "../../../pipeline/charts/marks.ts";
import { matrixShares, MAX_CLASSES, mostConfused } from "../../../pipeline/charts/most_confused.ts";
import { figureOf } from "../../../pipeline/charts/page/chart_figure.ts";
import { pictureOf } from "./picture.ts";

/** Ten examples of each class are right; of the confused ones, class c is taken c + 1 times for class c + 1. */
function matrixOf(classes: number, confused: readonly number[]): Matrix {
  const labels = Array.from({ length: classes }, (_, c) => `class ${c}`);
  const counts = labels.map((_, t) => labels.map((_, p): number => t === p ? 10 : 0));
  for (const c of confused) counts[c][(c + 1) % classes] = c + 1;
  return { kind: "matrix", note: "A note.", labels, counts };
}

Deno.test("a matrix of few classes is shown whole, without a word on it", () => {
  for (const classes of [0, 2, 10, MAX_CLASSES]) {
    const matrix = matrixOf(classes, classes > 2 ? [1] : []);
    assertEquals(mostConfused(matrix), { ...matrix, ...matrixShares(matrix.counts) });
  }
});

Deno.test("of many classes, the most confused ones are shown in their order, with the shares of all", () => {
  for (const classes of [31, 47, 256]) {
    const matrix = matrixOf(classes, [3, 17, classes - 2]);
    const shown = mostConfused(matrix);
    assertEquals(shown.labels.length, MAX_CLASSES);
    assertEquals(shown.labels, shown.labels.toSorted((a, b) => matrix.labels.indexOf(a) - matrix.labels.indexOf(b)));
    for (const c of [3, 4, 17, 18, classes - 2, classes - 1]) assert(shown.labels.includes(`class ${c}`), `class ${c}`);
    const at = (c: number) => shown.labels.indexOf(`class ${c}`);
    assertEquals([shown.counts[at(3)][at(4)], shown.counts[at(17)][at(18)]], [4, 18]);
    assertEquals([shown.recall[at(17)], shown.precision[at(18)]], [10 / 28, 10 / 28]);
    assertEquals(shown.cells[at(17)][at(18)], 18 / 28);
    const note = `A note. Only the 30 most confused of ${classes} classes are shown; ${classes - 30} are left out.`;
    assertStringIncludes(shown.note!, note);
  }
});

Deno.test("shares count the mistakes for classes that are left out", () => {
  const matrix = matrixOf(60, Array.from({ length: 40 }, (_, i) => i + 10));
  const shown = mostConfused(matrix);
  // Class 20 is taken 21 times for class 21; neither class 10 nor class 59 is among the most confused.
  const first = Number(shown.labels[0].split(" ")[1]);
  assert(first > 10, shown.labels.join());
  assertEquals(shown.precision[0], 10 / (10 + first));
});

Deno.test("the picture and the page of 256 classes are no larger than those of 30, and say what is left out", async () => {
  const [many, few] = [matrixOf(256, [5, 200]), matrixOf(30, [5])];
  const [large, small] = [await pictureOf(many), await pictureOf(few)];
  assertEquals(large.width, small.width);
  assert(large.height < small.height + 60, `${large.height} pixels`);
  assertEquals(large.inkAtEdges(), 0);
  const page = figureOf({ name: "confusion", title: "Confusion", about: "", marks: many }).text;
  assertEquals(page.match(/<th scope="row">class/g)!.length, MAX_CLASSES);
  assertStringIncludes(page, '<p class="note">A note. Only the 30 most confused of 256 classes are shown');
});
