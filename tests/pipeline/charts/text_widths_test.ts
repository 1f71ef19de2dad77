import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { measureWidth } from "../../../pipeline/charts/canvas.ts";
import { brokenText, cutText, textWidth } from "../../../pipeline/charts/text_widths.ts";
import { cssFont } from "../../../pipeline/charts/chart_theme.ts";

Deno.test("textWidth() is the width in DejaVu Sans for every letter of ASCII, in both weights", () => {
  for (let code = 32; code < 127; code++) {
    const letter = String.fromCharCode(code);
    for (const weight of ["normal", "bold"] as const) {
      assertAlmostEquals(textWidth(letter, 1000, weight), measureWidth(letter, cssFont(1000, weight)), 0.6, letter);
    }
  }
});

Deno.test("textWidth() is never too small for the other letters that drawings use", () => {
  for (const text of ["∂Wᵀ·x − Σ → … ×", "ÄÖÜ éèê ß ñ", "≤≥–"]) {
    for (const weight of ["normal", "bold"] as const) {
      assert(textWidth(text, 1000, weight) >= measureWidth(text, cssFont(1000, weight)), text);
    }
  }
});

Deno.test("cutText() and brokenText() give lines that fit, and no more than asked for", () => {
  fc.assert(fc.property(fc.string({ maxLength: 120 }), fc.integer({ min: 30, max: 300 }), (text, room) => {
    assert(textWidth(cutText(text, room, 13), 13) <= room);
    const lines = brokenText(text, room, 13, 3);
    assert(lines.length <= 3);
    for (const line of lines) assert(textWidth(line, 13) <= room, line);
    if (!lines.join("").includes("…")) assertEquals(lines.join(" "), text.split(" ").filter((w) => w !== "").join(" "));
  }));
});

Deno.test("brokenText() fills the lines and cuts the last one", () => {
  const room = textWidth("one two three", 13);
  assertEquals(brokenText("one two three four", room, 13, 2), ["one two three", "four"]);
  assertEquals(brokenText("one two three one two three four", room, 13, 2), ["one two three", "one two thr…"]);
  assertEquals(brokenText("", room, 13, 2), []);
});
