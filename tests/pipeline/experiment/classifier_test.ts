/** The experiments that come with Retrace, and their schema file. */
import { assert, assertArrayIncludes, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { isExperimentFile } from "../../../pipeline/experiment/extends.ts";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";
import { experimentJsonSchema, seedPaths } from "../../../pipeline/experiment/schema.ts";
import expected from "../../../experiments/expected.json" with { type: "json" };

const EXPERIMENTS = new URL("../../../experiments/", import.meta.url);
const ARTICLE = ["autograd-linear", "linear-basic-optim", "linear-mean", "linear-sgd", "manual-linear", "two-layer"];

Deno.test("experiment.schema.json is up to date", () => {
  const text = Deno.readTextFileSync(new URL("experiment.schema.json", EXPERIMENTS));
  assertEquals(JSON.parse(text), JSON.parse(JSON.stringify(experimentJsonSchema(classifier))));
});

Deno.test("experimentJsonSchema() describes every field", () => {
  const nameless = fieldsWithoutDescription(experimentJsonSchema(classifier), "");
  // Their fields describe these: those of the loss, and of one of two optimizers.
  assertEquals(nameless.filter((path) => !/^\.pipeline\.train\.(loss|loss\.name|optimizer)$/.test(path)), []);
});

Deno.test("seedPaths() of the classifier include the seeds of the order and of the weights", () => {
  assertArrayIncludes(seedPaths(classifier), ["seed", "batch.seed", "train.seed"]);
});

Deno.test("isExperimentFile() is false for the other files in experiments/", () => {
  for (const name of ["experiments/experiment.schema.json", "experiments/expected.json", "my.expected.json"]) {
    assertEquals(isExperimentFile(name), false, name);
  }
  for (const name of ["experiments/two-layer.json", "unexpected.json"]) {
    assertEquals(isExperimentFile(name), true, name);
  }
});

for (const name of ARTICLE) {
  Deno.test(`loadExperiment() loads experiments/${name}.json as in expected.json`, () => {
    const url = new URL(`${name}.json`, EXPERIMENTS);
    const { experiment, params } = loadExperiment(classifier, fileURLToPath(url), []);
    assertEquals(experiment.name, name);
    assert((experiment.about ?? "").length > 20);
    assertEquals(JSON.parse(Deno.readTextFileSync(url)).$schema, "./experiment.schema.json");
    const { seed, pipeline, ...rest } = experiment;
    const runs = expected.experiments as Record<string, { experiment: unknown }>;
    assertEquals<unknown>(JSON.parse(JSON.stringify({ seed, pipeline })), runs[name].experiment);
    assertEquals([params, Object.keys(rest)], [pipeline, ["name", "about"]]);
  });
}

interface Node {
  description?: string;
  properties?: Record<string, Node>;
  anyOf?: Node[];
  oneOf?: Node[];
}

function fieldsWithoutDescription(node: Node, path: string): string[] {
  const here = Object.entries(node.properties ?? {}).flatMap(([name, field]) => [
    ...(field.description === undefined ? [`${path}.${name}`] : []),
    ...fieldsWithoutDescription(field, `${path}.${name}`),
  ]);
  const forms = [...node.anyOf ?? [], ...node.oneOf ?? []];
  return [...here, ...forms.flatMap((form) => fieldsWithoutDescription(form, path))];
}
