import { assertEquals, assertGreater, assertMatch } from "@std/assert";
import { pipelineChart, type StageState } from "../../../pipeline/charts/pipeline_chart.ts";
import { pipelineGraph } from "../../../pipeline/results/pipeline_graph.ts";
import { arrowsOf } from "../../../pipeline/engine/stage/graph.ts";
import { graph } from "../../../pipeline/classifier/stages/mod.ts";
import { contrastOf, mustFit, readSvg } from "./svg.ts";

const STATES: StageState[] = ["hit", "run", "continue", "depends", "made"];
const known = (state: StageState, params: Record<string, unknown> = {}) =>
  graph.map(({ name, outputs }) => ({
    stage: name,
    state,
    key: "0123456789abcdef",
    why: state === "run" ? "no earlier run is stored" : null,
    params,
    outputs: {
      outputs: Object.fromEntries(Object.keys(outputs).map((output) => [output, { digest: "d", size: 1500 }])),
      each: { checkpoint: [{ digest: "d", size: 20 }, { digest: "d", size: 2500 }] },
    },
  }));
const draw = (stages: ReturnType<typeof known>) =>
  pipelineChart({ title: "a title", subtitle: "words", ...pipelineGraph(graph, stages) });

Deno.test("pipelineChart() draws every stage with its state and key, and an arrow for every pair that is joined", () => {
  for (const state of STATES) {
    const svg = draw(known(state));
    const read = readSvg(svg);
    mustFit(read);
    const texts = read.texts.map(({ text }) => text);
    for (const { name } of graph) assertEquals(texts.filter((text) => text === name).length, 1, name);
    assertEquals(texts.filter((text) => text === state).length, state === "made" ? 0 : graph.length, state);
    assertEquals(texts.filter((text) => text === "key 0123456789").length, graph.length);
    const pairs = new Set(arrowsOf(graph).map(({ from, to }) => `${from} ${to}`));
    // An arrow is a line and a head.
    assertEquals([...svg.matchAll(/<path /g)].length, 2 * pairs.size);
  }
});

Deno.test("pipelineChart() writes every artifact with its size on its way, and none where it is not known", () => {
  const labels = readSvg(draw(known("hit"))).texts.map(({ text }) => text).join(", ");
  const count = (wanted: RegExp) => [...labels.matchAll(wanted)].length;
  assertEquals(count(/\w+ 1\.5 kB/g), arrowsOf(graph).filter(({ output }) => output !== "checkpoint").length);
  assertMatch(labels, /checkpoint 2 × 2\.5 kB/);
  const unknown = readSvg(draw(known("depends").map((stage) => ({ ...stage, outputs: null as never }))));
  assertEquals(unknown.texts.filter(({ text }) => /kB/.test(text)), []);
  mustFit(unknown);
});

Deno.test("pipelineChart() lets no two arrows enter or leave a stage at one height", () => {
  const ends = [
    ...draw(known("hit")).matchAll(/<path d="M422 ([\d.]+)L[\d.]+ [\d.]+L[\d.]+ ([\d.]+)L[^"L]*" fill="none"/g),
  ]
    .flatMap(([, from, to]) => [from, to]);
  assertEquals(ends.length, 10);
  assertEquals(new Set(ends).size, ends.length);
});

Deno.test("pipelineChart() tells hit from run by a word and by colours with a contrast of 4.5 to 1", () => {
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

Deno.test("pipelineChart() shows params in words, escapes them, and cuts long ones and digests", () => {
  const params = { model: ["linear(4,2)", "softmax"], loss: { name: "<b>&\u0007" }, sha: "ab".repeat(32), no: null };
  const svg = draw(known("hit", params));
  const texts = readSvg(svg).texts.map(({ text }) => text).join(" ");
  assertMatch(texts, /model linear\(4,2\), softmax · loss \(name <b>&\) · sha ababababab… · no null/);
  assertMatch(svg, /&lt;b&gt;&amp;/);
  mustFit(readSvg(draw(known("hit", { long: "x".repeat(999), words: "word ".repeat(200) }))));
});
