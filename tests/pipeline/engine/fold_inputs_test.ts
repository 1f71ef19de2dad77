import { assertEquals, assertNotEquals } from "@std/assert";
import { z } from "zod";
import { wire } from "../../../pipeline/engine/stage/stage_graph.ts";
import { eachStep } from "../../../pipeline/engine/stage/kind.ts";
import { digestOfPlain } from "../../../pipeline/engine/store/digest.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { runAll, withCache } from "./bench.ts";
import { bytesKind, foldStage } from "./toys.ts";

const [letter, link] = ["letter", "link"].map(bytesKind);
const encode = (text: string) => new TextEncoder().encode(text);

const letters = foldStage({
  name: "letters",
  version: 1,
  about: "Outputs a letter at every step.",
  source: new URL("./toys.ts", import.meta.url).href,
  params: z.object({ letters: z.string() }),
  stepName: "letter",
  inputs: {},
  outputs: {},
  each: { letter },
  lastStep: ({ letters }) => letters.length - 1,
  stepParams: (params) => params,
  async *run({ params }) {
    for (const one of params.letters) yield await Promise.resolve({ letter: encode(one) });
    return {};
  },
});

/** A fold over the outputs of `letters`: every step depends on the entries up to its own. */
function makeChain(log: (step: number) => void) {
  return foldStage({
    name: "chain",
    version: 1,
    about: "Digests the letters so far.",
    source: new URL("./toys.ts", import.meta.url).href,
    params: z.object({}),
    stepName: "link",
    inputs: { letter: eachStep(letter) },
    outputs: {},
    each: { link },
    stepParams: (params) => params,
    async *run({ inputs }, resume) {
      let state = resume === null ? "" : new TextDecoder().decode(resume.outputs.link.bytes());
      for (let at = resume === null ? 0 : resume.step + 1; at < inputs.letter.length; at++) {
        log(at);
        state = await Promise.resolve(digestOfPlain([state, new TextDecoder().decode(inputs.letter[at].bytes())]));
        yield { link: encode(state) };
      }
      return {};
    },
  });
}

/** Runs the chain over the letters; returns the digests of its steps, and the steps that were computed. */
async function chainOf(cache: string, text: string) {
  const done: number[] = [];
  const results = await runAll({
    graph: wire([letters, makeChain((step) => done.push(step))]),
    params: { letters: { letters: text }, chain: {} },
    store: new Store(cache),
  });
  return { done, links: results[1].record.each!.link.map(({ digest }) => digest) };
}

async function straightLinks(text: string): Promise<string[]> {
  let links: string[] = [];
  await withCache(async (cache) => {
    links = (await chainOf(cache, text)).links;
  });
  return links;
}

Deno.test("runStages() resumes after the stored steps if an input list grows", async () => {
  await withCache(async (cache) => {
    await chainOf(cache, "abc");
    const longer = await chainOf(cache, "abcde");
    assertEquals([longer.done, longer.links], [[3, 4], await straightLinks("abcde")]);
  });
});

Deno.test("runStages() recomputes the steps from the first entry that differs", async () => {
  await withCache(async (cache) => {
    await chainOf(cache, "abcde");
    const other = await chainOf(cache, "abXde");
    assertEquals([other.done, other.links], [[2, 3, 4], await straightLinks("abXde")]);
    assertNotEquals(other.links, await straightLinks("abcde"));
  });
});

Deno.test("runStages() uses no step of another list if only an earlier entry differs", async () => {
  await withCache(async (cache) => {
    // Step 2 has the same letter in both lists, but continues from another state.
    await chainOf(cache, "abc");
    await chainOf(cache, "aXc");
    const back = await chainOf(cache, "abcd");
    assertEquals([back.done, back.links], [[3], await straightLinks("abcd")]);
  });
});
