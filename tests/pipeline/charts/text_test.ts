import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { measureWidth } from "../../../pipeline/charts/canvas.ts";
import {
  fitText,
  fittingSize,
  formatCount,
  formatPercent,
  formatShortCount,
  formatTick,
  formatValue,
  wrapText,
} from "../../../pipeline/charts/chart_text.ts";
import { cssFont } from "../../../pipeline/charts/chart_theme.ts";

const font = cssFont(14);

Deno.test("fitText() leaves what fits and ends the rest with an ellipsis", () => {
  assertEquals(fitText("short", font, 200), "short");
  const cut = fitText("a long text that does not fit", font, 100);
  assertStringIncludes(cut, "…");
  assert(measureWidth(cut, font) <= 100);
});

Deno.test("wrapText() gives lines that fit and never more than asked for", () => {
  fc.assert(fc.property(fc.string({ maxLength: 200 }), fc.integer({ min: 40, max: 400 }), (text, width) => {
    const lines = wrapText(text, font, width, 2);
    assert(lines.length <= 2);
    for (const line of lines) assert(measureWidth(line, font) <= width, line);
    if (!lines.join("").includes("…")) assertEquals(lines.join(" "), text.split(/\s+/).filter(Boolean).join(" "));
  }));
});

Deno.test("wrapText() fills the lines with words and cuts the last one", () => {
  const width = measureWidth("one two three", font) + 2;
  assertEquals(wrapText("one two three four", font, width), ["one two three", "four"]);
  assertEquals(wrapText("one two three one two three", font, width), ["one two three", "one two three"]);
  assertEquals(wrapText("one two three one two three four", font, width), ["one two three", "one two thr…"]);
  assertEquals(wrapText("", font, width), []);
});

Deno.test("fittingSize() is the largest size in which the texts fit", () => {
  const size = fittingSize(["12", "123,456"], 60, 40);
  assert(measureWidth("123,456", cssFont(size)) <= 60);
  assert(measureWidth("123,456", cssFont(size + 1)) > 60);
  assertEquals(fittingSize(["1"], 1000, 16), 16);
  assertEquals(fittingSize([], 10, 16), 16);
});

Deno.test("formatPercent(), formatCount() and formatShortCount() write numbers one way on every machine", () => {
  assertEquals([formatPercent(0.96744), formatPercent(1, 0), formatPercent(null)], ["96.74%", "100%", "–"]);
  assertEquals([0, 999, 1000, 1234567].map(formatCount), ["0", "999", "1,000", "1,234,567"]);
  assertEquals(
    [0, 999, 1000, 9949, 9950, 120_000, 999_499, 999_500, 1e6, 25e6].map(formatShortCount),
    ["0", "999", "1.0k", "9.9k", "10k", "120k", "999k", "1.0M", "1.0M", "25M"],
  );
});

Deno.test("formatValue() and formatTick() keep the digits that matter", () => {
  assertEquals(
    [0, 0.01234, 1.4979, 21.642, 147.365, 1e6, -3.5, 1e-7, 1e12].map(formatValue),
    ["0.0000", "0.0123", "1.498", "21.64", "147.4", "1,000,000", "-3.500", "1.00e-7", "1.00e+12"],
  );
  assertEquals([0, 0.1 + 0.2, 50, 20000, -4, 1e8].map(formatTick), ["0", "0.3", "50", "20,000", "-4", "1e8"]);
});
