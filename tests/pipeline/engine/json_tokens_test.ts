import { assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { repeatedName, roundedInteger } from "../../../pipeline/engine/store/json_tokens.ts";

Deno.test("repeatedName() finds a name that an object has twice, at any depth and however it is spelled", () => {
  const cases: [text: string, name: string, first: number, again: number][] = [
    ['{"a":1,"a":1}', "a", 1, 7],
    ['[{"b":{"a":1,"c":2,"a":3}}]', "a", 7, 19],
    ['{"lr":1,\n"\\u006cr":2}', "lr", 1, 9],
    ['{"":[{"a":1}], "x":{"a":{}}, "":0}', "", 1, 29],
    ['{"__proto__":1,"__proto__":2}', "__proto__", 1, 15],
    ['{"say \\"hi\\"":1,"say \\u0022hi\\"":2}', 'say "hi"', 1, 16],
  ];
  for (const [text, name, first, again] of cases) assertEquals(repeatedName(text), { name, first, again }, text);
});

Deno.test("repeatedName() finds nothing in values that are equal, in other objects, or in strings", () => {
  for (
    const text of [
      '{"a":"a","b":"a"}',
      '[{"a":1},{"a":1}]',
      '{"a":{"a":{"a":1}}}',
      '["a","a"]',
      '{"a":"{\\"b\\":1,\\"b\\":2}"}',
    ]
  ) {
    assertStrictEquals(repeatedName(text), null, text);
  }
  fc.assert(fc.property(fc.json(), (text) => assertStrictEquals(repeatedName(text), null, text)));
});

Deno.test("roundedInteger() finds only integers that are read as another one", () => {
  for (const integer of ["9007199254740993", "-9007199254740993", "18446744073709551615", "1".repeat(400)]) {
    assertEquals(roundedInteger(`{"a":[1, ${integer}]}`), { integer, index: 9 });
  }
  const exact = [
    "9007199254740991",
    "9007199254740992",
    "-9007199254740992",
    "18446744073709551616",
    "1e300",
    "0.1",
    "-0",
  ];
  assertStrictEquals(roundedInteger(`[${exact.join(",")}, "9007199254740993"]`), null);
  fc.assert(fc.property(fc.double({ noNaN: true }), (value) => {
    assertStrictEquals(roundedInteger(JSON.stringify([value])), null);
  }));
});
