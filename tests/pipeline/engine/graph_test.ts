import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { arrowsOf, type Graph, openOutput, wire, WiringError } from "../../../pipeline/engine/stage/stage_graph.ts";
import { type Artifact, eachStep, type Kind, only, type Produced } from "../../../pipeline/engine/stage/kind.ts";
import type { InputSpecs, OutputSpecs, Stage } from "../../../pipeline/engine/stage/stage.ts";
import { bytesKind, foldStage, plainStage } from "./toys.ts";

const [a, b] = ["a", "b"].map(bytesKind);
const spec = { format: "json", about: "" } as const;
const pair: Kind<Record<string, Artifact>, Record<string, Produced>> = {
  name: "pair",
  parts: { left: spec, right: spec },
  open: (artifacts) => artifacts,
  close: (value) => value,
};

function stage(name: string, inputs: InputSpecs, outputs: OutputSpecs): Stage {
  const [version, about, source] = [1, "", import.meta.url];
  return plainStage({ name, version, about, source, params: z.object({}), inputs, outputs, run: () => ({}) }) as Stage;
}

function fold(name: string, inputs: InputSpecs, each: OutputSpecs, lastStep?: () => number): Stage {
  return foldStage({
    ...{ name, version: 1, about: "", source: import.meta.url, params: z.object({}), stepName: "step" },
    ...{ inputs, outputs: {}, each, lastStep, stepParams: () => ({}) },
    run: () => null as never,
  }) as unknown as Stage;
}

/** The arrows of a graph as text: "words.text > lower.text". */
const arrows = (graph: Graph) =>
  arrowsOf(graph).map(({ from, output, to, input }) => `${from}.${output} > ${to}.${input}`);

Deno.test("wire() takes each input from the nearest earlier stage that outputs it", () => {
  const graph = wire([stage("first", {}, { a }), stage("second", {}, { a }), stage("third", { a }, {})]);
  assertEquals(arrows(graph), ["second.a > third.a"]);
});

Deno.test("wire() supports a stage in the middle of the chain that outputs its input", () => {
  const middle = stage("middle", { a }, { a });
  const graph = wire([stage("first", {}, { a }), middle, stage("last", { a }, {})]);
  assertEquals(arrows(graph), ["first.a > middle.a", "middle.a > last.a"]);
});

Deno.test("wire() wires each part of a kind independently", () => {
  const graph = wire([
    stage("both", {}, { pair }),
    stage("left", { pair: only(pair, "left") }, { pair: only(pair, "left") }),
    stage("end", { pair }, {}),
    stage("one", { pair: only(pair, "right") }, {}),
  ]);
  assertEquals(arrows(graph), [
    "both.left > left.pair.left",
    "left.left > end.pair.left",
    "both.right > end.pair.right",
    "both.right > one.pair.right",
  ]);
});

Deno.test("wire() distinguishes outputs with the same name but different kinds", () => {
  const other = { ...bytesKind("other"), parts: { a: spec } };
  const graph = wire([stage("first", {}, { a }), stage("second", {}, { a: other }), stage("third", { a }, {})]);
  assertEquals(arrows(graph), ["first.a > third.a"]);
});

Deno.test("wire() makes a fold without its own steps follow the fold whose steps it has as input", () => {
  const graph = wire([
    fold("leader", {}, { a }, () => 3),
    fold("follower", { a: eachStep(a) }, { b }),
    fold("last", { b: eachStep(b), a: eachStep(a) }, {}),
    fold("other", { a: eachStep(a) }, {}, () => 1),
  ]);
  assertEquals(graph.map(({ follows }) => follows), [null, "leader", "leader", null]);
});

Deno.test("wire() throws if no earlier stage outputs an input", () => {
  const message = 'The stage third has the input "a" (a), but no earlier stage outputs it (earlier stages: first). ';
  assertThrows(() => wire([stage("first", {}, { b }), stage("third", { a }, {})]), WiringError, message);
  assertThrows(() => wire([stage("third", { a }, {})]), WiringError, "(earlier stages: none)");
  assertThrows(() => wire([stage("third", { a }, {}), stage("first", {}, { a })]), WiringError, '"a"');
});

Deno.test("wire() throws for an input with eachStep that is output only once, and for the reverse", () => {
  const [once, steps] = [stage("once", {}, { a }), fold("steps", {}, { a }, () => 1)];
  assertThrows(() => wire([once, stage("end", { a: eachStep(a) }, {})]), WiringError, "it is output only once");
  assertThrows(() => wire([steps, stage("end", { a }, {})]), WiringError, "it is output at every step");
});

Deno.test("wire() throws for a stage that is twice in the chain, and for a fold without steps", () => {
  assertThrows(() => wire([stage("a", {}, {}), stage("a", {}, {})]), WiringError, "the stage a twice");
  assertThrows(() => wire([fold("a", {}, {})]), WiringError, "has no lastStep");
});

Deno.test("only() throws if the kind has no such part", () => {
  assertThrows(() => only(pair, "middle"), TypeError, 'The kind pair has no part "middle". Available: left, right.');
  assertThrows(() => only(pair, "toString"), TypeError);
});

Deno.test("openOutput() opens the artifacts of the last stages that output its parts", () => {
  const graph = wire([
    stage("both", {}, { pair }),
    stage("left", { pair: only(pair, "left") }, { pair: only(pair, "left") }),
  ]);
  const opened = openOutput(graph, "pair", (stage, name) => `${stage} ${name}` as unknown as Artifact);
  assertEquals(opened, { value: { left: "left left", right: "both right" } } as unknown as typeof opened);
  assertEquals(openOutput(graph, "nothing", () => null as never), null);
});
