import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { eachOutputOf, outputOf, plainStage } from "../../../pipeline/engine/stage/define.ts";
import { arrowsOf, makeGraph } from "../../../pipeline/engine/stage/graph.ts";
import type { Stage } from "../../../pipeline/engine/stage/stage.ts";
import { makeToys } from "./toys.ts";

/** A stage that takes an input from each of the stages named. */
function stage(name: string, ...before: string[]): Stage {
  return plainStage({
    name,
    version: 1,
    about: "",
    source: import.meta.url,
    params: z.object({}),
    inputs: Object.fromEntries(before.map((from) => [`from_${from}`, { stage: from, output: "out", each: false }])),
    outputs: { out: { format: "json", about: "" } },
    run: () => ({ out: new Uint8Array() }),
  });
}

const order = (...stages: Stage[]) => makeGraph(stages).map(({ name }) => name);

Deno.test("makeGraph() puts every stage after those it takes inputs from", () => {
  assertEquals(order(stage("c", "b"), stage("b", "a"), stage("a")), ["a", "b", "c"]);
  assertEquals(order(stage("d", "b", "c"), stage("c", "a"), stage("b", "a"), stage("a")), ["a", "b", "c", "d"]);
});

Deno.test("makeGraph() keeps the order given when stages do not depend on each other", () => {
  assertEquals(order(stage("b"), stage("a"), stage("c")), ["b", "a", "c"]);
  assertEquals(order(), []);
});

Deno.test("makeGraph() throws when two stages have the same name", () => {
  assertThrows(() => order(stage("a"), stage("b"), stage("a")), TypeError, "Two stages have the name a.");
});

Deno.test("makeGraph() throws when an input comes from a stage that is not there", () => {
  assertThrows(
    () => order(stage("a"), stage("b", "a", "lost")),
    TypeError,
    "Stage b takes an input from lost, which is not there.",
  );
});

Deno.test("makeGraph() throws when stages depend on each other in a circle", () => {
  assertThrows(() => order(stage("a", "a")), TypeError, "Stage a depends on itself.");
  assertThrows(() => order(stage("a", "c"), stage("b", "a"), stage("c", "b")), TypeError, "Stage a depends on itself.");
});

Deno.test("arrowsOf() lists the inputs of all stages", () => {
  assertEquals(arrowsOf(makeGraph([stage("b", "a"), stage("a"), stage("c", "a", "b")])), [
    { from: "a", output: "out", to: "b", input: "from_a" },
    { from: "a", output: "out", to: "c", input: "from_a" },
    { from: "b", output: "out", to: "c", input: "from_b" },
  ]);
});

Deno.test("outputOf() and eachOutputOf() throw when the stage declares no such output", () => {
  const { words, grow } = makeToys(() => {});
  assertEquals(outputOf(words, "text"), { stage: "words", output: "text", each: false });
  assertEquals(eachOutputOf(grow, "state"), { stage: "grow", output: "state", each: true });
  const message = 'Stage words declares no output "letters"; it declares text.';
  assertThrows(() => outputOf(words, "letters"), TypeError, message);
  assertThrows(() => outputOf(words, "toString"), TypeError);
  assertThrows(() => outputOf(grow, "state"), TypeError);
  assertThrows(
    () => eachOutputOf(grow, "last"),
    TypeError,
    'Stage grow declares no output "last"; it declares state, double.',
  );
});
