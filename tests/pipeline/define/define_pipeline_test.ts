import { assertEquals, assertThrows } from "@std/assert";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { defineChart } from "../../../pipeline/define/chart.ts";
import { definePipeline, extendPipeline, type Pipeline } from "../../../pipeline/define/define_pipeline.ts";
import { artifactKind, defineStage, type Kind } from "../../../pipeline/define/define_stage.ts";
import { defineExport } from "../../../pipeline/define/export.ts";
import type { FinishedRun } from "../../../pipeline/define/figure.ts";
import { DefinitionError } from "../../../pipeline/engine/run_errors.ts";
import { resultFiles } from "../../../pipeline/results/results.ts";
import { toys } from "../experiment/toy_pipeline.ts";

const chart = (name: string, picture: "png" | "svg" = "png") =>
  defineChart({
    ...{ name, picture, title: name, about: "", source: import.meta.url },
    draw: () => ({ kind: "lines", panels: [] }),
  });

const file = (name: string) =>
  defineExport({ name, about: "", source: import.meta.url, write: () => new Uint8Array() });

function rejected(change: Partial<Pipeline>, message: string): void {
  assertThrows(() => definePipeline({ ...toys, ...change }), DefinitionError, message);
}

Deno.test("charts and exports whose files have different names make a pipeline", () => {
  const pipeline = extendPipeline(toys, { charts: [chart("a"), chart("b", "svg")], exports: [file("a.csv")] });
  assertEquals(pipeline.charts.map(({ name }) => name).slice(-2), ["a", "b"]);
});

Deno.test("charts of data stay before drawings", () => {
  const pipeline = extendPipeline({ ...toys, charts: [chart("a"), chart("b", "svg")] }, { charts: [chart("c")] });
  assertEquals(pipeline.charts.map(({ name }) => name), ["a", "c", "b"]);
});

Deno.test("outputs of one name are of one kind, because figures read an output by its name", () => {
  const [kind, other] = ["numbers", "texts"].map((name) => artifactKind(name, { format: "json", about: "" }));
  const stage = (name: string, kind: Kind) =>
    defineStage({ name, inputs: {}, outputs: { result: kind }, run: () => ({ result: new Uint8Array() }) });
  definePipeline({ stages: [stage("a", kind), stage("b", kind)], chain: ["a"] });
  assertThrows(
    () => definePipeline({ stages: [stage("a", kind), stage("b", other)], chain: ["a"] }),
    DefinitionError,
    'The stage b has an output "result" of the kind texts, but what a outputs as "result" belongs to the kind numbers.',
  );
  // What would be taken for a part of the dataset.
  const table = defineStage({
    name: "t",
    inputs: {},
    outputs: { table: kind },
    run: () => ({ table: new Uint8Array() }),
  });
  assertThrows(() => extendPipeline(classifier, { stages: [table] }), DefinitionError, "belongs to the kind dataset");
});

Deno.test("a chart and an export cannot have the same file", () => {
  rejected({ charts: [chart("a")], exports: [file("a.png")] }, 'the file name "a.png", which another file');
});

Deno.test("no chart or export can have the name of a file that every run has", () => {
  const none: Pipeline = { ...toys, charts: [], exports: [] };
  const { others } = resultFiles(none, {} as FinishedRun);
  assertEquals(others.length, 4);
  for (const name of others) rejected({ exports: [file(name)] }, `the file name "${name}", which another file`);
});

Deno.test("the file of a chart or an export is in the results folder itself and not hidden", () => {
  for (const name of ["a/b", "../a", "/a", "a\\b", ".hidden", ""]) {
    rejected({ charts: [chart(name)] }, `the file name "${name}.png". Expected`);
    rejected({ exports: [file(name)] }, `the file name "${name}". Expected`);
  }
});

Deno.test("two roots of code cannot have the same name", () => {
  const root = { name: "mine", folder: "/a" };
  rejected({ roots: [root, { ...root, folder: "/b" }] }, 'roots are named "mine"');
});

Deno.test("the default chain consists of the pipeline's stages, and each gets its inputs", () => {
  rejected({ chain: ["collect", "missing"] }, 'contains "missing", which is not one of the pipeline\'s stages');
  rejected({ chain: ["scale", "collect"] }, 'cannot be wired. The stage scale has the input "table"');
  rejected({ chain: ["collect", "scale", "scale"] }, "cannot be wired. The chain has the stage scale twice");
});
