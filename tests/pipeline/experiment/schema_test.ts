import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { isExperimentFile, loadExperiment } from "../../../pipeline/experiment/load.ts";
import { experimentJsonSchema } from "../../../pipeline/experiment/schema.ts";

const EXPERIMENTS = new URL("../../../experiments/", import.meta.url);
const files = [...Deno.readDirSync(EXPERIMENTS)].map(({ name }) => name).filter((name) => name.endsWith(".json"))
  .sort();
const experiments = files.filter(isExperimentFile);

Deno.test("experiment.schema.json is what the schema makes", () => {
  const text = Deno.readTextFileSync(new URL("experiment.schema.json", EXPERIMENTS));
  assertEquals(JSON.parse(text), JSON.parse(JSON.stringify(experimentJsonSchema())));
});

Deno.test("experimentJsonSchema() describes every field", () => {
  const nameless = fieldsWithoutDescription(experimentJsonSchema(), "");
  // These two are told by what they hold: the loss's fields, and one of two optimizers.
  assertEquals(nameless.filter((path) => !/^\.pipeline\.train\.(loss|loss\.name|optimizer)$/.test(path)), []);
});

Deno.test("experimentJsonSchema() does not ask for a name, which the file's name can stand in for", () => {
  assertEquals(experimentJsonSchema().required, ["pipeline"]);
});

Deno.test("experiments/ has the six experiments of the article", () => {
  const article = ["autograd-linear", "linear-basic-optim", "linear-mean", "linear-sgd", "manual-linear", "two-layer"];
  for (const name of article) assert(experiments.includes(`${name}.json`), name);
});

for (const file of experiments) {
  Deno.test(`loadExperiment() loads experiments/${file}, which is named as its file and points to the schema`, () => {
    const url = new URL(file, EXPERIMENTS);
    const { experiment } = loadExperiment(fileURLToPath(url), []);
    assertEquals(`${experiment.name}.json`, file);
    assert((experiment.about ?? "").length > 20);
    assertEquals(JSON.parse(Deno.readTextFileSync(url)).$schema, "./experiment.schema.json");
  });
}

interface Node {
  description?: string;
  properties?: Record<string, Node>;
  anyOf?: Node[];
}

function fieldsWithoutDescription(node: Node, path: string): string[] {
  const here = Object.entries(node.properties ?? {}).flatMap(([name, field]) => [
    ...(field.description === undefined ? [`${path}.${name}`] : []),
    ...fieldsWithoutDescription(field, `${path}.${name}`),
  ]);
  return [...here, ...(node.anyOf ?? []).flatMap((form) => fieldsWithoutDescription(form, path))];
}
