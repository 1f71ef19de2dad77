/** Grids: what several `--set` request together, and seeds. */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../../pipeline/engine/run_errors.ts";
import { combinationsOf, parseSeeds, readSettings } from "../../../pipeline/experiment/grid.ts";

Deno.test("readSettings() takes seeds as values of the seed, after those of --set", () => {
  assertEquals(readSettings(["fit.epochs=1,2", "fit.init=randn"], "3..4"), {
    settings: [
      { path: "fit.epochs", values: [1, 2] },
      { path: "fit.init", values: ["randn"] },
      { path: "seed", values: [3, 4] },
    ],
    warnings: [],
  });
});

Deno.test("readSettings() lets the last of two values of a path count, and names both", () => {
  const { settings, warnings } = readSettings(["fit.epochs=5", "seed=1", "pipeline.fit.epochs=6"]);
  assertEquals(settings, [{ path: "seed", values: [1] }, { path: "fit.epochs", values: [6] }]);
  assertEquals(warnings, [
    "fit.epochs is set twice, by --set fit.epochs=5 and --set fit.epochs=6; the last one counts.",
  ]);
  assertEquals(readSettings(["seed=5"], "1").warnings, [
    "seed is set twice, by --set seed=5 and --seeds 1; the last one counts.",
  ]);
  assertEquals(readSettings(["seed=5", "seed=5"]).warnings, [], "the same value");
});

Deno.test("readSettings() refuses a path that is set twice, once to several values", () => {
  const cases: [string[], string | null, string][] = [
    [["a=1,2", "a=3"], null, "a is set twice, by --set a=1,2 and --set a=3."],
    [["a=3", "a=1,2"], null, "a is set twice, by --set a=3 and --set a=1,2."],
    [["seed=5"], "0..4", "seed is set twice, by --set seed=5 and --seeds 0..4."],
  ];
  for (const [set, seeds, text] of cases) {
    const { message } = assertThrows(() => readSettings(set, seeds), UsageError);
    assertStringIncludes(message, `${text} Write all of its values as one list, as in --set`);
  }
});

Deno.test("readSettings() shows no password of a web address", () => {
  const [warning] = readSettings(["a=https://me:secret@host/1", "a=https://me:secret@host/2"]).warnings;
  assertEquals(warning.includes("secret"), false, warning);
});

Deno.test("combinationsOf() has every combination once, the last values changing fastest", () => {
  const texts = combinationsOf(readSettings(["a=1,2", "b=x", "c=3,4"], "0..1").settings, 1)
    .map((one) => one.map(({ path, value }) => `${path}${value}`).join(" "));
  assertEquals(texts, [
    ...["a1 bx c3 seed0", "a1 bx c3 seed1", "a1 bx c4 seed0", "a1 bx c4 seed1"],
    ...["a2 bx c3 seed0", "a2 bx c3 seed1", "a2 bx c4 seed0", "a2 bx c4 seed1"],
  ]);
  assertEquals(combinationsOf([], 3), [[]]);
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }), (counts) => {
    const settings = counts.map((n, i) => ({ path: `p${i}`, values: Array.from({ length: n }, (_, value) => value) }));
    const all = combinationsOf(settings, 1).map((one) => JSON.stringify(one));
    assertEquals([all.length, new Set(all).size], Array(2).fill(counts.reduce((a, b) => a * b, 1)));
  }));
});

Deno.test("combinationsOf() refuses more runs than anybody wants, and says what multiplies", () => {
  const numbers = Array.from({ length: 100 }, (_, i) => i).join(",");
  const { settings } = readSettings([`a=${numbers}`, `b=${numbers}`, "c=1"]);
  assertEquals(combinationsOf(settings, 1).length, 10_000);
  const { message } = assertThrows(() => combinationsOf(settings, 2), UsageError);
  assertStringIncludes(
    message,
    "2 files × 100 values of a × 100 values of b are 20000 runs, but one command does at most",
  );
});

Deno.test("parseSeeds() parses ranges and lists", () => {
  assertEquals(parseSeeds("0..3"), [0, 1, 2, 3]);
  assertEquals(parseSeeds("5..5"), [5]);
  assertEquals(parseSeeds("3,1,2"), [3, 1, 2]);
  assertEquals(parseSeeds("7"), [7]);
  assertEquals(parseSeeds("1,1,2"), [1, 2], "without duplicates");
});

Deno.test("parseSeeds() throws a UsageError with examples for anything else", () => {
  const wrong = [
    "",
    "1-3",
    "5..2",
    "0..",
    "..3",
    "1,,2",
    "1, 2",
    "a",
    "-1",
    "1.5",
    "0..99999",
    "9".repeat(20),
    "0...3",
  ];
  for (const text of wrong) {
    const { message } = assertThrows(() => parseSeeds(text), UsageError);
    assertStringIncludes(message, "each at most 9007199254740991 (2^53 - 1)");
    assertStringIncludes(message, "--seeds 0..9 or --seeds 0,1,2");
    assertStringIncludes(message, JSON.stringify(text));
  }
});
