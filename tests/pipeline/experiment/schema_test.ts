/** What a pipeline's stages make of the schema of experiments. */
import { assertEquals, assertStrictEquals } from "@std/assert";
import { z } from "zod";
import { extendPipeline } from "../../../pipeline/define/define_pipeline.ts";
import { experimentJsonSchema, experimentSchema, seedPaths } from "../../../pipeline/experiment/schema.ts";
import { noise, toys, toyStage } from "./toy_pipeline.ts";

interface Node {
  description?: string;
  required?: string[];
  properties?: Record<string, Node>;
  items?: Node;
  enum?: string[];
}

function fieldsOf(pipeline: typeof toys): Record<string, Node> {
  return (experimentJsonSchema(pipeline) as Node).properties!;
}

Deno.test("experimentJsonSchema() has every stage that the pipeline offers, and needs what the default chain needs", () => {
  const { pipeline, chain } = fieldsOf(toys);
  const stages = ["collect", "scale", "shuffle", "fit", "judge", "noise"];
  assertEquals(Object.keys(pipeline.properties!), stages);
  assertEquals(pipeline.required, ["fit"]);
  assertEquals(pipeline.properties!.noise, {
    ...pipeline.properties!.noise,
    description: "Does noise.",
    required: ["std"],
  });
  assertEquals(chain.items?.enum, stages);
});

Deno.test("experimentJsonSchema() does not ask for a name, which the file's name can stand in for", () => {
  assertEquals((experimentJsonSchema(toys) as Node).required, ["pipeline"]);
});

Deno.test("a stage more is in schema, JSON Schema and seeds by itself", () => {
  const tag = toyStage("tag", { label: z.string().default("x"), seed: z.int().default(3) });
  const more = extendPipeline(toys, { stages: [tag] });
  assertEquals(Object.keys(fieldsOf(more).pipeline.properties!).at(-1), "tag");
  assertEquals(seedPaths(more), [...seedPaths(toys), "tag.seed"]);
  const given = { pipeline: { fit: { model: ["a"], optimizer: { name: "basic", lr: 1 }, epochs: 1 } } };
  const { pipeline } = experimentSchema(more, [...more.chain, "tag"]).parse(given);
  assertEquals(pipeline.tag, { label: "x", seed: 3 });
});

Deno.test("seedPaths() names the experiment's seed and those of all stages that have the field", () => {
  assertEquals(seedPaths(toys), ["seed", "shuffle.seed", "fit.seed", "noise.seed"]);
  const unseeded = toys.stages.filter(({ name }) => name !== noise.name && name !== "fit");
  assertEquals(seedPaths({ ...toys, stages: unseeded }), ["seed", "shuffle.seed"]);
});

Deno.test("experimentSchema() is made once for a pipeline and a chain", () => {
  assertStrictEquals(experimentSchema(toys), experimentSchema(toys, [...toys.chain]));
});
