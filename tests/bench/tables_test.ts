import { assertEquals } from "@std/assert";
import { cacheOf } from "../../bench/machine.ts";
import { markdownTable } from "../../bench/markdown.ts";
import { atLeast, atMost } from "../../bench/sections/row.ts";
import { rowsText, threeDigits } from "../../bench/sections/table.ts";

Deno.test("markdownTable pads cells to columns, words left and numbers right, and fills up short rows", () => {
  const text = markdownTable(["who", "time"], [["a ≤ b", "12.5"], ["c"]]);
  assertEquals(
    text,
    [
      "| who   | time |",
      "| ----- | ---: |",
      "| a ≤ b | 12.5 |",
      "| c     |      |",
    ].join("\n"),
  );
});

Deno.test("rowsText holds the median against the target, in either direction", () => {
  const spread = { min: 1, median: 2, max: 9, runs: 3 };
  const rows = [
    { what: "fast", spread, unit: "ms", target: atMost(2) },
    { what: "slow", spread, unit: "ms", target: atMost(1.9) },
    { what: "much", spread, unit: "×", target: atLeast(2) },
    { what: "little", spread, unit: "×", target: atLeast(2.1) },
    { what: "as it is", spread, unit: "s", target: null },
  ];
  const cells = rowsText(rows).split("\n").slice(2).map((line) => line.split("|").map((cell) => cell.trim()));
  assertEquals(cells.map((line) => [line[1], line[3], line[6], line[7]]), [
    ["fast", "2 ms", "≤ 2 ms", "yes"],
    ["slow", "2 ms", "≤ 1.9 ms", "no"],
    ["much", "2 ×", "≥ 2 ×", "yes"],
    ["little", "2 ×", "≥ 2.1 ×", "no"],
    ["as it is", "2 s", "", ""],
  ]);
});

Deno.test("threeDigits shows three digits that count, and no powers of ten", () => {
  assertEquals([0, 0.012345, 1.2345, 12.345, 123.45, 12345.6].map(threeDigits), [
    "0",
    "0.0123",
    "1.23",
    "12.3",
    "123",
    "12346",
  ]);
});

Deno.test("cacheOf gives one core's share of a cache, and nothing for what it does not know", () => {
  assertEquals(cacheOf("L1d", "96 KiB (2 instances)"), "L1d 48 KiB");
  assertEquals(cacheOf("L3", "32 MiB (1 instance)"), "L3 32 MiB");
  assertEquals(cacheOf("L2", undefined), null);
});
