import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { arrowsOf } from "../../../pipeline/engine/stage/stage_graph.ts";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { graphOf } from "../../../pipeline/experiment/chain.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { filesUnder, mustBeDone, retrace } from "./retrace.ts";

const GRAPH = graphOf(classifier, {});
const ARROWS = arrowsOf(GRAPH);
const STAGES = GRAPH.map(({ stage }) => stage.name);

async function drawn(...args: string[]): Promise<string> {
  const outcome = await retrace("graph", "experiments/two-layer.json", "--cache", "no-such-cache", ...args);
  mustBeDone(outcome);
  return outcome.stdout;
}

Deno.test("arrowsOf() leads from download to validate", () => {
  assertEquals(STAGES, ["download", "tensorize", "normalize", "batch", "train", "validate"]);
  assertEquals(ARROWS.length, GRAPH.flatMap(({ inputs }) => inputs.flatMap(({ wires }) => wires)).length);
  const into = (stage: string) => [...new Set(ARROWS.filter(({ to }) => to === stage).map(({ from }) => from))].sort();
  assertEquals(into("download"), []);
  assertEquals(into("train"), ["batch", "normalize", "tensorize"]);
  assertEquals(into("validate"), ["normalize", "tensorize", "train"]);
});

Deno.test("graph draws every stage, with its arrows and params, as text", async () => {
  const blocks = (await drawn()).split("\n▼\n");
  assertEquals(blocks.length, STAGES.length);
  STAGES.forEach((stage, i) => {
    assertMatch(blocks[i], new RegExp(`^${stage}  (run|depends)`, "m"));
    const arrows = [...blocks[i].matchAll(/← (\S+)/g)].map(([, from]) => from);
    assertEquals(arrows, ARROWS.filter(({ to }) => to === stage).map(({ from, output }) => `${from}.${output}`));
  });
  assertStringIncludes(blocks[0], "23,860 parameters");
  assertStringIncludes(blocks[4], "epochs = 40");
});

Deno.test("graph draws every arrow as mermaid", async () => {
  const lines = (await drawn("--format", "mermaid")).trimEnd().split("\n");
  assertEquals(lines[0], "flowchart TD");
  for (const stage of STAGES) assertMatch(lines.join("\n"), new RegExp(`^  ${stage}\\["${stage}<br/>\\w+"\\]$`, "m"));
  const arrows = lines.flatMap((line) => {
    const [, from, outputs, to] = /^ {2}(\w+) -->\|"(.*)"\| (\w+)$/.exec(line) ?? [];
    return outputs === undefined ? [] : outputs.split("<br/>").map((output) => `${from}.${output} ${to}`);
  });
  assertEquals(arrows.sort(), textsOf(ARROWS));
});

Deno.test("graph draws every arrow as dot", async () => {
  const text = await drawn("--format", "dot");
  assertMatch(text, /^digraph "two-layer" \{\n[^]*\}\n$/);
  for (const stage of STAGES) assertStringIncludes(text, `  "${stage}" [label="${stage}\\n`);
  const arrows = [...text.matchAll(/^ {2}"(\w+)" -> "(\w+)" \[label="(.*)"\];$/gm)]
    .flatMap(([, from, to, outputs]) => outputs.split("\\n").map((output) => `${from}.${output} ${to}`));
  assertEquals(arrows.sort(), textsOf(ARROWS));
});

Deno.test("graph draws every stage with hit or run as SVG, for the values that --set sets", async () => {
  using small = makeSmallDataset({ epochs: 1 });
  const cache = small.path("cache");
  mustBeDone(await retrace("run", small.config, "--cache", cache, "--results", small.path("results"), "--quiet"));
  const drawing = async (...sets: string[]) => {
    const outcome = await retrace("graph", small.config, "--cache", cache, "--format", "svg", ...sets);
    mustBeDone(outcome);
    assertMatch(outcome.stdout, /^<svg [^]*<\/svg>\n$/);
    return [...outcome.stdout.matchAll(/>(hit|run|continue|depends)<\/text>/g)].map(([, state]) => state);
  };
  assertEquals(await drawing(), Array(6).fill("hit"));
  assertEquals(await drawing("--set", "train.epochs=2"), ["hit", "hit", "hit", "hit", "continue", "depends"]);
});

Deno.test("graph prints stages and arrows as JSON, for the values that --set sets", async () => {
  const { run, stages, arrows } = JSON.parse(await drawn("--format", "json", "--set", "seed=3"));
  assertEquals(run, "two-layer@seed=3");
  assertEquals(stages.map(({ stage }: { stage: string }) => stage), STAGES);
  assertEquals(arrows, ARROWS);
});

Deno.test("graph shows what is stored, and writes nothing", async () => {
  using small = makeSmallDataset({ epochs: 1 });
  const cache = small.path("cache");
  mustBeDone(await retrace("run", small.config, "--cache", cache, "--results", small.path("results"), "--quiet"));
  const before = filesUnder(small.folder);
  const outcome = await retrace("graph", small.config, "--cache", cache, "--set", "train.epochs=2");
  mustBeDone(outcome);
  const actions = [...outcome.stdout.matchAll(/^(\w+) {2}(hit|run|continue|depends) {2}/gm)].map(([, , action]) =>
    action
  );
  assertEquals(actions, ["hit", "hit", "hit", "hit", "continue", "depends"]);
  assertEquals(filesUnder(small.folder), before);
});

function textsOf(arrows: typeof ARROWS): string[] {
  return arrows.map(({ from, output, to }) => `${from}.${output} ${to}`).sort();
}
