import { assert, assertEquals } from "@std/assert";
import { clampedChart } from "../../../pipeline/charts/charts.ts";
import { MARKS, TEXTS } from "../../../pipeline/charts/chart_theme.ts";
import { boxOf, equalTo, Picture } from "./picture.ts";

const history = {
  title: "a title",
  summary: "a summary in words",
  clamped: [0.54, 0.47, 0.45],
  accuracy: [0.1, 0.5, 0.54, 0.55],
  predicted: [10, 6, 6, 6],
  classes: 10,
};
const blue = equalTo(MARKS.blue);
const vermilion = equalTo(MARKS.vermilion);
const green = equalTo(MARKS.green);
/** Below the legend, left of the end labels. */
const plot = { top: 112, right: 905 };

Deno.test("clampedChart() draws title, summary, axes, three curves and end labels, none of them cut", async () => {
  const picture = await Picture.decode(clampedChart(history));
  assertEquals([picture.width, picture.height], [1000, 660]);
  assert(picture.ink({ left: 22, top: 18, right: 200, bottom: 46 }) > 200, "title");
  assert(picture.ink({ left: 22, top: 48, right: 200, bottom: 72 }) > 200, "summary");
  assert(picture.ink({ left: 22, top: 150, right: 45, bottom: 600 }) > 200, "labels of the y axes");
  for (const colour of [blue, vermilion, green]) assert(picture.find(colour, plot).length > 60);
  for (const text of [TEXTS.blue, TEXTS.vermilion, TEXTS.green]) {
    assert(picture.find(equalTo(text), { left: 905 }).length > 20, "end label");
  }
  assertEquals(picture.inkAtEdges(), 0);
});

Deno.test("clampedChart() draws shares above and classes below, each larger value higher", async () => {
  const low = await Picture.decode(clampedChart(history));
  const high = await Picture.decode(clampedChart({ ...history, clamped: [0.9, 0.9, 0.9], predicted: [10, 9, 9, 9] }));
  const top = (picture: Picture, colour: typeof blue) => boxOf(picture.find(colour, { ...plot, left: 450 })).top;
  assert(top(high, vermilion) < top(low, vermilion));
  assert(top(high, green) < top(low, green));
  assert(boxOf(low.find(vermilion, plot)).bottom < boxOf(low.find(green, plot)).top, "the panels are apart");
});

Deno.test("clampedChart() draws any history: untrained, one epoch, gaps, two classes and many", async () => {
  const histories = [
    { clamped: [], accuracy: [0.1], predicted: [3], classes: 10 },
    { clamped: [0], accuracy: [0.1, 1], predicted: [2, 2], classes: 2 },
    { clamped: [null, NaN, 0.5], accuracy: [null, 0.2, 0.3, 0.4], predicted: [1, 2, 3, 4], classes: 47 },
    { clamped: Array(300).fill(0.3), accuracy: Array(301).fill(0.7), predicted: Array(301).fill(7), classes: 10 },
    { clamped: [], accuracy: [], predicted: [], classes: 10 },
  ];
  for (const one of histories) {
    const picture = await Picture.decode(clampedChart({ ...history, ...one }));
    assertEquals(picture.inkAtEdges(), 0, JSON.stringify(one).slice(0, 60));
  }
});
