/** Comments and spacing are free, everything else counts: on all source files of the project. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { parse } from "@babel/parser";
import { readSource } from "../../../pipeline/engine/keys/source_facts.ts";
import { programFiles } from "../../../pipeline/engine/keys/code_map.ts";
import { significantText, type Token } from "../../../pipeline/engine/keys/significant_text.ts";
import { Generator } from "../../../core/random/mod.ts";
import { ROOT } from "./bench.ts";

const TYPESCRIPT = { isTypeScript: true, isJsx: false };
const digestOf = async (text: string) => (await readSource(new TextEncoder().encode(text), TYPESCRIPT, false)).digest;

/** Text between two tokens on one line, and on several. It begins with a space: after a division, comments are others. */
const ON_A_LINE = [" ", "\t", " /* a */ ", " /* `\"' // */ ", " /**/"];
const OVER_LINES = ["\n", "\n\n", "\r\n", "\n// it's `a` /* comment\n", "\n/**\n * Two.\n */\n", " /*\n*/"];

/** The tokens of a text, without comments. */
function tokensOf(text: string): Token[] {
  const { tokens } = parse(text, { sourceType: "module", tokens: true, plugins: ["typescript"] });
  return (tokens as (Token & { type: unknown })[]).filter(({ type, start, end }) =>
    typeof type !== "string" && end > start
  );
}

/** The text with other spacing and comments, with the same line breaks between tokens. */
function respaced(text: string, tokens: readonly Token[], draw: (below: number) => number): string {
  let [result, end] = ["", 0];
  for (const token of tokens) {
    const gap = text.slice(end, token.start);
    const choices = gap === "" ? [""] : /[\n\r]/.test(gap) ? OVER_LINES : ON_A_LINE;
    result += (draw(4) === 0 && end > 0 ? choices[draw(choices.length)] || gap : gap) +
      text.slice(token.start, token.end);
    end = token.end;
  }
  return `${result}\n// The end.`;
}

/** Tokens of which there are others: names, numbers, strings and parts of templates. */
const OTHER: readonly [RegExp, (token: string) => string][] = [
  [/^[\p{ID_Start}$_]/u, (token) => `${token}_`],
  [/^\d/, (token) => (token === "1" ? "2" : "1")],
  [/^["'`]|^\}.*[`{]$/s, (token) => `${token[0]} ${token.slice(1)}`],
];

/** The text with another token of the same kind; null if the drawn one has none. */
function changed(text: string, { start, end }: Token): string | null {
  const token = text.slice(start, end);
  const [, change] = OTHER.find(([pattern]) => pattern.test(token)) ?? [];
  if (change === undefined || change(token) === token) return null;
  return text.slice(0, start) + change(token) + text.slice(end);
}

Deno.test("comments and spacing change no source file's digest, and one other token changes it", async () => {
  const generator = new Generator(7);
  const drawn = new Float32Array(1);
  const draw = (below: number) => {
    generator.uniform(drawn, 0, below);
    return Math.min(below - 1, Math.floor(drawn[0]));
  };
  const files = programFiles([ROOT]).filter((path) => path.endsWith(".ts"));
  assert(files.length > 300);
  let changes = 0;
  for (const path of files) {
    const text = Deno.readTextFileSync(path);
    const tokens = tokensOf(text);
    // What is a comment in scripts makes all of a file count.
    if (tokens.length === 0 || /<!--|-->/.test(text)) continue;
    const before = await digestOf(text);
    assertNotEquals(significantText(text, tokens), null, path);
    assertEquals(await digestOf(respaced(text, tokens, draw)), before, path);
    const other = changed(text, tokens[draw(tokens.length)]);
    if (other === null) continue;
    changes++;
    assertNotEquals(await digestOf(other), before, path);
  }
  assert(changes > 100, `${changes}`);
});

Deno.test("significantText() is null if something between two tokens is neither spacing nor a comment", () => {
  const tokens = [{ start: 0, end: 1 }, { start: 4, end: 5 }];
  assertEquals(significantText("a + b", tokens), null);
  assertEquals(significantText("a   b", tokens), '["","a","","b"]');
  assertEquals(significantText("a\n\n b", tokens), '["","a","\\n","b"]');
  assertEquals(significantText("a/**/b", [{ start: 0, end: 1 }, { start: 5, end: 6 }]), '["","a","","b"]');
  assertEquals(significantText("a --> b", [{ start: 0, end: 1 }, { start: 2, end: 5 }, { start: 6, end: 7 }]), null);
  assertEquals(significantText("abc", [{ start: 0, end: 2 }, { start: 1, end: 3 }]), null);
});

Deno.test("readSource() counts every byte of a file that it cannot parse or decode", async () => {
  for (const text of ["a b c", "a = ;"]) {
    assertNotEquals(await digestOf(`${text} // 1`), await digestOf(`${text} // 2`));
  }
  // It may read the text of functions in other files.
  assert((await readSource(new TextEncoder().encode("a = ;"), TYPESCRIPT, false)).readsText);
  const { problems } = await readSource(new TextEncoder().encode("1;\na b import(c)"), TYPESCRIPT, false);
  assertEquals(problems.map(({ line }) => line), [2]);
  const facts = await readSource(Uint8Array.of(0xff, 0xfe, 0x31, 0), TYPESCRIPT, false);
  assert(facts.problems[0].what.startsWith("is not UTF-8"));
});

/** Why sources of the command line, and two others that no stage reaches, could not be the code of a stage. */
const UNFOLLOWED = /^(imports a module whose name is computed|uses import\.meta)/;

Deno.test("readSource() finds all sources of the project readable, and no code in them that is a string", async () => {
  for (const path of programFiles([{ ...ROOT, program: ["core", "pipeline"] }])) {
    if (!path.endsWith(".ts")) continue;
    const { problems } = await readSource(Deno.readFileSync(path), TYPESCRIPT, false);
    assertEquals(problems.filter(({ what }) => !UNFOLLOWED.test(what)), [], path);
  }
});
