import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { lossChart } from "../../../pipeline/charts/charts.ts";
import { toPoints } from "../../../pipeline/charts/series.ts";
import { MARKS, TEXTS } from "../../../pipeline/charts/chart_theme.ts";
import { boxOf, equalTo, Picture } from "./picture.ts";

const history = { title: "a title", train: [90, 60, 40, 30], test: [150, 80, 60, 55, 50], reduction: "mean per image" };
const blue = equalTo(MARKS.blue);
const vermilion = equalTo(MARKS.vermilion);
/** Where the curves are: below the legend, left of the end labels. */
const plot = { top: 84, right: 930 };

Deno.test("lossChart() draws title, axes, both curves and end labels, none of them cut", async () => {
  const picture = await Picture.decode(lossChart(history));
  assertEquals([picture.width, picture.height], [1000, 560]);
  assert(picture.ink({ left: 22, top: 18, right: 200, bottom: 46 }) > 200, "title");
  assert(picture.ink({ left: 22, top: 150, right: 45, bottom: 450 }) > 200, "label of the y axis");
  assert(picture.ink({ left: 400, top: 515, right: 600, bottom: 540 }) > 200, "label of the x axis");
  assert(picture.find(blue, plot).length > 500, "train");
  assert(picture.find(vermilion, plot).length > 300, "test");
  assert(picture.ink({ left: 935 }) > 200, "end labels");
  assertEquals(picture.inkAtEdges(), 0);
});

Deno.test("lossChart() draws larger losses higher and later epochs further right", async () => {
  const picture = await Picture.decode(lossChart({ ...history, train: [100, 100, 10, 10], test: [] }));
  const places = picture.find(blue, plot);
  const { left, right } = boxOf(places);
  const ys = (from: number, to: number) => boxOf(places.filter(([x]) => x >= from && x <= to));
  const early = ys(left, left + 50);
  const late = ys(right - 50, right);
  assert(early.bottom < late.top, `early ${early.bottom} is above late ${late.top}`);
});

Deno.test("lossChart() leaves a gap where a loss is not finite", async () => {
  const train = [50, 50, NaN, Infinity, 50, 50];
  const picture = await Picture.decode(lossChart({ ...history, train, test: [] }));
  const columns = new Set(picture.find(blue, plot).map(([x]) => x));
  const { left, right } = boxOf(picture.find(blue, plot));
  const missing = Array.from({ length: right - left }, (_, i) => left + i).filter((x) => !columns.has(x));
  assert(missing.length > (right - left) / 2, `${missing.length} of ${right - left} columns are empty`);
});

Deno.test("lossChart() leaves out a curve that has no value, and says so when none has", async () => {
  const one = await Picture.decode(lossChart({ ...history, test: [null, null] }));
  assertEquals(one.find(vermilion).length, 0);
  const none = await Picture.decode(lossChart({ ...history, train: [NaN], test: [null] }));
  assertEquals(none.find(blue).length, 0);
  assert(none.ink({ left: 400, top: 262, right: 640, bottom: 284 }) > 400, "message");
});

Deno.test("lossChart() writes the last values below each other when they are equal", async () => {
  const picture = await Picture.decode(lossChart({ ...history, train: [3, 2], test: [4, 3, 2] }));
  const labels = [TEXTS.blue, TEXTS.vermilion].map((text) => picture.find(equalTo(text), { left: 932 }));
  for (const places of labels) assert(places.length > 20, "both are there");
  const [train, test] = labels.map(boxOf);
  assert(train.bottom < test.top || test.bottom < train.top);
});

Deno.test("toPoints() counts epochs from the first one and turns what is not finite into gaps", () => {
  assertEquals(toPoints([5, NaN, null, -Infinity, 6], 1), [
    { x: 1, y: 5 },
    { x: 2, y: null },
    { x: 3, y: null },
    { x: 4, y: null },
    { x: 5, y: 6 },
  ]);
});

Deno.test("lossChart() draws any history: none, untrained, one epoch, equal, huge, tiny and many values", async () => {
  const equal = new Array(5).fill(2.3);
  const many = Array.from({ length: 500 }, (_, i) => 100 / (i + 1));
  const histories: [(number | null)[], (number | null)[]][] = [
    [[], []],
    [[], [147]],
    [[2], [3, 1]],
    [equal, [2.3, ...equal]],
    [[0, 0], [0, 0, 0]],
    [[1e6, 5e5], [1e6, 3, 1e-7]],
    [[-1, -2], [3, -4, 5]],
    [many, [null, ...many]],
  ];
  for (const [train, test] of histories) {
    const picture = await Picture.decode(lossChart({ ...history, train, test }));
    assertEquals(picture.inkAtEdges(), 0, `history ${JSON.stringify(train).slice(0, 40)}`);
    if (train.length > 0) assert(picture.find(blue, plot).length > 10, `history ${JSON.stringify(train).slice(0, 40)}`);
  }
});

Deno.test("lossChart() breaks a long title and cuts what does not fit into two lines", async () => {
  const long = await Picture.decode(lossChart({ ...history, title: "a title of many words ".repeat(20) }));
  assertEquals(long.inkAtEdges(), 0);
  assert(long.ink({ left: 22, top: 44, right: 900, bottom: 66 }) > 1000, "second line");
  assertNotEquals(lossChart({ ...history, title: "x" }), lossChart({ ...history, title: "y" }));
});
