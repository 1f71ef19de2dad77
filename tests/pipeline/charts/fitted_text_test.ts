import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import "../../../pipeline/charts/png/canvas.ts";
import { createCanvas } from "@napi-rs/canvas";
import { fitText, fittingSize, type Font, textWidth, wrapText } from "../../../pipeline/charts/fitted_text.ts";
import { cssFont } from "../../../pipeline/charts/png/chart_options.ts";

const ruler = createCanvas(1, 1).getContext("2d");
const FONT: Font = { size: 14 };
const WEIGHTS: Font[] = [{ size: 1000 }, { size: 1000, weight: "bold" }];

/** The width of a text as the canvas draws it. */
function drawnWidth(text: string, font: Font): number {
  ruler.font = cssFont(font);
  return ruler.measureText(text).width;
}

Deno.test("textWidth() is the width in DejaVu Sans for every letter of ASCII, in both weights", () => {
  for (let code = 32; code < 127; code++) {
    const letter = String.fromCharCode(code);
    for (const font of WEIGHTS) assertAlmostEquals(textWidth(letter, font), drawnWidth(letter, font), 0.6, letter);
  }
});

Deno.test("textWidth() is never too small for the other letters that charts use", () => {
  for (const text of ["∂Wᵀ·x − Σ → … ×", "ÄÖÜ éèê ß ñ", "≤≥–✓✗"]) {
    for (const font of WEIGHTS) assert(textWidth(text, font) >= drawnWidth(text, font), text);
  }
});

Deno.test("fitText() leaves what fits, and cuts the rest at either end", () => {
  assertEquals(fitText("short", FONT, 200), "short");
  const [start, end] = (["start", "end"] as const).map((from) =>
    fitText("a long text that does not fit", FONT, 100, from)
  );
  for (const text of [start, end]) assert(textWidth(text, FONT) <= 100, text);
  assert(start.startsWith("a long") && start.endsWith("…"));
  assert(end.startsWith("…") && end.endsWith("not fit"));
  assertEquals(fitText("x".repeat(5_000_000), FONT, 30), "x…");
});

Deno.test("wrapText() gives lines that fit, and no more than asked for", () => {
  fc.assert(fc.property(fc.string({ maxLength: 200 }), fc.integer({ min: 40, max: 400 }), (text, room) => {
    const lines = wrapText(text, FONT, room, 3);
    assert(lines.length <= 3);
    for (const line of lines) assert(textWidth(line, FONT) <= room, line);
    if (!lines.join("").includes("…")) assertEquals(lines.join(" "), text.split(/\s+/).filter(Boolean).join(" "));
  }));
});

Deno.test("wrapText() fills the lines with words and cuts the last one", () => {
  const room = textWidth("one two three", FONT) + 2;
  assertEquals(wrapText("one two three four", FONT, room, 2), ["one two three", "four"]);
  assertEquals(wrapText("one two three one two three", FONT, room, 2), ["one two three", "one two three"]);
  const [, cut] = wrapText("one two three one two three four", FONT, room, 2);
  assertStringIncludes(cut, "…");
  assertEquals(wrapText("", FONT, room, 2), []);
});

Deno.test("fittingSize() is the largest size in which the texts fit", () => {
  const size = fittingSize(["12", "123,456"], 60, 40);
  assert(textWidth("123,456", { size }) <= 60 && textWidth("123,456", { size: size + 1 }) > 60);
  assertEquals([fittingSize(["1"], 1000, 16), fittingSize([], 10, 16)], [16, 16]);
});
