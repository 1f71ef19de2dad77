import { assertEquals, assertGreater } from "@std/assert";
import { mistakesChart } from "../../../pipeline/charts/charts.ts";
import { probabilityText } from "../../../pipeline/charts/mistakes_chart.ts";
import { TEXTS } from "../../../pipeline/charts/chart_theme.ts";
import { boxOf, type Colour, equalTo, Picture } from "./picture.ts";

const grey = (value: number) => (colour: Colour) => colour.every((part) => part === value);
const mistake = (value: number) => ({
  pixels: new Uint8Array(784).fill(value),
  trueLabel: 4,
  predicted: 9,
  onTrue: 1e-7,
  onPredicted: 0.9999,
  row: 12345,
});
const sheet = { title: "mistakes", width: 28, height: 28, wrong: 100, total: 1000 };
const draw = (items: ReturnType<typeof mistake>[], more = {}) =>
  Picture.decode(mistakesChart({ ...sheet, items, ...more }));

Deno.test("mistakesChart() draws twelve images in three rows of four, in order, what they are taken for below", async () => {
  const greys = Array.from({ length: 12 }, (_, i) => 11 + 17 * i);
  const picture = await draw(greys.map(mistake));
  const boxes = greys.map((value) => boxOf(picture.find(grey(value))));
  for (const { left, right, top, bottom } of boxes) {
    assertEquals([right - left + 1, bottom - top + 1], [168, 168]);
    const words = { left: left - 20, right: right + 20, top: bottom + 4, bottom: bottom + 66 };
    assertGreater(picture.find(equalTo(TEXTS.vermilion), words).length, 20, "predicted");
    assertGreater(picture.find(equalTo(TEXTS.blue), words).length, 20, "true");
  }
  assertEquals(new Set(boxes.map(({ top }) => top)).size, 3);
  assertEquals(boxes.every((box, i) => i % 4 === 0 || box.left > boxes[i - 1].right), true);
  assertEquals(picture.inkAtEdges(), 0);
});

Deno.test("mistakesChart() says so when there are none", async () => {
  const none = await draw([], { wrong: 0 });
  assertGreater(none.find(equalTo(TEXTS.muted), { top: 46 }).length, 100);
  assertEquals(none.inkAtEdges(), 0);
});

Deno.test("mistakesChart() draws one mistake, other shapes, and probabilities that are none", async () => {
  const odd = { ...mistake(99), pixels: new Uint8Array(200).fill(99), onTrue: NaN, onPredicted: NaN };
  for (const picture of [await draw([mistake(99)], { wrong: 1 }), await draw([odd], { width: 20, height: 10 })]) {
    assertEquals(picture.inkAtEdges(), 0);
    assertGreater(picture.find(grey(99)).length, 10_000);
  }
});

Deno.test("probabilityText() never writes 0 or 100 % for what is not quite that", () => {
  assertEquals(
    [0, 1e-12, 4.9e-5, 5e-5, 0.5, 0.99994, 0.99999, 1, NaN].map(probabilityText),
    ["0.00%", "<0.01%", "<0.01%", "0.01%", "50.00%", "99.99%", ">99.99%", "100.00%", "–"],
  );
});
