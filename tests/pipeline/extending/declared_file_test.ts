/** The stage in docs/extending.md that reads a file of its own. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { extendPipeline, type Pipeline } from "../../../pipeline/define/define_pipeline.ts";
import { CodeChangedError } from "../../../pipeline/engine/run_errors.ts";
import { describeCue } from "../../../pipeline/engine/why/cue_text.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { ALL } from "../code_of.ts";
import { finishRun } from "../results/finished_run.ts";

const PROJECT = join(import.meta.dirname!, "../../..");
const NAME = "brighten.json";

/** Writes the documented stage and its file into a folder, and returns a pipeline with it. */
async function documentedIn(folder: string): Promise<Pipeline> {
  const text = Deno.readTextFileSync(join(PROJECT, "docs/extending.md"));
  const [, code] = /```ts\n((?:(?!```)[\s\S])*?name: "brighten"[\s\S]*?)```/.exec(text)!;
  const located = code.replaceAll(
    /"\.\.\/([^"]+)"/g,
    (_, path) => JSON.stringify(pathToFileURL(join(PROJECT, path)).href),
  );
  Deno.writeTextFileSync(join(folder, "brighten.ts"), located);
  Deno.writeTextFileSync(join(folder, NAME), '{ "add": 1 }');
  Deno.writeTextFileSync(join(folder, ALL), 'import "./brighten.ts";\n');
  const { brighten } = await import(pathToFileURL(join(folder, "brighten.ts")).href);
  return extendPipeline(classifier, { stages: [brighten], roots: [{ name: "mine", folder }] });
}

Deno.test("a file that a stage declares is part of its key, and must not change while the stage runs", async () => {
  // Inside the project, because only there "zod" is known.
  const folder = Deno.makeTempDirSync({ dir: join(PROJECT, "tests"), prefix: "documented-" });
  try {
    using small = makeSmallDataset();
    const pipeline = await documentedIn(folder);
    const chain = ["download", "tensorize", "brighten", "normalize", "batch", "train", "validate"];
    const experiment = JSON.parse(Deno.readTextFileSync(small.config));
    const config = small.write("bright.json", { ...experiment, name: "bright", chain });
    const run = async (from = pipeline) => {
      const { run } = await finishRun(config, small.path("cache"), [], from);
      return run.stages.find(({ stage }) => stage === "brighten")!;
    };
    const first = await run();
    assertEquals([first.action, (await run()).action], ["run", "hit"]);

    Deno.writeTextFileSync(join(folder, NAME), '{ "add": 2 }');
    const second = await run();
    assertEquals([second.action, second.cues.map(describeCue)], ["run", [`code: mine:${NAME} changed`]]);
    assert(JSON.stringify(second.record.outputs) !== JSON.stringify(first.record.outputs), "it read the new number");

    Deno.writeTextFileSync(join(folder, NAME), '{ "add": 3 }');
    const editing = pipeline.stages.map((stage) =>
      stage.name !== "brighten" || stage.kind === "fold" ? stage : {
        ...stage,
        run: async (context: Parameters<typeof stage.run>[0]) => {
          const outputs = await stage.run(context);
          Deno.writeTextFileSync(join(folder, NAME), '{ "add": 4 }');
          return outputs;
        },
      }
    );
    await assertRejects(() => run({ ...pipeline, stages: editing }), CodeChangedError, `mine:${NAME} changed`);
    assertEquals((await run()).action, "run", "nothing was stored");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
