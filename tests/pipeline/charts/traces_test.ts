import { assert, assertEquals, assertGreater, assertStringIncludes } from "@std/assert";
import { textWidth } from "../../../pipeline/charts/fitted_text.ts";
import type { Trace, TraceAxis, TraceLook, Traces } from "../../../pipeline/charts/marks.ts";
import { figureOf } from "../../../pipeline/charts/page/chart_figure.ts";
import { MARKS } from "../../../pipeline/charts/theme.ts";
import { layOutTraces } from "../../../pipeline/charts/traces_layout.ts";
import { equalTo, pictureOf } from "./picture.ts";

const axis = (at: number, label: string, texts: readonly string[]): TraceAxis => {
  return { at, label, ticks: texts.map((text, i) => ({ at: i / Math.max(1, texts.length - 1), text })) };
};
const trace = (look: TraceLook, share: number, places: Trace["places"], title: string = look): Trace => {
  return { look, share, places, title };
};
const plane: Traces = {
  kind: "traces",
  size: { width: 600, height: 300 },
  axes: [axis(0, "accuracy", ["0 %", "50 %", "100 %"])],
  below: axis(0, "epoch", ["0", "1", "3"]),
  rules: [{ at: 0.5, text: "best 3 of 9 go on" }, { at: 1, text: "the end" }],
  traces: [
    trace("best", 1, [[0, 0], [0.5, 0.8], [1, 1]]),
    trace("faint", 0, [[0, 0], [0.5, 0.4]]),
    trace("plain", 0.5, [[0, 0], null, [1, 0.5]]),
    trace("failed", 0, [[0, 0.2]]),
  ],
  legend: { worst: "worst 10 %", best: "best 99 %", looks: { best: "winner", failed: "failed" } },
};
const parallel: Traces = {
  ...plane,
  axes: [
    axis(0, "a very long name of a parameter", Array.from({ length: 60 }, (_, i) => `a value with a long name ${i}`)),
    axis(0.5, "another very long name of a parameter", ["1", "10", "a value that is longer than its room"]),
    axis(1, "validation accuracy", ["0 %", "100 %"]),
  ],
  below: undefined,
  rules: [],
};

/** The boxes of all texts. */
function boxesIn(traces: Traces) {
  return layOutTraces(traces).texts.map(({ x, y, text, align }) => {
    const width = textWidth(text, { size: 13 });
    const left = align === "left" ? x : align === "right" ? x - width : x - width / 2;
    return { text, left, right: left + width, top: y - 6, bottom: y + 6 };
  });
}

Deno.test("no text of lines over axes touches another one or leaves the picture, whatever its length", () => {
  const crowded: Traces = {
    ...plane,
    below: axis(0, "x".repeat(500), Array.from({ length: 40 }, (_, i) => `value ${i}`)),
    rules: Array.from({ length: 30 }, (_, i) => ({ at: (i + 1) / 30, text: `best ${i} go on` })),
  };
  const long = { ...plane, axes: [axis(0, "y".repeat(500), ["z".repeat(300), "0"])] };
  for (const traces of [plane, parallel, crowded, long]) {
    const boxes = boxesIn(traces);
    assertGreater(boxes.length, 4);
    for (const [i, a] of boxes.entries()) {
      assert(a.left >= -1 && a.right <= 601 && a.top >= 0 && a.bottom <= 300, JSON.stringify(a));
      for (const b of boxes.slice(0, i)) {
        const touches = a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
        assert(!touches, `${JSON.stringify(a)} touches ${JSON.stringify(b)}`);
      }
    }
  }
});

Deno.test("lines are laid out by look and colour, the best above all others, with a gap where a place is missing", () => {
  const { groups, legend, rules } = layOutTraces(plane);
  assertEquals(groups.map(({ look, rank }) => [look, rank]), [
    ["failed", 0],
    ["faint", 0],
    ["plain", 4],
    ["halo", 0],
    ["best", 0],
  ]);
  const [failed, faint, plain] = groups;
  assertEquals(plain.lines[0].d.split("M").length - 1, 2, "a gap");
  assertEquals(faint.ends.match(/h\.01/g)?.length, 1, "where it ends");
  assertStringIncludes(failed.lines[0].d, "l8 8m0-8l-8 8", "a cross");
  assertEquals(rules.match(/M/g)?.length, 2);
  assertEquals(legend.map(({ look }) => look), [...Array(8).fill("plain"), "best", "failed"]);
  const upright = layOutTraces({ ...plane, axes: parallel.axes, below: undefined }).groups;
  assertEquals(upright.find(({ look }) => look === "faint")!.ends, "", "between several axes, lines have no ends");
});

Deno.test("a page's lines have their titles, and texts of others are texts", () => {
  const hostile = "</title><script>alert(1)</script>";
  const marks = { ...plane, traces: [trace("plain", 1, [[0, 0], [1, 1]], hostile)] };
  const text = figureOf({ name: "chart", title: "A title", about: "", marks }).text;
  assertStringIncludes(text, "<title>&#60;/title&#62;&#60;script&#62;alert(1)&#60;/script&#62;</title>");
  assert(!text.includes("<script"));
  assertStringIncludes(text, 'role="img" aria-label="A title"');
  assertStringIncludes(text, '<div class="scroll" tabindex="0"');
  const small = figureOf({
    name: "chart",
    title: "A title",
    about: "",
    marks: { ...plane, size: { width: 336, height: 250 } },
  });
  assert(!small.text.includes("scroll"), "a small chart takes the width that there is");
});

Deno.test("the picture of lines has the winner in green, failed ones in their colour, and nothing at its edges", async () => {
  for (const marks of [plane, parallel]) {
    const picture = await pictureOf(marks);
    assertEquals(picture.width, 600 + 2 * 22);
    assertGreater(picture.find(equalTo(MARKS.green)).length, 300);
    assertGreater(picture.ink(), 2000);
    assertEquals(picture.inkAtEdges(), 0);
  }
});
