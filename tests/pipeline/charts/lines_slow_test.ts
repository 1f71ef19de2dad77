import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { curve, type Lines, type Panel, type Series } from "../../../pipeline/charts/marks.ts";
import { curveStyle, MARKS, MAX_CURVES, TEXTS } from "../../../pipeline/charts/theme.ts";
import { boxOf, equalTo, Picture, pictureOf, pngOf } from "./picture.ts";
import { contrastOf } from "./svg.ts";

const [blue, vermilion, green] = [MARKS.blue, MARKS.vermilion, MARKS.green].map(equalTo);
const ring = equalTo(TEXTS.green);
/** Where the curves are: below the legend, left of the end labels. */
const plot = { top: 88, right: 915 };
/** A band is its colour, thin, on white. */
const thinBlue = (colour: [number, number, number]) => colour[2] > 230 && colour[0] < 225 && colour[0] > 190;

const panelOf = (...curves: (number | null)[][]): Panel => ({
  label: "loss",
  unit: "number",
  series: curves.map((values, i) => curve(`curve ${i}`, values)),
});
const lines = (...panels: Panel[]): Lines => ({ kind: "lines", panels });
const accuracy = (...values: (number | null)[]) =>
  lines({ label: "accuracy", unit: "percent", best: "highest", enlarge: true, series: [curve("test", values)] });
const banded = (label: string, values: (number | null)[], spread: number): Series => {
  const moved = (by: number) => values.map((value) => (value === null ? null : value + by));
  return { label, values, ...(spread === 0 ? {} : { band: { low: moved(-spread), high: moved(spread) } }) };
};

Deno.test("lines: title, note, axes, legend, every curve and its last value are drawn, none of them cut", async () => {
  const marks = { ...lines(panelOf([150, 80, 60, 55, 50], [null, 90, 60, 40, 30])), note: "A note on these data." };
  const picture = await pictureOf(marks);
  assertEquals([picture.width, picture.height], [1000, 560]);
  assert(picture.ink({ left: 22, top: 18, right: 200, bottom: 46 }) > 200, "title");
  assert(picture.ink({ left: 22, top: 48, right: 200, bottom: 70 }) > 200, "note");
  assert(picture.ink({ left: 22, top: 150, right: 45, bottom: 450 }) > 100, "label of the y axis");
  assert(picture.ink({ left: 400, top: 515, right: 600, bottom: 540 }) > 200, "label of the x axis");
  assert(picture.find(blue, plot).length > 500, "first curve");
  assert(picture.find(vermilion, plot).length > 300, "second curve");
  for (const text of [TEXTS.blue, TEXTS.vermilion]) {
    assert(picture.find(equalTo(text), { left: 930 }).length > 20, "end label");
  }
  assertEquals(picture.inkAtEdges(), 0);
});

Deno.test("lines: larger values are higher and later epochs further right", async () => {
  const places = (await pictureOf(lines(panelOf([100, 100, 10, 10])))).find(blue, plot);
  const { left, right } = boxOf(places);
  const ys = (from: number, to: number) => boxOf(places.filter(([x]) => x >= from && x <= to));
  assert(ys(left, left + 50).bottom < ys(right - 50, right).top);
});

Deno.test("lines: shares from 0 to 1 fill the panel from 0 % at the bottom to 100 % at the top", async () => {
  const picture = await pictureOf(accuracy(0, 1, 0, 1));
  assertEquals([picture.width, picture.height], [1000, 560]);
  const { top, bottom } = boxOf(picture.find(blue, plot));
  assertAlmostEquals(top, 93, 8);
  assertAlmostEquals(bottom, 483, 8);
});

Deno.test("lines: a value that is not finite is a gap, and a curve without a value is left out", async () => {
  const picture = await pictureOf(lines(panelOf([50, 50, NaN, Infinity, 50, 50], [null, null])));
  const columns = new Set(picture.find(blue, plot).map(([x]) => x));
  const { left, right } = boxOf(picture.find(blue, plot));
  const missing = Array.from({ length: right - left }, (_, i) => left + i).filter((x) => !columns.has(x));
  assert(missing.length > (right - left) / 2, `${missing.length} of ${right - left} columns are empty`);
  assertEquals(picture.find(vermilion).length, 0);
  const none = await pictureOf(lines(panelOf([NaN], [null])));
  assertEquals(none.find(blue).length, 0);
  assert(none.ink({ left: 300, top: 252, right: 740, bottom: 300 }) > 400, "says that there is none");
});

Deno.test("lines: where a curve becomes infinite or NaN is marked at the top, and its end says so", async () => {
  const text = equalTo(TEXTS.blue);
  const marks = async (...values: (number | null)[]) => {
    const picture = await pictureOf(lines(panelOf(values, values.map(() => 1))));
    const columns = picture.find(text, { top: 88, bottom: 135, right: 850 }).map(([x]) => x).sort((a, b) => a - b);
    return { places: columns.filter((x, i) => i === 0 || x > columns[i - 1] + 20).length, picture };
  };
  for (const value of [Infinity, -Infinity, NaN]) {
    assertEquals((await marks(2, 2, value, value, 2, 2)).places, 1, String(value));
    assertEquals((await marks(2, value, 2, value, 2, 2)).places, 2, String(value));
    assertEquals((await marks(value, 2, 2, 2, 2, 2)).places, 1, "at the first epoch");
    const { picture } = await marks(2, value);
    const label = boxOf(picture.find(text, { left: 860 }));
    assert(label.top < 130 && label.right - label.left > 80, `the end label is ${JSON.stringify(label)}`);
    assertEquals(picture.inkAtEdges(), 0);
  }
  assertEquals((await marks(2, null, 2, 2, 2, 2)).places, 0, "a gap");
});

Deno.test("lines: equal last values are written below each other", async () => {
  const picture = await pictureOf(lines(panelOf([4, 3, 2], [null, 3, 2])));
  const [first, second] = [TEXTS.blue, TEXTS.vermilion].map((text) =>
    boxOf(picture.find(equalTo(text), { left: 940 }))
  );
  assert(first.bottom < second.top || second.bottom < first.top);
  assertEquals(picture.inkAtEdges(), 0);
});

Deno.test("lines: an axis is logarithmic where numbers span more than a factor of 20", async () => {
  const heights = async (values: number[]) => {
    const places = (await pictureOf(lines(panelOf(values)))).find(blue, plot);
    const { left, right, top, bottom } = boxOf(places);
    const middle = boxOf(places.filter(([x]) => Math.abs(x - (left + right) / 2) < 3));
    return (bottom - (middle.top + middle.bottom) / 2) / (bottom - top);
  };
  assertAlmostEquals(await heights([1000, 10 ** 1.5, 1]), 0.5, 0.03);
  assertAlmostEquals(await heights([10, 5, 0]), 0.5, 0.03);
});

Deno.test("lines: trained epochs that lie close together are enlarged, in a panel above", async () => {
  const picture = await pictureOf(accuracy(0.05, 0.94, 0.96, 0.97, 0.965));
  assertEquals([picture.width, picture.height], [1000, 660]);
  const enlarged = boxOf(picture.find(blue, { ...plot, bottom: 385 }));
  assert(enlarged.bottom - enlarged.top > 120, "three percentage points fill the panel");
  const whole = boxOf(picture.find(blue, { ...plot, top: 400 }));
  const epoch = (whole.right - whole.left - 8) / 4;
  assertAlmostEquals(enlarged.left, whole.left + epoch, 3, "the untrained value is in the lower panel only");
});

Deno.test("lines: the best epoch is ringed and named, the first of equal ones", async () => {
  const picture = await pictureOf(accuracy(0.1, 0.3, 0.9, 0.5, 0.9));
  const { left, right, top, bottom } = boxOf(picture.find(blue, plot));
  const marked = boxOf(picture.find(ring, { ...plot, top: top - 4, bottom: top + 14 }));
  assertAlmostEquals((marked.left + marked.right) / 2, (left + right) / 2, 4);
  assertEquals(picture.find(ring, { ...plot, top: top + 30, bottom }).length, 0);
  assertEquals((await pictureOf(accuracy(0.1))).find(ring).length, 0, "nothing to choose from");
});

Deno.test("lines: panels are below each other, each with its own unit, and the curves go on counting", async () => {
  const shares: Panel = {
    label: "share",
    unit: "percent",
    most: 1,
    series: [curve("a", [0.1, 0.5]), curve("b", [0.5, 0.4])],
  };
  const counts: Panel = { label: "classes", unit: "count", most: 10, series: [curve("c", [10, 6])] };
  const picture = await pictureOf(lines(shares, counts));
  assertEquals([picture.width, picture.height], [1000, 660]);
  assert(boxOf(picture.find(vermilion, plot)).bottom < boxOf(picture.find(green, plot)).top);
  const wide = boxOf(picture.find(equalTo(TEXTS.green), { left: 905 }));
  assert(wide.right - wide.left > 40, "6 of 10");
  assertEquals(picture.inkAtEdges(), 0);
});

Deno.test("lines: a dashed curve shows on a whole one below it", async () => {
  const picture = await pictureOf(lines(panelOf([1, 2, 3], [1, 2, 3])));
  assert(picture.find(blue, plot).length > 200 && picture.find(vermilion, plot).length > 200);
});

Deno.test("lines: a band reaches from the lowest to the highest, and a curve alone has none", async () => {
  const height = async (spread: number) => {
    const panel: Panel = { label: "l", unit: "percent", most: 1, series: [banded("a", [0, 0.5, 0.5, 0.5], spread)] };
    const picture = await pictureOf(lines(panel));
    const places = picture.find(thinBlue, { left: 500, right: 600 });
    if (places.length < 200) return 0;
    const { top, bottom } = boxOf(places);
    return bottom - top;
  };
  assertEquals(await height(0), 0);
  const [narrow, wide] = [await height(0.1), await height(0.2)];
  assert(narrow > 50, String(narrow));
  assert(Math.abs(wide / narrow - 2) < 0.1, `${wide} is not twice ${narrow}`);
});

Deno.test("lines: names at the ends are cut to the letters in which variants differ", async () => {
  const long = "a name so long that it does not fit ".repeat(3);
  const marks: Lines = {
    ...lines({ label: "l", unit: "percent", series: [curve("a", [0.1, 0.9]), curve(long, [0.1, 0.2])] }),
    named: true,
  };
  const picture = await pictureOf(marks);
  assert(picture.ink({ left: 760, right: 978, top: 100, bottom: 500 }) > 300);
  assertEquals(picture.inkAtEdges(), 0);
});

Deno.test("lines: many places other than epochs have axes through 0, curves without marks, and gaps at null", async () => {
  const values = Array.from({ length: 161 }, (_, i) => -4 + i / 20);
  const x = { label: "x", unit: "number", values } as const;
  const slopes = values.map((x, i) => (i === 81 ? null : x > 0 ? 1 : 0));
  const series = [curve("relu(x)", values.map((x) => Math.max(0, x))), curve("derivative", slopes)];
  const picture = await pictureOf({ kind: "lines", x, panels: [{ label: "relu(x)", unit: "number", series }] });
  const slope = picture.find(vermilion, { top: 100, bottom: 490 });
  const value = boxOf(picture.find(blue, { top: 100, bottom: 490 }));
  const middle = (value.left + value.right) / 2;
  const [left, right] = [slope.filter(([x]) => x < middle - 2), slope.filter(([x]) => x > middle + 2)].map(boxOf);
  assertAlmostEquals(left.top, left.bottom, 3, "0 below 0");
  assertAlmostEquals(right.top, right.bottom, 3, "1 above 0");
  assertAlmostEquals((left.top - right.top) / (left.top - value.top), 0.25, 0.03, "1 of 4");
  assertEquals(picture.inkAtEdges(), 0);
});

Deno.test("lines: any curves are drawn: none, gaps, one epoch, many, huge, tiny, too many", async () => {
  const many = Array.from({ length: 20 }, (_, i) => banded(`run ${i}`, [0.1, i / 20], 0.02));
  const sets: Series[][] = [
    [],
    [curve("a", [null, null])],
    [curve("a", [0.5])],
    [curve("a", [1, 1, 1, 1])],
    [curve("a", [0, 0])],
    [curve("a", [0.1, null, 0.9, NaN, 0.91, null])],
    [curve("a", Array(301).fill(0.7))],
    [curve("a", [1e6, 3, 1e-7]), curve("b", [0, 0, 0]), curve("c", [2.3, NaN, Infinity])],
    [curve("a", [-3, -2])],
    many,
  ];
  for (const series of sets) {
    for (const unit of ["percent", "number", "count"] as const) {
      for (
        const panel of [
          { label: "l", unit, series },
          { label: "l", unit, series, best: "lowest", enlarge: true } as const,
        ]
      ) {
        const picture = await pictureOf({ ...lines(panel), named: true });
        assertEquals(picture.inkAtEdges(), 0, `${series.length} curves in ${unit}`);
      }
    }
  }
});

Deno.test("lines: of more curves than can be told apart, the first ones are drawn", async () => {
  const many = Array.from({ length: 20 }, (_, i) => [i, 2 * i]);
  const png = (count: number) => pngOf(lines(panelOf(...many.slice(0, count))));
  assertEquals(await png(20), await png(12));
  assertNotEquals(await png(12), await png(11));
});

Deno.test("curve() makes gaps of what is no number", () => {
  assertEquals(curve("a", [1, null, NaN, Infinity, "2", undefined]).values, [1, null, NaN, Infinity, null, null]);
  assertEquals(curve("a", undefined).values, []);
});

Deno.test("curveStyle() gives no two curves the same look, with colour or without", () => {
  const styles = Array.from({ length: MAX_CURVES }, (_, i) => curveStyle(i));
  assertEquals(new Set(styles.map(({ colour, form }) => colour + form)).size, MAX_CURVES);
  assertEquals(new Set(styles.map(({ form, dash }) => form + dash)).size, MAX_CURVES);
  for (const key of ["colour", "form", "dash"] as const) {
    assertEquals(new Set(styles.slice(0, 6).map((one) => String(one[key]))).size, 6);
  }
});

Deno.test("texts have a contrast of at least 4.5 to 1 on white", () => {
  for (const [name, colour] of Object.entries(TEXTS)) assert(contrastOf(colour, "#FFFFFF") >= 4.5, name);
});

Deno.test("a picture is the same bytes when it is drawn twice", async () => {
  const marks = accuracy(0.1, 0.9, 0.95);
  assertEquals(await pngOf(marks), await pngOf(marks));
  assert((await Picture.decode(await pngOf(marks))).width > 0);
});
