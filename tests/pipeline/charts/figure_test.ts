import { assert, assertEquals, assertGreater, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { textAt } from "../../../pipeline/charts/svg.ts";
import { type Bar, curve, type ImageItem, type Marks, type Panel } from "../../../pipeline/charts/marks.ts";
import { layOut } from "../../../pipeline/charts/line_layout.ts";
import { figureOf } from "../../../pipeline/charts/page/chart_figure.ts";
import { type PackedImages, unpackImage } from "../../../pipeline/charts/page/packed.ts";

const figure = (marks: Marks, title = "A title") =>
  figureOf({ name: "chart", title, about: "What it is.", marks }).text;
const panel: Panel = {
  ...{ label: "accuracy", unit: "percent", best: "highest" },
  series: [curve("test", [0.1, null, 0.9, 0.7]), {
    ...curve("mean", [0.1, 0.5]),
    band: { low: [0, 0.4], high: [0.2, 0.6] },
  }],
};
const image = (value: number, group: string): ImageItem => ({
  pixels: new Uint8Array(4).fill(value),
  caption: [[`row ${value}`, "muted"], ["<i>", "wrong"]],
  group,
});
const size = { width: 2, height: 2 };
const packedOf = (text: string): PackedImages =>
  JSON.parse(/<script type="application\/json" class="pixels">(.*?)<\/script>/s.exec(text)![1]);

Deno.test("figureOf() gives every figure a name, title, note and what it is, none of which can be markup", () => {
  const marks = { kind: "matrix", labels: [], counts: [], note: "<b>" } as const;
  const text = figure(marks, "<script>");
  assertStringIncludes(text, 'id="figure-chart"');
  assertStringIncludes(text, "<h3>&#60;script&#62;</h3>");
  assertStringIncludes(text, "&#60;b&#62;");
  assertStringIncludes(text, "What it is.");
});

Deno.test("a page's curves have gaps, dashes, bands, the best value, a legend, and all values in a table", () => {
  const text = figure({ kind: "lines", panels: [panel] });
  assertEquals([...text.matchAll(/<path d="M[\d. ]+M[\d. ]+L[\d. ]+"/g)].length, 1, "a gap");
  assertEquals([...text.matchAll(/<path class="band"/g)].length, 1);
  assertEquals([...text.matchAll(/stroke-dasharray/g)].length, 2, "a curve, and its line in the legend");
  assertStringIncludes(text, "best 90.00 %, epoch 2");
  assertStringIncludes(text, "test <b>70.00 %</b>");
  assertStringIncludes(text, '<tr><th scope="row">1</th><td>–</td><td>50.00 %</td></tr>');
  assert(!/NaN|undefined/.test(text));
});

Deno.test("a page marks where a curve becomes infinite or NaN, and its legend does not name an earlier value", () => {
  const textsOf = (...values: (number | null)[]) => {
    const text = figure({
      kind: "lines",
      panels: [{ label: "loss", unit: "number", series: [curve("test", values)] }],
    });
    const marks = [...text.matchAll(/<text x="([\d.]+)" y="[\d.]+" text-anchor="middle">(-?∞|NaN)<\/text>/g)];
    return { marks: marks.map(([, x, mark]) => [Number(x), mark]), legend: /test <b>(.*?)<\/b>/.exec(text)?.[1], text };
  };
  const diverged = textsOf(2.3, 1, Infinity, Infinity);
  assertEquals([diverged.marks.map(([, mark]) => mark), diverged.legend], [["∞"], "∞ (since epoch 2)"]);
  const back = textsOf(2.3, Infinity, 1, NaN, 0.5);
  assertEquals([back.marks.map(([, mark]) => mark), back.legend], [["∞", "NaN"], "0.5"]);
  assert(back.marks[0][0] < back.marks[1][0]);
  assertStringIncludes(back.text, '<tr><th scope="row">1</th><td>∞</td></tr>');
  assertEquals(textsOf(-Infinity, 1).marks.map(([, mark]) => mark), ["-∞"]);
  assertEquals(textsOf(2.3, null).marks, []);
  const never = textsOf(Infinity, Infinity).text;
  assertStringIncludes(never, "No finite value was recorded.");
  assertStringIncludes(never, "<td>∞</td>");
});

Deno.test("a page rings no best value of a curve that has none, and none that is infinite", () => {
  const ringOf = (...values: number[]) => {
    const series = [curve("a", values), curve("b", [0.1, 0.2])];
    return /best [^<">]*(?=<)/.exec(figure({ kind: "lines", panels: [{ ...panel, series }] }))?.[0];
  };
  assertEquals(ringOf(0.1, Infinity, 0.5), "best 50.00 %, epoch 2");
  assertEquals(ringOf(NaN, Infinity), undefined);
});

Deno.test("a page's curves stay within their panels, which are below each other", () => {
  const counts: Panel = { label: "classes", unit: "count", most: 10, series: [curve("c", [10, 6])] };
  const text = figure({ kind: "lines", panels: [panel, counts] });
  const [top, bottom] = /data-span="(\d+) (\d+)"/.exec(text)!.slice(1).map(Number);
  const heights = [...text.matchAll(/cy="([\d.]+)"/g)].map(([, y]) => Number(y));
  assert(heights.every((y) => y >= top && y <= bottom), String(heights));
  assertGreater(heights.at(-1)!, Math.max(...heights.slice(0, 6)), "the last panel is below the others");
});

Deno.test("a page says so when there is no value to draw, and draws unfinished and single ones", () => {
  assertStringIncludes(figure({ kind: "lines", panels: [] }), "No finite value was recorded.");
  for (const values of [[0.5], [null, 0.5], [null]]) {
    const text = figure({ kind: "lines", panels: [{ ...panel, series: [curve("a", values)] }] });
    assert(!/NaN|Infinity|undefined/.test(text), text);
  }
});

Deno.test("a page's confusion matrix names the classes and has every count, recall and precision", () => {
  const text = figure({ kind: "matrix", labels: ["cat", "dog"], counts: [[3, 1], [0, 2000]] });
  assertStringIncludes(text, '<th scope="row">cat</th>');
  assertMatch(text, /<td class="s10 right">3<\/td><td class="s6">1<\/td><td class="side">75\.0 %<\/td>/);
  assertMatch(text, /<td class="s0 none">0<\/td><td class="s12 right">2,000<\/td>/);
});

Deno.test("a page's images carry the pixels, a page of them shown, each with its caption and its group", () => {
  const items = Array.from({ length: 60 }, (_, i) => image(i, String(i % 12)));
  const text = figure({ kind: "images", size, colours: "grey", items, pictured: 12, groups: "true class" });
  const packed = packedOf(text);
  assertEquals([packed.width, packed.height, packed.colours, packed.images.length], [2, 2, "grey", 60]);
  assertEquals([...unpackImage(packed, 7)], [7, 7, 7, 7]);
  assertEquals([...text.matchAll(/<li /g)].length, 60);
  assertEquals([...text.matchAll(/<li data-group="\d+" hidden>/g)].length, 36);
  const options = [...text.matchAll(/<option>(\d+)<\/option>/g)].map(([, name]) => Number(name));
  assertEquals(options, Array.from({ length: 12 }, (_, i) => i), "in the order of numbers");
  assertStringIncludes(text, '<canvas role="img" aria-label="row 7, &#60;i&#62;">');
  assertStringIncludes(text, '<div class="vermilion">&#60;i&#62;</div>');
});

Deno.test("a page shows up to 48 images at once, without a pager", () => {
  const items = Array.from({ length: 48 }, (_, i) => image(i, "0"));
  const text = figure({ kind: "images", size, colours: "grey", items });
  assert(!text.includes("pager") && !text.includes("hidden"));
});

Deno.test("a page carries images up to 400,000 letters, and says so where there are more", () => {
  const pixels = Uint8Array.from({ length: 784 }, (_, i) => 1 + (i * 31) % 255);
  const items = Array.from({ length: 500 }, (_, i): ImageItem => ({ pixels, caption: [[`row ${i}`, "muted"]] }));
  const text = figure({ kind: "images", size: { width: 28, height: 28 }, colours: "grey", items });
  const { length } = packedOf(text).images;
  assert(length < 500 && length > 350, String(length));
  assert(text.includes(`This page includes the first ${length} of 500.`));
  assertEquals([...text.matchAll(/<li /g)].length, length);
  assertGreater(600_000, text.length);
});

Deno.test("a page's signed images keep sign and size, up to the limit", () => {
  const pixels = Float32Array.of(-2, -1, 0, 0.5, 1, NaN, 9, 1);
  const colours = { limit: 1, label: "weight" };
  const text = figure({ kind: "images", size: { width: 4, height: 2 }, colours, items: [{ pixels, caption: [] }] });
  assertEquals(packedOf(text).colours, "signed");
  assertEquals([...unpackImage(packedOf(text), 0)], [1, 1, 128, 192, 255, 128, 255, 255]);
  assertStringIncludes(text, "weight ≤ −1");
});

Deno.test("a page's images can have a bar for every class, in the colours of right and wrong", () => {
  const bars: Bar[] = [
    { label: "a", share: 0.25, role: "truth" },
    { label: "b", share: 0.75, role: "wrong" },
    { label: "c", share: 0, role: "muted" },
  ];
  const text = figure({ kind: "images", size, colours: "grey", items: [{ ...image(8, "0"), bars }] });
  const rects = [...text.matchAll(/<rect class="(\w+)" [^>]*height="(\d+)"/g)].map(([, ...found]) => found);
  assertEquals(rects, [["blue", "16"], ["vermilion", "48"], ["grey", "0"]]);
  assertStringIncludes(text, '<ul class="images with-bars">');
});

Deno.test("a page's drawing is inline, in the page's colours, without attributes that a strict policy forbids", () => {
  const body = textAt(10, 10, "<words>", { colour: "blue" });
  const all: Marks[] = [
    { kind: "drawing", size, body },
    { kind: "lines", panels: [panel] },
    { kind: "images", size, colours: "grey", items: [image(1, "0")] },
  ];
  for (const marks of all) assert(!/ style="| on\w+="| src="/.test(figure(marks)), marks.kind);
  assertStringIncludes(figure(all[0]), '<text class="blue"');
  assertStringIncludes(figure(all[0]), "&#60;words&#62;");
});

Deno.test("a page's images in colour carry three values for each pixel", () => {
  const pixels = Uint8Array.from({ length: 12 }, (_, i) => 20 * i);
  const text = figure({ kind: "images", size, colours: "rgb", items: [{ pixels, caption: [] }] });
  assertEquals(packedOf(text).colours, "rgb");
  assertEquals([...unpackImage(packedOf(text), 0)], [...pixels]);
  assert(!text.includes("signed hint"), "there is no key");
});

Deno.test("a page rejects images whose values are not as many as their size says", () => {
  for (const [length, colours] of [[3, "grey"], [5, "grey"], [4, "rgb"]] as const) {
    const items = [{ pixels: new Uint8Array(length), caption: [] }];
    assertThrows(() => figure({ kind: "images", size, colours, items }), RangeError, `2 × 2 pixels, found ${length}`);
  }
});

Deno.test("a page draws measurements as points, and a line through them without marks", () => {
  const series = [{ label: "fitted", values: [1, 2, 3] }, { label: "measured", values: [1, 3, 2], points: true }];
  const figure = figureOf({
    ...{ name: "fit", title: "Fit", about: "" },
    marks: {
      kind: "lines",
      x: { label: "x", unit: "number", values: [1, 2, 2] },
      panels: [{ label: "y", unit: "number", linear: true, series }],
    },
  }).text;
  const [fitted, measured] = figure.match(/<g class="curve [\s\S]*?<\/g>/g)!;
  const count = (text: string, part: string) => text.split(part).length - 1;
  assertEquals([count(fitted, "<path"), count(fitted, "<circle")], [1, 0]);
  assertEquals([count(measured, "<path"), count(measured, "<circle")], [0, 3]);
});

Deno.test("an axis of values has no tick outside of them", () => {
  const series = [{ label: "measured", values: [1, 2, 3], points: true }];
  const x = { label: "x", unit: "number", values: [-30, 500, 990] } as const;
  const { x: { ticks } } = layOut({ kind: "lines", x, panels: [{ label: "y", unit: "number", series }] });
  assertEquals([ticks[0], ticks.at(-1)], [0, 800]);
});
