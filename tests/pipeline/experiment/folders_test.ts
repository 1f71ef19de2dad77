/** Folders in the params of stages: relative to their file, absolute for a run. */
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { z } from "zod";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";
import type { NamedFolder } from "../../../pipeline/engine/stage/stage.ts";
import { withExperiments } from "./experiments.ts";
import { toys, toyStage } from "./toy_pipeline.ts";
import { readableFolders } from "../../../pipeline/experiment/folders.ts";
import { parseOverride } from "./parse_override.ts";

/** The toy pipeline with a stage scale that reads folders in a list, and one with a default. */
const WITH_FOLDERS = {
  ...toys,
  stages: toys.stages.map((stage) =>
    stage.name !== "scale" ? stage : toyStage("scale", {
      tables: z.array(z.strictObject({ at: z.string() })).default([]),
      cache: z.string().default("cache"),
    }, {
      folders: ({ tables }: { tables: unknown[] }): NamedFolder[] => [
        ...tables.map((_, i) => ({ at: ["tables", String(i), "at"], files: ["table"] })),
        { at: ["cache"], files: [] },
      ],
    })
  ),
};

function sourceOf(pipeline: Readonly<Record<string, unknown>>): unknown {
  return (pipeline.collect as { source: unknown }).source;
}

Deno.test("loadExperiment() resolves a folder relative to the file that contains it, also an extended one", () => {
  withExperiments(({ write, folder, good }) => {
    const own = write("sets/base.json", good());
    const derived = write("mine/deeper/top.json", { extends: "../middle.json" });
    write("mine/middle.json", { extends: "../sets/base.json", pipeline: { fit: { epochs: 3 } } });
    for (const [file, seen] of [[own, "data"], [derived, "../../sets/data"]]) {
      const { experiment, params } = loadExperiment(toys, file, [], readableFolders(file, [folder]));
      assertEquals(sourceOf(params), { from: "disk", path: join(folder, "sets", "data") });
      assertEquals(sourceOf(experiment.pipeline), { from: "disk", path: seen });
    }
  });
});

Deno.test("loadExperiment() does not change absolute folders, URLs and other sources", () => {
  withExperiments(({ write, good, path }) => {
    for (const where of [path("elsewhere"), "file:///some/data"]) {
      const experiment = good();
      experiment.pipeline.collect.source.path = where;
      write("sets/base.json", experiment);
      const file = write("top.json", { extends: "sets/base.json" });
      const loaded = loadExperiment(toys, file, [], readableFolders(file, ["/some"]));
      const source = { from: "disk", path: where };
      assertEquals([sourceOf(loaded.params), sourceOf(loaded.experiment.pipeline)], [source, source]);
    }
    const experiment = good();
    delete experiment.pipeline.collect;
    const loaded = loadExperiment(toys, write("plain.json", experiment), []);
    assertEquals(loaded.params, loaded.experiment.pipeline);
  });
});

Deno.test("loadExperiment() resolves a folder in --set relative to the experiment file", () => {
  withExperiments(({ write, folder, good }) => {
    write("sets/base.json", good());
    const file = write("mine/top.json", { extends: "../sets/base.json" });
    const { experiment, params } = loadExperiment(
      toys,
      file,
      [parseOverride("collect.source.path=../x")],
      readableFolders(file, [folder]),
    );
    assertEquals(sourceOf(params), { from: "disk", path: join(folder, "x") });
    assertEquals(sourceOf(experiment.pipeline), { from: "disk", path: "../x" });
  });
});

Deno.test("loadExperiment() finds folders in lists and in defaults", () => {
  withExperiments(({ write, folder, good }) => {
    const experiment = good();
    experiment.pipeline.scale = { tables: [{ at: "one" }, { at: "../two" }] };
    write("sets/base.json", experiment);
    const file = write("mine/top.json", { extends: "../sets/base.json" });
    const loaded = loadExperiment(WITH_FOLDERS, file, [], readableFolders(file, [folder]));
    assertEquals<unknown>(loaded.params.scale, {
      tables: [{ at: join(folder, "sets/one") }, { at: join(folder, "two") }],
      cache: join(folder, "mine/cache"),
    });
    assertEquals<unknown>(loaded.experiment.pipeline.scale, {
      tables: [{ at: "../sets/one" }, { at: "../two" }],
      cache: "cache",
    });
  });
});
