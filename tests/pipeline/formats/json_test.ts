import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { FormatError } from "../../../core/errors.ts";
import { decodeJson, encodeJson } from "../../../pipeline/formats/json.ts";

Deno.test("encodeJson() writes two spaces a level and a line feed at the end", () => {
  assertStrictEquals(
    new TextDecoder().decode(encodeJson({ a: [1], b: null })),
    '{\n  "a": [\n    1\n  ],\n  "b": null\n}\n',
  );
});

Deno.test("encodeJson() keeps the order of the fields", () => {
  assertEquals(Object.keys(decodeJson<Record<string, number>>(encodeJson({ z: 1, a: 2, m: 3 }))), ["z", "a", "m"]);
});

Deno.test("encodeJson() writes every number so that it is read back to the bit", () => {
  fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
    assertStrictEquals(decodeJson<number>(encodeJson(value)), value === 0 ? 0 : value);
  }));
});

Deno.test("decodeJson() gives back what encodeJson() wrote", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    assertStrictEquals(JSON.stringify(decodeJson(encodeJson(value))), JSON.stringify(value));
  }));
});

Deno.test("decodeJson() throws when the bytes are no JSON", () => {
  assertThrows(() => decodeJson(new TextEncoder().encode('{"torn": ')), FormatError);
});
