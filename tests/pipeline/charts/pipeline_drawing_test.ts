import { assertEquals, assertGreater, assertMatch } from "@std/assert";
import {
  type DrawnArrow,
  type DrawnStage,
  pipelineDrawing,
  type StageState,
} from "../../../pipeline/charts/pipeline_drawing.ts";
import { svgOf } from "../../../pipeline/charts/svg.ts";
import { contrastOf, mustFit, readSvg } from "./svg.ts";

const STATES: StageState[] = ["hit", "run", "continue", "depends", "made"];
const NAMES = ["download", "tensorize", "normalize", "batch", "train", "validate"];
const arrow = (from: string, to: string, ...outputs: string[]): DrawnArrow[] =>
  outputs.map((output) => ({ from, to, output }));
const ARROWS = [
  ...arrow("download", "tensorize", "files"),
  ...arrow("tensorize", "normalize", "train_images", "table"),
  ...arrow("tensorize", "batch", "train_labels"),
  ...arrow("tensorize", "train", "train_images", "train_labels"),
  ...arrow("normalize", "train", "table"),
  ...arrow("batch", "train", "batches"),
  ...arrow("tensorize", "validate", "test_images", "test_labels"),
  ...arrow("normalize", "validate", "table"),
  ...arrow("train", "validate", "checkpoint"),
];
const outputsOf = (stage: string) => ({
  outputs: Object.fromEntries(
    ARROWS.filter(({ from }) => from === stage).map(({ output }) => [output, { size: 1500 }]),
  ),
});
const known = (state: StageState, params: Record<string, unknown> = {}) =>
  NAMES.map((name): DrawnStage => ({
    name,
    state,
    key: "0123456789abcdef",
    why: state === "run" ? "no earlier run is stored" : null,
    params,
    outputs: name === "train" ? { outputs: {}, each: { checkpoint: [{ size: 20 }, { size: 2500 }] } } : outputsOf(name),
  }));
const draw = (stages: DrawnStage[]) => {
  const marks = pipelineDrawing(stages, ARROWS);
  return svgOf({ name: "pipeline", title: "a title", about: "words", marks }, marks);
};

Deno.test("pipelineDrawing() draws every stage with its state and key, and an arrow for every pair", () => {
  for (const state of STATES) {
    const svg = draw(known(state));
    const read = readSvg(svg);
    mustFit(read);
    const texts = read.texts.map(({ text }) => text);
    for (const name of NAMES) assertEquals(texts.filter((text) => text === name).length, 1, name);
    assertEquals(texts.filter((text) => text === state).length, state === "made" ? 0 : NAMES.length, state);
    assertEquals(texts.filter((text) => text === "key 0123456789").length, NAMES.length);
    const pairs = new Set(ARROWS.map(({ from, to }) => `${from} ${to}`));
    // An arrow is a line and a head.
    assertEquals([...svg.matchAll(/<path /g)].length, 2 * pairs.size);
  }
});

Deno.test("pipelineDrawing() writes every artifact with its size on its way, and none where it is not known", () => {
  const labels = readSvg(draw(known("hit"))).texts.map(({ text }) => text).join(", ");
  assertEquals([...labels.matchAll(/\w+ 1\.5 kB/g)].length, ARROWS.length - 1);
  assertMatch(labels, /checkpoint 2 × 2\.5 kB/);
  const unknown = readSvg(draw(known("depends").map((stage) => ({ ...stage, outputs: null }))));
  assertEquals(unknown.texts.filter(({ text }) => /kB/.test(text)), []);
  mustFit(unknown);
});

Deno.test("pipelineDrawing() lets no two arrows enter or leave a stage at one height", () => {
  const ways = /d="M422 ([\d.]+)L[\d.]+ [\d.]+L[\d.]+ ([\d.]+)L[^"L]*" fill="none"/g;
  const ends = [...draw(known("hit")).matchAll(ways)].flatMap(([, from, to]) => [from, to]);
  assertEquals([ends.length, new Set(ends).size], [10, 10]);
});

Deno.test("pipelineDrawing() tells hit from run by a word and by colours with a contrast of 4.5 to 1", () => {
  const fills = new Set<string>();
  for (const state of STATES) {
    const read = readSvg(draw(known(state)));
    fills.add(read.fills[1]);
    for (const { colour, text } of read.texts) {
      for (const fill of read.fills) assertGreater(contrastOf(colour, fill), 4.5, `${text}: ${colour} on ${fill}`);
    }
  }
  assertEquals(fills.size, 4, "run and continue look alike");
});

Deno.test("pipelineDrawing() shows params in words, escapes them, and cuts long ones and digests", () => {
  const params = { model: ["linear(4,2)", "softmax"], loss: { name: "<b>&\u0007" }, sha: "ab".repeat(32), no: null };
  const svg = draw(known("hit", params));
  const texts = readSvg(svg).texts.map(({ text }) => text).join(" ");
  assertMatch(texts, /model linear\(4,2\) → softmax · loss\.name <b>&\\u0007 · sha ababababab… · no null/);
  assertMatch(svg, /&#60;b&#62;&#38;/);
  mustFit(readSvg(draw(known("hit", { long: "x".repeat(999), words: "word ".repeat(200) }))));
});
