import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fitEnds, textWidth } from "../../../pipeline/charts/fitted_text.ts";
import { curve, type Lines } from "../../../pipeline/charts/marks.ts";
import { figureOf } from "../../../pipeline/charts/page/chart_figure.ts";
import { SURFACE } from "../../../pipeline/charts/theme.ts";
import { equalTo, type Picture, pictureOf } from "./picture.ts";

const LONG = "an-experiment-with-the-kind-of-name-that-people-type-when-they-are-in-a-hurry-and-do-not-care";

function linesOf(names: readonly string[]): Lines {
  const series = names.map((name, i) => curve(name, [0.1, 0.5 + i / 100, 0.8 + i / 100]));
  return { kind: "lines", named: true, panels: [{ label: "accuracy", unit: "percent", most: 1, series }] };
}

/** The y of the topmost grid line. */
function topOfPlot(picture: Picture): number {
  const isGrid = equalTo(SURFACE.grid);
  for (let y = 0; y < picture.height; y++) {
    if (picture.find(isGrid, { top: y, bottom: y, right: 600 }).length > 200) return y;
  }
  return picture.height;
}

/** How many rows of the legend's symbols are above the plot. */
function legendRows(picture: Picture, bottom: number): number {
  const isInk = (y: number) => picture.ink({ left: 34, right: 60, top: y, bottom: y }) > 0;
  let rows = 0;
  for (let y = 60; y < bottom - 8; y++) if (isInk(y) && !isInk(y - 1)) rows++;
  return rows;
}

Deno.test("legends of any number of long names are above the plot, and leave its height to it", async () => {
  const heights = [];
  for (const count of [2, 7, 12]) {
    const picture = await pictureOf(linesOf(Array.from({ length: count }, (_, i) => `${LONG}-${i}`)));
    const top = topOfPlot(picture);
    assertEquals(legendRows(picture, top), count, `${count} names`);
    assertEquals(picture.inkAtEdges(), 0);
    heights.push(picture.height - top);
  }
  assert(Math.max(...heights) - Math.min(...heights) < 40, heights.join());
});

Deno.test("pictures with few short names keep their size", async () => {
  for (const count of [1, 2, 6]) {
    assertEquals((await pictureOf(linesOf(Array.from({ length: count }, (_, i) => `lr=0.${i}`)))).height, 560);
  }
});

Deno.test("fitEnds() keeps both ends of a long text, and what fits as it is", () => {
  const font = { size: 13 } as const;
  assertEquals(fitEnds("short", font, 100), "short");
  for (const room of [40, 100, 300]) {
    const text = fitEnds(`${LONG}-42`, font, room);
    assert(textWidth(text, font) <= room, text);
    assert(text.startsWith("a") && text.includes("…") && text.endsWith("2"), text);
  }
});

Deno.test("a page's legend has the ends of a long name, and all of it to hover and in the table", () => {
  const page = figureOf({ name: "c", title: "Curves", about: "", marks: linesOf([`${LONG}-1`, "brief"]) }).text;
  assertStringIncludes(page, `<span title="${LONG}-1">an-experiment`);
  assertStringIncludes(page, `<th scope="col">${LONG}-1</th>`);
  assertStringIncludes(page, "</svg>brief <b>");
});
