import { assertEquals } from "@std/assert";
import { expectedFrom, isCliff } from "../../bench/cliffs.ts";

const cliffsOf = (line: number[]) => line.flatMap((_, at) => (isCliff(line, at) ? [at] : []));

Deno.test("isCliff marks a value below half of what both neighbours lead to expect", () => {
  assertEquals(cliffsOf([40, 40, 19, 40]), [2]);
  assertEquals(cliffsOf([40, 40, 21, 40]), []);
});

Deno.test("isCliff takes a steady rise for what it is, and small work for slow", () => {
  assertEquals(cliffsOf([1, 3, 9, 27, 40, 41]), []);
});

Deno.test("isCliff holds the last value against the one before", () => {
  assertEquals(expectedFrom([10, 30], 1), 10);
  assertEquals(cliffsOf([10, 30, 30, 14]), [3]);
});
