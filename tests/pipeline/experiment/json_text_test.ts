import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parseJsonText } from "../../../pipeline/experiment/json_text.ts";

const MISTAKES: { of: string; text: string; position: string; reason: string }[] = [
  { of: "a superfluous comma", text: '{\n  "a": 1,\n}', position: "line 3, column 1", reason: "property name" },
  { of: "a missing comma", text: '{\n  "a": 1\n  "b": 2\n}', position: "line 3, column 3", reason: "','" },
  { of: "a missing value", text: '{\n  "a": }', position: "line 2, column 8", reason: "'}'" },
  { of: "an unknown word", text: '{"a": true,\n "b": yes}', position: "line 2, column 7", reason: "'y'" },
  { of: "a typo", text: "[\n tru\n]", position: "line 2, column 5", reason: "Unexpected" },
  {
    of: "Infinity",
    text: '{"long": "' + "x".repeat(80) + '",\n"lr": Infinity}',
    position: "line 2, column 7",
    reason: "'I'",
  },
  { of: "a comment", text: "{\n  // why\n}", position: "line 2, column 3", reason: "property name" },
  { of: "a truncated text", text: '{\n  "a": [1,', position: "line 2, column 11", reason: "end" },
  { of: "an empty file", text: "", position: "line 1, column 1", reason: "end" },
  { of: "text after the end", text: "{}\n}", position: "line 2, column 1", reason: "after the end" },
  { of: "a string over two lines", text: '{"a": "x\ny"}', position: "line 1, column 9", reason: "control character" },
];

for (const { of, text, position, reason } of MISTAKES) {
  Deno.test(`parseJsonText() reports line and column of ${of}`, () => {
    const { message } = assertThrows(() => parseJsonText(text), SyntaxError);
    assertEquals(message.split(":")[0], position);
    assert(message.slice(position.length).includes(reason), message);
    assert(!message.includes("JSON"), message);
  });
}

Deno.test("parseJsonText() skips a byte order mark", () => {
  assertEquals(parseJsonText('\uFEFF{"a": 1}'), { a: 1 });
});

Deno.test("parseJsonText() parses what JSON.stringify writes", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const text = JSON.stringify(value);
    assertEquals(parseJsonText(text), JSON.parse(text));
  }));
});

Deno.test("parseJsonText() finds a stray character at any position", () => {
  const text = JSON.stringify({ a: [1, { b: null }], c: -2.5, d: [true, false] }, null, 1);
  const gaps = [...text.matchAll(/\n/g)].map(({ index }) => index);
  fc.assert(fc.property(fc.constantFrom(...gaps), (gap) => {
    const broken = `${text.slice(0, gap)}@${text.slice(gap)}`;
    const { message } = assertThrows(() => parseJsonText(broken), SyntaxError);
    const before = broken.slice(0, gap).split("\n");
    assertEquals(message.split(":")[0], `line ${before.length}, column ${before.at(-1)!.length + 1}`);
  }));
});
