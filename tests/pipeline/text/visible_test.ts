import { assert, assertEquals } from "@std/assert";
import { csvBytes, csvOf } from "../../../pipeline/text/csv.ts";
import { markdownTable, markdownText } from "../../../pipeline/text/markdown.ts";
import { hasHidden, visible, visibleLines } from "../../../pipeline/text/visible.ts";

/** Characters that a terminal, a page or a spreadsheet obeys instead of showing. */
export const HOSTILE: readonly string[] = [
  ...["\u0000", "\u0007", "\b", "\r", "\u001b[2J", "\u001b]0;title\u0007", "\u007f", "\u0085", "\u009b2J", "\u009d"],
  ...["\u061c", "\u200b", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u2069", "\u2060"],
  ...["\ufeff", "\ufff9", "\ud800", "\udc00", "\u{e0041}", "\ufffe", "\uffff", "\u00ad"],
];

Deno.test("visible() writes what is obeyed instead of shown as JSON would, and nothing else", () => {
  for (const hostile of [...HOSTILE, "\n", "\t"]) {
    const text = visible(`a${hostile}b`);
    assert(hasHidden(`a${hostile}b`), text);
    assert(!hasHidden(text) && /^a\\u[0-9a-f]{4}.*b$/.test(text), text);
    // So JSON remains JSON of the same value.
    const json = JSON.stringify({ [`k${hostile}`]: [hostile, "\\u0041"] });
    assertEquals(JSON.parse(visible(json)), JSON.parse(json));
  }
  for (
    const text of ["", "two-layer@seed=7", "äöü ∂L/∂z → ★ ± 96.78 %", "日本語 עברית عربي", "👩\u200d💻", "نامه\u200cای"]
  ) {
    assertEquals([visible(text), visibleLines(text), hasHidden(text)], [text, text, false]);
  }
  assertEquals(visibleLines("a\n\tb\r\n\u001bc"), "a\n\tb\\u000d\n\\u001bc");
});

Deno.test("csvOf() writes one line per row, and no cell that a spreadsheet computes", () => {
  const formulas = [
    "=1+2",
    "+1+2",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "=cmd|' /C calc'!A0",
    "＝1",
    "-x",
  ];
  for (const formula of formulas) {
    const cell = csvOf([[formula]]).replace(/^"?/, "");
    assert(cell.startsWith("'"), JSON.stringify([formula, cell]));
  }
  assertEquals(csvOf([["a", 1.5, -0.25, null, undefined, "-1.5", "+2", "x-1"]]), "a,1.5,-0.25,,,-1.5,+2,x-1\n");
  assertEquals(csvOf([['say "a,b"', ["x", "y,z"], true], []]), '"say ""a,b""","[""x"",""y,z""]",true\n\n');
  for (const hostile of [...HOSTILE, "\n", "\r\n", "\t"]) {
    const text = csvOf([[`a${hostile}b,1`, [hostile]], [1, 2]]);
    assertEquals(text.split("\n").length, 3, JSON.stringify(text));
    assert(!hasHidden(text.replaceAll("\n", "")), JSON.stringify(text));
  }
});

Deno.test("Markdown cells neither end, nor begin anything", () => {
  assertEquals(
    markdownText("a|b\\|`c`*d*_e_<img>[f](g)&h;~~i~~"),
    "a\\|b\\\\\\|\\`c\\`\\*d\\*\\_e\\_\\<img\\>\\[f\\](g)\\&h;\\~\\~i\\~\\~",
  );
  for (const hostile of [...HOSTILE, "\n", "\r\n", "\n| forged | row |\n", "|", "\\|"]) {
    const text = markdownTable([{ title: `a${hostile}`, align: "left" }, { title: "n", align: "right" }], [
      [{ text: `x${hostile}y`, bold: true }, { text: hostile, bold: false }],
    ]);
    const lines = text.split("\n");
    assertEquals(lines.length, 3, JSON.stringify(text));
    for (const line of lines) {
      // Three bars that are not escaped: two cells.
      assertEquals(line.replaceAll(/\\./g, "").split("|").length, 4, JSON.stringify(line));
      assert(!hasHidden(line), JSON.stringify(line));
    }
  }
});

Deno.test("csvBytes() are the bytes of csvOf(), however many there are", () => {
  const long = "é".repeat(3_000_000);
  for (
    const rows of [
      [],
      [["a", 1]],
      [[long], ["ü", null], [long, long]],
      Array.from({ length: 90_000 }, (_, i) => [i, `straße ${i}`]),
    ]
  ) {
    assertEquals(csvBytes(rows), new TextEncoder().encode(csvOf(rows)));
  }
});
