import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { accuracyChart } from "../../../pipeline/charts/charts.ts";
import { MARKS, TEXTS } from "../../../pipeline/charts/chart_theme.ts";
import { boxOf, equalTo, Picture } from "./picture.ts";

const blue = equalTo(MARKS.blue);
const vermilion = equalTo(MARKS.vermilion);
const green = equalTo(TEXTS.green);
/** Where the curves are: below the legend, left of the end labels. */
const plot = { top: 112, right: 918 };

Deno.test("accuracyChart() puts 0% at the bottom and 100% at the top", async () => {
  const picture = await Picture.decode(accuracyChart({ title: "t", accuracy: [0, 1, 0, 1] }));
  assertEquals([picture.width, picture.height], [1000, 560]);
  const { top, bottom } = boxOf(picture.find(blue, plot));
  assertAlmostEquals(top, 118, 6);
  assertAlmostEquals(bottom, 483, 6);
  assertEquals(picture.inkAtEdges(), 0);
});

Deno.test("accuracyChart() adds an enlarged panel when the trained values lie close together", async () => {
  const picture = await Picture.decode(accuracyChart({ title: "t", accuracy: [0.05, 0.94, 0.96, 0.97, 0.965] }));
  assertEquals([picture.width, picture.height], [1000, 660]);
  const enlarged = boxOf(picture.find(blue, { ...plot, bottom: 380 }));
  assert(enlarged.bottom - enlarged.top > 120, "three percentage points fill the panel");
  const whole = boxOf(picture.find(blue, { ...plot, top: 395 }));
  assert(whole.left < enlarged.left - 50, "the untrained value is in the lower panel only");
});

Deno.test("accuracyChart() begins the enlarged curve at epoch 1 even when the untrained value is near", async () => {
  const picture = await Picture.decode(accuracyChart({ title: "t", accuracy: [0.9, 0.94, 0.96, 0.97, 0.965] }));
  const whole = boxOf(picture.find(blue, { ...plot, top: 395 }));
  const enlarged = boxOf(picture.find(blue, { ...plot, bottom: 394 }));
  const radius = 4;
  const epochWidth = (whole.right - whole.left - 2 * radius) / 4;
  assertAlmostEquals(enlarged.left, whole.left + epochWidth, 3);
});

Deno.test("accuracyChart() rings and names the best epoch", async () => {
  const accuracy = [0.1, 0.3, 0.9, 0.5, 0.4];
  const picture = await Picture.decode(accuracyChart({ title: "t", accuracy }));
  const { left, right, top, bottom } = boxOf(picture.find(blue, plot));
  const ring = boxOf(picture.find(green, { ...plot, top: top - 4, bottom: top + 14 }));
  assertAlmostEquals((ring.left + ring.right) / 2, (left + right) / 2, 4);
  assert(picture.ink({ top: top - 28, left: left + 250, right: right - 250, bottom: top - 8 }) > 100, "label");
  assertEquals(picture.find(green, { ...plot, top: top + 30, bottom }).length, 0);
  const untrained = await Picture.decode(accuracyChart({ title: "t", accuracy: [0.1] }));
  assertEquals(untrained.find(green).length, 0, "nothing to choose from");
});

Deno.test("accuracyChart() draws the mean of the batches only when it is given", async () => {
  const accuracy = [0.1, 0.3, 0.9];
  const without = await Picture.decode(accuracyChart({ title: "t", accuracy }));
  assertEquals(without.find(vermilion).length, 0);
  const both = await Picture.decode(accuracyChart({ title: "t", accuracy, meanBatch: [0.15, 0.35, 0.8] }));
  assert(both.find(vermilion, plot).length > 200);
});

Deno.test("accuracyChart() draws any history: none, untrained, one epoch, equal, with gaps", async () => {
  const histories = [[], [NaN, null], [0.1], [0.1, 0.9], [1, 1, 1, 1], [0, 0, 0], [0.1, null, 0.9, NaN, 0.91, null]];
  for (const accuracy of histories) {
    const picture = await Picture.decode(accuracyChart({ title: "t", accuracy }));
    assertEquals(picture.inkAtEdges(), 0, JSON.stringify(accuracy));
    const known = accuracy.some((value) => Number.isFinite(value));
    assertEquals(picture.find(blue, plot).length > 10, known, JSON.stringify(accuracy));
  }
});
