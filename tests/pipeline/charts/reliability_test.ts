import { assert, assertAlmostEquals, assertEquals, assertGreater } from "@std/assert";
import { MARKS, TEXTS } from "../../../pipeline/charts/theme.ts";
import { boxOf, equalTo, pictureOf } from "./picture.ts";

const blue = equalTo(MARKS.blue);
const vermilion = equalTo(MARKS.vermilion);
/** Below the legend. */
const plot = { top: 80 };
const bin = (from: number, count: number, confidence: number | null, accuracy: number | null) => ({
  ...{ from, to: from + 0.1 },
  ...{ count, confidence, accuracy },
});
const empty = Array.from({ length: 10 }, (_, i) => bin(i / 10, 0, null, null));
const only = (place: number, confidence: number, accuracy: number) =>
  empty.with(place, bin(place / 10, 50, confidence, accuracy));
const chart = (bins: typeof empty) => pictureOf({ kind: "reliability", bins });

Deno.test("reliability: a bar is as high as the accuracy, over its bin, with the gap to the confidence", async () => {
  const half = boxOf((await chart(only(9, 0.95, 0.5))).find(blue, plot));
  const whole = boxOf((await chart(only(9, 0.95, 1))).find(blue, plot));
  assertAlmostEquals((half.bottom - half.top) / (whole.bottom - whole.top), 0.5, 0.01);
  const first = boxOf((await chart(only(0, 0.05, 0.5))).find(blue, plot));
  assertAlmostEquals(first.right - first.left, half.right - half.left, 2);
  assertGreater(half.left - first.left, 8 * (half.right - half.left));
  const gap = boxOf((await chart(only(9, 0.95, 0.5))).find(vermilion, plot));
  assertAlmostEquals((half.bottom - gap.top) / (whole.bottom - whole.top), 0.95, 0.01);
  assertAlmostEquals(gap.bottom, half.top, 4);
});

Deno.test("reliability: the accuracy shows also where it is above the confidence", async () => {
  const picture = await chart(only(5, 0.55, 0.9));
  const [bar, gap] = [boxOf(picture.find(blue, plot)), boxOf(picture.find(vermilion, plot))];
  assert(bar.top < gap.top + 3 && gap.bottom < bar.bottom - 100);
});

Deno.test("reliability: title, axes and counts are drawn, none of them cut", async () => {
  const picture = await chart(only(9, 0.95, 0.5));
  assertEquals([picture.width, picture.height], [860, 800]);
  assertGreater(picture.ink({ left: 22, top: 18, right: 200, bottom: 46 }), 50);
  assertGreater(picture.find(equalTo(MARKS.grey), { top: 560 }).length, 1000);
  assertEquals(picture.inkAtEdges(), 0);
});

Deno.test("reliability: no prediction at all, one bin, fifty bins, and huge counts are drawn", async () => {
  const fifty = Array.from({ length: 50 }, (_, i) => ({ ...bin(i / 50, 1e6, i / 50, i / 50), to: (i + 1) / 50 }));
  const sets = [empty, [{ ...bin(0, 3, 0.5, 0), to: 1 }], fifty, only(9, 1, 1)];
  for (const bins of sets) assertEquals((await chart(bins)).inkAtEdges(), 0);
  const message = { left: 250, right: 650, top: 200, bottom: 600 };
  assertGreater((await chart(empty)).find(equalTo(TEXTS.grey), message).length, 20, "says that there is none");
});
