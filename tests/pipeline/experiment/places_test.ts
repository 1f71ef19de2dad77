import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";
import { parseOverride } from "../../../pipeline/experiment/override.ts";
import { checkReadable, readableFolders } from "../../../pipeline/experiment/folders.ts";
import { variantsOf } from "../../../pipeline/experiment/variants.ts";
import { ConfigError } from "../../../pipeline/engine/run_errors.ts";
import { type Experiments, withExperiments } from "./experiments.ts";
import { toys } from "./toy_pipeline.ts";

/** An experiment in a folder of its own, whose data is at `path`. */
function withData({ write, good }: Experiments, path: string): string {
  const experiment = good();
  experiment.pipeline.collect.source.path = path;
  return write("own/config.json", experiment);
}

function refused(file: string, data: string[] = []): string {
  return assertThrows(() => loadExperiment(toys, file, [], data), ConfigError).message;
}

Deno.test("loadExperiment() takes data in the experiment's folder and in the current one", () => {
  withExperiments((room) => {
    for (const path of ["data", ".", "deep/../data", Deno.cwd(), pathToFileURL(join(Deno.cwd(), "data")).href]) {
      loadExperiment(toys, withData(room, path), []);
    }
  });
});

Deno.test("loadExperiment() refuses data elsewhere, however its place is named, until the user passes the folder", () => {
  withExperiments((room) => {
    const outside = join(Deno.realPathSync(room.folder), "other");
    Deno.mkdirSync(outside);
    for (const path of ["../other", outside, "data/../../other", pathToFileURL(outside).href]) {
      const file = withData(room, path);
      for (const part of [file, outside, `--data ${outside}`]) assertStringIncludes(refused(file), part);
      loadExperiment(toys, file, [], [outside]);
      refused(file, [join(outside, "deeper")]);
    }
    // A folder whose name starts like an allowed one is another folder.
    refused(withData(room, "../own-other"));
  });
});

Deno.test("loadExperiment() follows links: of the folder, and of each file in it, plain and gzip", () => {
  withExperiments((room) => {
    const outside = room.path("other");
    Deno.mkdirSync(outside);
    const file = withData(room, "data");
    Deno.symlinkSync(outside, room.path("own/data"));
    assertStringIncludes(refused(file), Deno.realPathSync(outside));
    loadExperiment(toys, file, [], [outside]);
    Deno.removeSync(room.path("own/data"));
    Deno.mkdirSync(room.path("own/data"));
    Deno.writeTextFileSync(join(outside, "secret"), "");
    for (const name of ["a", "b.gz"]) {
      const link = room.path(`own/data/${name}`);
      Deno.symlinkSync(join(outside, "secret"), link);
      assertStringIncludes(refused(file), link);
      Deno.removeSync(link);
    }
    loadExperiment(toys, file, []);
  });
});

Deno.test("loadExperiment() extends no file elsewhere until the user passes the folder", () => {
  withExperiments(({ write, good, folder, path }) => {
    write("base.json", good());
    const file = write("own/config.json", { extends: "../base.json", pipeline: {} });
    assertStringIncludes(refused(file), "base.json");
    loadExperiment(toys, file, [], [folder]);
    Deno.symlinkSync(path("base.json"), path("own/link.json"));
    refused(write("own/linked.json", { extends: "link.json" }));
  });
});

Deno.test("loadExperiment() takes a path that --set gives as the user's word", () => {
  withExperiments((room) => {
    const file = withData(room, "data");
    const { pipeline } = loadExperiment(toys, file, [parseOverride("collect.source.path=/elsewhere")]).experiment;
    assertEquals(pipeline.collect.source, { from: "disk", path: "/elsewhere" });
  });
});

Deno.test("variantsOf() hands the passed folders on", () => {
  withExperiments((room) => {
    const file = withData(room, "../other");
    const names = (data: string[]) =>
      variantsOf(toys, [file], [parseOverride("fit.epochs=3")], [1], data).map(({ runName }) => runName);
    assertThrows(() => names([]), ConfigError);
    assertEquals(names([room.folder]), ["good@fit.epochs=3,seed=1"]);
  });
});

Deno.test("mustLieIn() says what to type, quoted where the folder's name needs it", () => {
  const { message } = assertThrows(
    () => checkReadable(readableFolders("own/x.json", []), "/no such/a", "x.json"),
    ConfigError,
  );
  assertStringIncludes(message, '--data "/no such"');
});
