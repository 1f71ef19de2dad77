import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { overlayChart } from "../../../pipeline/charts/charts.ts";
import { MOST_CURVES, overlayStyle } from "../../../pipeline/charts/overlay_style.ts";
import { MARKS } from "../../../pipeline/charts/chart_theme.ts";
import { boxOf, equalTo, Picture } from "./picture.ts";

const blue = equalTo(MARKS.blue);
const vermilion = equalTo(MARKS.vermilion);
/** A band is its colour, thin, on white. */
const thinBlue = (colour: [number, number, number]) => colour[2] > 230 && colour[0] < 225 && colour[0] > 190;

function curve(name: string, mean: (number | null)[], spread = 0) {
  const moved = (by: number) => mean.map((value) => (value === null ? null : value + by));
  return { name, seeds: spread === 0 ? 1 : 5, mean, low: moved(-spread), high: moved(spread) };
}

const chart = { title: "Test accuracy", kind: "share", label: "test accuracy" } as const;

Deno.test("overlayChart() draws title, axes, legend, every curve and its name, none of them cut", async () => {
  const curves = [
    curve("a", [0.1, 0.8, 0.9]),
    curve("a name so long that it does not fit ".repeat(3), [0.1, 0.3, 0.2]),
  ];
  const picture = await Picture.decode(overlayChart({ ...chart, curves }));
  const { width, height } = picture;
  // Shares of the picture, for its pixels may be twice as many as its units.
  const box = (left: number, top: number, right: number, bottom: number) => ({
    left: Math.round(left * width),
    top: Math.round(top * height),
    right: Math.round(right * width),
    bottom: Math.round(bottom * height),
  });
  assert(picture.ink(box(0.02, 0.03, 0.3, 0.08)) > 200, "title");
  assert(picture.ink(box(0.02, 0.3, 0.045, 0.7)) > 200, "label of the y axis");
  assert(picture.ink(box(0.3, 0.92, 0.6, 0.97)) > 200, "label of the x axis");
  assert(picture.find(blue, box(0.1, 0.2, 0.7, 0.9)).length > 300, "first curve");
  assert(picture.find(vermilion, box(0.1, 0.2, 0.7, 0.9)).length > 200, "second curve");
  assert(picture.ink(box(0.78, 0.1, 0.98, 0.9)) > 300, "names");
  assertEquals(picture.inkAtEdges(), 0);
});

Deno.test("overlayChart() draws a band from the lowest to the highest seed, and none for one seed", async () => {
  const values = [0.5, 0.5, 0.5];
  const height = async (spread: number) => {
    const picture = await Picture.decode(overlayChart({ ...chart, curves: [curve("a", values, spread)] }));
    const places = picture.find(thinBlue, { left: picture.width * 0.3 | 0, right: picture.width * 0.5 | 0 });
    if (places.length < 200) return 0;
    const { top, bottom } = boxOf(places);
    return (bottom - top) / picture.height;
  };
  assertEquals(await height(0), 0);
  const [narrow, wide] = [await height(0.1), await height(0.2)];
  assert(narrow > 0.05, String(narrow));
  assert(Math.abs(wide / narrow - 2) < 0.1, `${wide} is not twice ${narrow}`);
});

Deno.test("overlayChart() draws any curves: none, only gaps, one epoch, huge, tiny, more than can be told apart", async () => {
  const many = Array.from({ length: 20 }, (_, i) => curve(`run ${i}`, [0.1, i / 20], 0.02));
  const cases = [[], [curve("a", [null, null])], [curve("a", [0.5])], many];
  for (const curves of cases) {
    for (const kind of ["share", "loss"] as const) {
      const picture = await Picture.decode(overlayChart({ ...chart, kind, curves }));
      assertEquals(picture.inkAtEdges(), 0, `${curves.length} curves`);
    }
  }
  const losses = [curve("a", [1e6, 3, 1e-7]), curve("b", [0, 0, 0]), curve("c", [2.3, NaN, Infinity])];
  assertEquals((await Picture.decode(overlayChart({ ...chart, kind: "loss", curves: losses }))).inkAtEdges(), 0);
  assertNotEquals(overlayChart({ ...chart, curves: many }), overlayChart({ ...chart, curves: many.slice(0, 12) }));
});

Deno.test("overlayChart() gives the same bytes for the same curves", () => {
  const curves = [curve("a", [0.1, 0.9], 0.05), curve("b", [0.1, 0.8])];
  assertEquals(overlayChart({ ...chart, curves }), overlayChart({ ...chart, curves }));
});

Deno.test("overlayStyle() gives no two curves the same look, with colour or without", () => {
  const styles = Array.from({ length: MOST_CURVES }, (_, i) => overlayStyle(i));
  assertEquals(new Set(styles.map(({ colour, form }) => colour + form)).size, MOST_CURVES);
  assertEquals(new Set(styles.map(({ form, dash }) => form + dash)).size, MOST_CURVES);
  const six = styles.slice(0, 6);
  for (const key of ["colour", "form", "dash"] as const) {
    assertEquals(new Set(six.map((one) => String(one[key]))).size, 6);
  }
});

Deno.test("overlayStyle() writes in colours with a contrast of at least 4.5 to 1 on white", () => {
  const channel = (hex: string) => {
    const part = parseInt(hex, 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  for (let i = 0; i < 6; i++) {
    const [r, g, b] = overlayStyle(i).textColour.match(/[0-9A-F]{2}/gi)!.map(channel);
    const contrast = 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05);
    assert(contrast >= 4.5, `${overlayStyle(i).textColour}: ${contrast}`);
  }
});
