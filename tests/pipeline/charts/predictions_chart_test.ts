import { assert, assertAlmostEquals, assertEquals, assertGreater } from "@std/assert";
import { predictionsChart } from "../../../pipeline/charts/charts.ts";
import { MARKS } from "../../../pipeline/charts/chart_theme.ts";
import { boxOf, equalTo, Picture } from "./picture.ts";

const green = equalTo(MARKS.green);
const vermilion = equalTo(MARKS.vermilion);
const blue = equalTo(MARKS.blue);

/** A prediction that gives `share` to the class `predicted` and the rest to the next one. */
function prediction(trueLabel: number, predicted: number, share = 0.75, classes = 10) {
  const probabilities = new Array(classes).fill(0);
  probabilities[predicted] = share;
  probabilities[(predicted + 1) % classes] = 1 - share;
  return { pixels: new Uint8Array(784).fill(123), trueLabel, predicted, probabilities, row: 42 };
}
const sheet = { title: "predictions", width: 28, height: 28 };
const three = [prediction(1, 1), prediction(2, 2), prediction(3, 3)];

Deno.test("predictionsChart() draws the right ones above the wrong ones, in green and in orange and blue", async () => {
  const wrong = [prediction(5, 4)];
  const picture = await Picture.decode(predictionsChart({ ...sheet, right: three, wrong }));
  assertEquals(picture.width, 1040);
  const bars = boxOf(picture.find(green));
  const mistake = boxOf(picture.find(vermilion));
  assertGreater(mistake.top, bars.bottom);
  assertAlmostEquals(mistake.bottom - mistake.top + 1, 0.75 * 92, 1);
  const missed = boxOf(picture.find(blue));
  assertAlmostEquals(missed.bottom - missed.top + 1, 0.25 * 92, 1);
  assert(missed.left > mistake.right, "class 5 is right of class 4");
  const images = picture.find((colour) => colour.every((part) => part === 123));
  assertEquals(images.length, 4 * 112 * 112);
  assertEquals(picture.inkAtEdges(), 0);
});

Deno.test("predictionsChart() says so when there are no wrong ones, and when there are no right ones", async () => {
  const none = await Picture.decode(predictionsChart({ ...sheet, right: three, wrong: [] }));
  assertEquals(none.find(vermilion).length + none.find(blue).length, 0);
  assertGreater(
    none.ink({ top: none.height - 74, bottom: none.height - 54, left: 22, right: 260 }),
    300,
    "the sentence",
  );
  const all = await Picture.decode(
    predictionsChart({ ...sheet, right: [], wrong: three.map((item) => ({ ...item, trueLabel: 9 })) }),
  );
  assertEquals(all.find(green).length, 0);
  assertEquals((await Picture.decode(predictionsChart({ ...sheet, right: [], wrong: [] }))).inkAtEdges(), 0);
});

Deno.test("predictionsChart() gets higher by a row for every three images", async () => {
  const height = async (count: number) =>
    (await Picture.decode(predictionsChart({ ...sheet, right: new Array(count).fill(three[0]), wrong: [] }))).height;
  assertEquals(await height(3), await height(1));
  assertEquals(await height(4), await height(3) + 178);
});

Deno.test("predictionsChart() draws 2 and 26 classes, long names, NaN probabilities and other shapes", async () => {
  const labels = Array.from({ length: 26 }, (_, i) => `a very long name of the class number ${i} ${"x".repeat(40)}`);
  const broken = { ...prediction(0, 1), probabilities: [NaN, Infinity, -1], pixels: new Float32Array(100) };
  const charts = [
    predictionsChart({ ...sheet, right: [prediction(1, 1, 1, 2)], wrong: [prediction(1, 0, 0.6, 2)] }),
    predictionsChart({ ...sheet, right: [prediction(25, 25, 1, 26)], wrong: [prediction(1, 0, 0.6, 26)], labels }),
    predictionsChart({ title: "t", width: 14, height: 56, right: [prediction(1, 1)], wrong: [broken] }),
  ];
  for (const chart of charts) {
    const picture = await Picture.decode(chart);
    assertEquals(picture.inkAtEdges(), 0);
    assertGreater(picture.find(green).length, 60);
  }
});
