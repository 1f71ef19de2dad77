import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { activationChart } from "../../../pipeline/charts/charts.ts";
import { MARKS } from "../../../pipeline/charts/chart_theme.ts";
import { boxOf, equalTo, Picture } from "./picture.ts";

const relu = {
  title: "ReLU",
  summary: "words",
  name: "ReLU(x)",
  x: [-4, 0, 0.001, 4],
  value: [0, 0, 0.001, 4],
  derivative: [0, 0, 1, 1],
};
/** Below the legend. */
const plot = { top: 130, bottom: 450 };

Deno.test("activationChart() draws the value, and the derivative with its jump as a gap", async () => {
  const picture = await Picture.decode(activationChart(relu));
  const value = picture.find(equalTo(MARKS.blue), plot);
  const slope = picture.find(equalTo(MARKS.vermilion), plot);
  const [all, middle] = [boxOf(value), 86 + (836 - 86) / 2];
  const [left, right] = [slope.filter(([x]) => x < middle), slope.filter(([x]) => x > middle)];
  assertAlmostEquals(boxOf(left).top, boxOf(left).bottom, 3, "0 below 0");
  assertAlmostEquals(boxOf(right).top, boxOf(right).bottom, 3, "1 above 0");
  assertAlmostEquals((boxOf(left).top - boxOf(right).top) / (boxOf(left).top - all.top), 0.25, 0.03, "1 of 4");
  assert(right.length > 50 && left.length > 50);
  assertEquals(picture.inkAtEdges(), 0);
});
