import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { FormatError } from "../../../core/errors.ts";
import { decodeJson, encodeJson } from "../../../pipeline/formats/json.ts";

Deno.test("encodeJson() indents by two spaces and ends with a line feed", () => {
  assertStrictEquals(
    new TextDecoder().decode(encodeJson({ a: [1], b: null })),
    '{\n  "a": [\n    1\n  ],\n  "b": null\n}\n',
  );
});

Deno.test("encodeJson() keeps the order of the fields", () => {
  assertEquals(Object.keys(decodeJson<Record<string, number>>(encodeJson({ z: 1, a: 2, m: 3 }))), ["z", "a", "m"]);
});

Deno.test("encodeJson() preserves every bit of a number", () => {
  fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
    assertStrictEquals(decodeJson<number>(encodeJson(value)), value === 0 ? 0 : value);
  }));
});

Deno.test("decodeJson() reads what encodeJson() wrote", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    assertStrictEquals(JSON.stringify(decodeJson(encodeJson(value))), JSON.stringify(value));
  }));
});

Deno.test("decodeJson() throws if the bytes are not JSON", () => {
  assertThrows(() => decodeJson(new TextEncoder().encode('{"torn": ')), FormatError);
});
