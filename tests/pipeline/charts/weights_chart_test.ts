import { assert, assertEquals, assertGreater } from "@std/assert";
import { weightsChart } from "../../../pipeline/charts/charts.ts";
import { divergingPaint, symmetricLimit } from "../../../pipeline/charts/diverging.ts";
import { TEXTS } from "../../../pipeline/charts/chart_theme.ts";
import { boxOf, type Colour, equalTo, Picture } from "./picture.ts";

const sheet = { title: "weights", width: 28, height: 28, name: "0.weight" };
const flat = (value: number, length = 784) => new Float32Array(length).fill(value);
const is = (wanted: readonly number[]) => (colour: Colour) => colour.every((part, i) => part === wanted[i]);
const [negative, positive] = [-1, 1].map((value) => is(divergingPaint(1)(value)));
const draw = (weights: Float32Array[], more = {}) =>
  Picture.decode(weightsChart({ ...sheet, kind: "unit", outputs: weights.length, weights, ...more }));

Deno.test("divergingPaint() is white at 0, and as far from white on both sides of it", () => {
  const paint = divergingPaint(2);
  assertEquals([paint(0), paint(NaN)], [[255, 255, 255], [255, 255, 255]]);
  assertEquals([paint(5), paint(-5)], [paint(2), paint(-2)]);
  const sum = (value: number) => paint(value).reduce((a, b) => a + b);
  for (let step = 1; step <= 20; step++) {
    assertGreater(sum((step - 1) / 10), sum(step / 10));
    assertGreater(sum(-(step - 1) / 10), sum(-step / 10));
    const [red, , blue] = paint(step / 10);
    assertGreater(red, blue, "positive is warm");
    const [coldRed, , coldBlue] = paint(-step / 10);
    assertGreater(coldBlue, coldRed, "negative is cold");
  }
  assertEquals(divergingPaint(0)(1), [255, 255, 255]);
});

Deno.test("symmetricLimit() is a size that nearly all weights keep below, whatever their sign", () => {
  const values = Float32Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? i : -i) / 1000);
  values[0] = 1e9;
  values[1] = NaN;
  assertGreater(symmetricLimit([values]), 0.98);
  assertGreater(1, symmetricLimit([values]));
  assertEquals([symmetricLimit([]), symmetricLimit([flat(0)])], [0, 0]);
});

Deno.test("weightsChart() draws ten classes in two rows of five, negative blue and positive orange", async () => {
  const picture = await draw(Array.from({ length: 10 }, (_, i) => flat(i < 5 ? -1 : 1)), { kind: "class" });
  const bar = { bottom: picture.height - 90 };
  const [upper, lower] = [boxOf(picture.find(negative, bar)), boxOf(picture.find(positive, bar))];
  assertGreater(lower.top, upper.bottom);
  assertEquals([upper.left, upper.right], [lower.left, lower.right]);
  assertEquals(picture.find(negative, bar).length, 5 * 168 * 168);
  assertEquals(picture.inkAtEdges(), 0);
});

Deno.test("weightsChart() has the pixel of the first weight at the top left", async () => {
  const one = flat(0);
  one[0] = 1;
  one[27] = -1;
  const many = one.slice();
  for (let i = 100; i < 200; i++) many[i] = i % 2 === 0 ? 1 : -1;
  const picture = await draw([many]);
  const bar = { bottom: picture.height - 90 };
  const [warm, cold] = [picture.find(positive, bar), picture.find(negative, bar)];
  const first = boxOf(warm);
  assertEquals(picture.colourAt(first.left + 2, first.top + 2), picture.colourAt(...warm[0]));
  assertGreater(boxOf(cold).right - first.left, 160);
});

Deno.test("weightsChart() draws a key from negative to positive, with its values", async () => {
  const picture = await draw([flat(0)]);
  const key = { top: picture.height - 80 };
  const warm = picture.find(([red, , blue]) => red > blue + 60, key);
  const cold = picture.find(([red, , blue]) => blue > red + 60, key);
  assert(warm.length > 500 && cold.length > 500);
  assertGreater(boxOf(warm).left, boxOf(cold).right);
  assertGreater(picture.find(equalTo(TEXTS.ink), { ...key, top: picture.height - 50 }).length, 50, "its values");
});

Deno.test("weightsChart() draws 1, 30 and 48 units, all zero, other shapes, and what is no image", async () => {
  const charts = [
    draw([flat(0)]),
    draw(Array.from({ length: 30 }, () => flat(1))),
    draw(Array.from({ length: 48 }, () => flat(1)), { outputs: 1000 }),
    draw([flat(1, 200)], { width: 20, height: 10 }),
    draw([flat(1, 200), flat(-1, 200)], { width: 200, height: 1 }),
    draw([flat(1, 1)], { width: 1, height: 1 }),
    draw([flat(NaN), flat(Infinity)]),
  ];
  for (const picture of await Promise.all(charts)) {
    assertEquals([picture.inkAtEdges(), picture.width], [0, 960]);
    assertGreater(picture.ink(), 1000);
  }
});
