import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { decodeText, parseJsonText, withoutComments } from "../../../pipeline/experiment/json_text.ts";

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
  {
    of: "a field that is there twice",
    text: '{\n  "a": 1,\n  "a": 1\n}',
    position: "line 3, column 3",
    reason: '"a" is there twice; the first is at line 2, column 3',
  },
  {
    of: "a field twice, once escaped",
    text: '[{"lr": 1, "\\u006cr": 2}]',
    position: "line 1, column 12",
    reason: '"lr"',
  },
  {
    of: "a rounded integer",
    text: '{"seed":\n9007199254740993}',
    position: "line 2, column 1",
    reason: "9007199254740993 would be rounded to 9007199254740992",
  },
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

Deno.test("decodeText() reports the first byte that is not UTF-8, with line and column", () => {
  const cases: [bytes: number[], position: string, byte: string][] = [
    [[0xe9], "line 1, column 1", "byte 0 of the file, 0xe9,"],
    [[0x22, 0xe9, 0x22], "line 1, column 2", "byte 1 of the file, 0xe9,"],
    [[0xc3, 0xa9, 0x0a, 0xc3, 0xa9, 0xfc], "line 2, column 2", "byte 5 of the file, 0xfc,"],
    // The beginning of a character, and nothing else.
    [[0x0a, 0x61, 0xe2, 0x82], "line 2, column 2", "byte 2 of the file, 0xe2,"],
    // UTF-16, as some editors write; a surrogate; an overlong slash.
    [[0xff, 0xfe, 0x7b, 0x00], "line 1, column 1", "byte 0 of the file, 0xff,"],
    [[0x61, 0xed, 0xa0, 0x80], "line 1, column 2", "byte 1 of the file, 0xed,"],
    [[0xc0, 0xaf], "line 1, column 1", "byte 0 of the file, 0xc0,"],
  ];
  for (const [bytes, position, byte] of cases) {
    const { message } = assertThrows(() => decodeText(Uint8Array.from(bytes)), SyntaxError);
    assertEquals(message, `${position}: ${byte} is not UTF-8. Save the file as UTF-8`);
  }
});

Deno.test("decodeText() returns every text, also with U+FFFD in it", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    assertEquals(decodeText(new TextEncoder().encode(text + "\uFFFD")), text + "\uFFFD");
  }));
});

Deno.test("withoutComments() leaves what is no comment, and every position, as it is", () => {
  const text = '{ // a "comment"\n  "url": "https://a/*b*/", /* of\r\n two lines */ "c": "\\"//" }//';
  const expected = '{               \n  "url": "https://a/*b*/",      \r\n              "c": "\\"//" }  ';
  assertEquals(withoutComments(text), expected);
  assertEquals(parseJsonText(withoutComments(text)), { url: "https://a/*b*/", c: '"//' });
});

for (
  const [text, message] of [
    ['{ /* never closed\n "a": 1 }', "line 1, column 3"],
    ['{ "a": 1 / 2 }', "line 1, column 10"],
    ['{ "a": 1, // the last comma\n}', "line 2, column 1"],
    ['{ "a": "never closed // \n}', "line 1, column 25"],
    ["{ # }", "line 1, column 3"],
  ]
) {
  Deno.test(`withoutComments() makes nothing else valid: ${JSON.stringify(text)}`, () => {
    assertEquals(assertThrows(() => parseJsonText(withoutComments(text)), SyntaxError).message.split(":")[0], message);
  });
}

Deno.test("withoutComments() takes time in proportion to the text, however it is mixed", () => {
  for (const part of ["/*", "/", '"', '\\"', "/*/", "//", '"\\']) {
    const text = part.repeat((1 << 15) / part.length);
    const started = performance.now();
    assertEquals(withoutComments(text).length, text.length);
    assert(performance.now() - started < 2000, part);
  }
});
