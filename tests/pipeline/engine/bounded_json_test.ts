import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { JsonBoundError, MAX_DEPTH, parseBoundedJson } from "../../../pipeline/engine/store/bounded_json.ts";

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

Deno.test("parseBoundedJson() returns the same as JSON.parse", () => {
  fc.assert(fc.property(fc.json({ maxDepth: 8 }), (text) => {
    assertEquals(parseBoundedJson(text, text.length), JSON.parse(text));
  }));
});

Deno.test("parseBoundedJson() rejects only texts that exceed a bound", () => {
  parseBoundedJson(nested(MAX_DEPTH), 1000);
  assertThrows(() => parseBoundedJson(nested(MAX_DEPTH + 1), 1000), JsonBoundError, "at character 64");
  assertThrows(() => parseBoundedJson("[1,2]", 4), JsonBoundError, "expected at most 4 characters, but found 5");
  for (const depth of [100_000, 1_000_000]) {
    assertThrows(() => parseBoundedJson('{"a":'.repeat(depth), 1e9), JsonBoundError, "levels of brackets");
  }
});

Deno.test("parseBoundedJson() does not count brackets in strings", () => {
  const text = JSON.stringify('"\\[{'.repeat(100) + "\\");
  assertEquals(parseBoundedJson(text, text.length), JSON.parse(text));
});
