/** The schema of experiments follows from the pipeline's stages. */
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

Deno.test("experimentJsonSchema() has all stages of the pipeline, and requires what the default chain requires", () => {
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

Deno.test("experimentJsonSchema() does not require a name", () => {
  assertEquals((experimentJsonSchema(toys) as Node).required, ["pipeline"]);
});

Deno.test("an additional stage is part of the schema, the JSON Schema and the seeds", () => {
  const tag = toyStage("tag", { label: z.string().default("x"), seed: z.int().default(3) });
  const more = extendPipeline(toys, { stages: [tag] });
  assertEquals(Object.keys(fieldsOf(more).pipeline.properties!).at(-1), "tag");
  assertEquals(seedPaths(more), [...seedPaths(toys), "tag.seed"]);
  const given = { pipeline: { fit: { model: ["a"], optimizer: { name: "basic", lr: 1 }, epochs: 1 } } };
  const { pipeline } = experimentSchema(more, [...more.chain, "tag"]).parse(given);
  assertEquals(pipeline.tag, { label: "x", seed: 3 });
});

Deno.test("seedPaths() lists the experiment's seed and those of all stages that have one", () => {
  assertEquals(seedPaths(toys), ["seed", "shuffle.seed", "fit.seed", "noise.seed"]);
  const unseeded = toys.stages.filter(({ name }) => name !== noise.name && name !== "fit");
  assertEquals(seedPaths({ ...toys, stages: unseeded }), ["seed", "shuffle.seed"]);
});

Deno.test("experimentSchema() is created once per pipeline and chain", () => {
  assertStrictEquals(experimentSchema(toys), experimentSchema(toys, [...toys.chain]));
});
