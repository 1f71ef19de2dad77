import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parseJsonText } from "../../../pipeline/experiment/json_text.ts";

const MISTAKES: { of: string; text: string; place: string; says: string }[] = [
  { of: "a comma too many", text: '{\n  "a": 1,\n}', place: "line 3, column 1", says: "property name" },
  { of: "a comma too few", text: '{\n  "a": 1\n  "b": 2\n}', place: "line 3, column 3", says: "','" },
  { of: "a value that is missing", text: '{\n  "a": }', place: "line 2, column 8", says: "'}'" },
  { of: "a word that is none", text: '{"a": true,\n "b": yes}', place: "line 2, column 7", says: "'y'" },
  { of: "a word with a slip", text: "[\n tru\n]", place: "line 2, column 5", says: "Unexpected" },
  {
    of: "Infinity",
    text: '{"long": "' + "x".repeat(80) + '",\n"lr": Infinity}',
    place: "line 2, column 7",
    says: "'I'",
  },
  { of: "a comment", text: "{\n  // why\n}", place: "line 2, column 3", says: "property name" },
  { of: "an end too early", text: '{\n  "a": [1,', place: "line 2, column 11", says: "end" },
  { of: "an empty file", text: "", place: "line 1, column 1", says: "end" },
  { of: "something after the end", text: "{}\n}", place: "line 2, column 1", says: "after the end" },
  { of: "a string over two lines", text: '{"a": "x\ny"}', place: "line 1, column 9", says: "control character" },
];

for (const { of, text, place, says } of MISTAKES) {
  Deno.test(`parseJsonText() tells line and column of ${of}`, () => {
    const { message } = assertThrows(() => parseJsonText(text), SyntaxError);
    assertEquals(message.split(":")[0], place);
    assert(message.slice(place.length).includes(says), message);
    assert(!message.includes("JSON"), message);
  });
}

Deno.test("parseJsonText() reads a text that starts with a byte order mark", () => {
  assertEquals(parseJsonText('\uFEFF{"a": 1}'), { a: 1 });
});

Deno.test("parseJsonText() reads whatever JSON.stringify writes", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const text = JSON.stringify(value);
    assertEquals(parseJsonText(text), JSON.parse(text));
  }));
});

Deno.test("parseJsonText() finds a stray letter wherever it stands", () => {
  const text = JSON.stringify({ a: [1, { b: null }], c: -2.5, d: [true, false] }, null, 1);
  const gaps = [...text.matchAll(/\n/g)].map(({ index }) => index);
  fc.assert(fc.property(fc.constantFrom(...gaps), (gap) => {
    const broken = `${text.slice(0, gap)}@${text.slice(gap)}`;
    const { message } = assertThrows(() => parseJsonText(broken), SyntaxError);
    const before = broken.slice(0, gap).split("\n");
    assertEquals(message.split(":")[0], `line ${before.length}, column ${before.at(-1)!.length + 1}`);
  }));
});
