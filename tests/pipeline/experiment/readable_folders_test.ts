import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";
import { readSettings } from "../../../pipeline/experiment/grid.ts";
import { checkReadable, readableFolders } from "../../../pipeline/experiment/folders.ts";
import { variantsOf } from "../../../pipeline/experiment/variants.ts";
import { ConfigError } from "../../../pipeline/engine/run_errors.ts";
import { type Experiments, withExperiments } from "./experiments.ts";
import { toys } from "./toy_pipeline.ts";
import { parseOverride } from "./parse_override.ts";

/** An experiment in its own folder, with data at `path`. */
function withData({ write, good }: Experiments, path: string): string {
  const experiment = good();
  experiment.pipeline.collect.source.path = path;
  return write("own/config.json", experiment);
}

function rejected(file: string, data: string[] = []): string {
  return assertThrows(() => loadExperiment(toys, file, [], readableFolders(file, data)), ConfigError).message;
}

Deno.test("loadExperiment() accepts data in the experiment's folder and in the current one", () => {
  withExperiments((experiments) => {
    for (const path of ["data", ".", "deep/../data", Deno.cwd(), pathToFileURL(join(Deno.cwd(), "data")).href]) {
      loadExperiment(toys, withData(experiments, path), []);
    }
  });
});

Deno.test("loadExperiment() rejects data elsewhere, in any notation, until the user passes the folder", () => {
  withExperiments((experiments) => {
    const outside = join(Deno.realPathSync(experiments.folder), "other");
    Deno.mkdirSync(outside);
    for (const path of ["../other", outside, "data/../../other", pathToFileURL(outside).href]) {
      const file = withData(experiments, path);
      for (const part of [file, outside, `--data ${outside}`]) assertStringIncludes(rejected(file), part);
      loadExperiment(toys, file, [], readableFolders(file, [outside]));
      rejected(file, [join(outside, "deeper")]);
    }
    // A folder whose name starts like that of an allowed folder.
    rejected(withData(experiments, "../own-other"));
  });
});

Deno.test("loadExperiment() follows links of the folder, and of each file in it, plain and gzip", () => {
  withExperiments((experiments) => {
    const outside = experiments.path("other");
    Deno.mkdirSync(outside);
    const file = withData(experiments, "data");
    Deno.symlinkSync(outside, experiments.path("own/data"));
    assertStringIncludes(rejected(file), Deno.realPathSync(outside));
    loadExperiment(toys, file, [], readableFolders(file, [outside]));
    Deno.removeSync(experiments.path("own/data"));
    Deno.mkdirSync(experiments.path("own/data"));
    Deno.writeTextFileSync(join(outside, "secret"), "");
    for (const name of ["a", "b.gz"]) {
      const link = experiments.path(`own/data/${name}`);
      Deno.symlinkSync(join(outside, "secret"), link);
      assertStringIncludes(rejected(file), link);
      Deno.removeSync(link);
    }
    loadExperiment(toys, file, []);
  });
});

Deno.test("loadExperiment() rejects an extended file elsewhere until the user passes the folder", () => {
  withExperiments(({ write, good, folder, path }) => {
    write("base.json", good());
    const file = write("own/config.json", { extends: "../base.json", pipeline: {} });
    assertStringIncludes(rejected(file), "base.json");
    loadExperiment(toys, file, [], readableFolders(file, [folder]));
    Deno.symlinkSync(path("base.json"), path("own/link.json"));
    rejected(write("own/linked.json", { extends: "link.json" }));
  });
});

Deno.test("loadExperiment() accepts any path in --set", () => {
  withExperiments((experiments) => {
    const file = withData(experiments, "data");
    const { pipeline } = loadExperiment(toys, file, [parseOverride("collect.source.path=/elsewhere")]).experiment;
    assertEquals(pipeline.collect.source, { from: "disk", path: "/elsewhere" });
  });
});

Deno.test("variantsOf() uses the passed folders", () => {
  withExperiments((experiments) => {
    const file = withData(experiments, "../other");
    const names = (data: string[]) =>
      variantsOf(toys, [file], readSettings(["fit.epochs=3"], "1").settings, (one) => readableFolders(one, data)).map((
        { runName },
      ) => runName);
    assertThrows(() => names([]), ConfigError);
    assertEquals(names([experiments.folder]), ["good@fit.epochs=3,seed=1"]);
  });
});

Deno.test("checkReadable() states the option to pass, quoted if necessary", () => {
  const { message } = assertThrows(
    () => checkReadable(readableFolders("own/x.json", []), "/no such/a", "x.json"),
    ConfigError,
  );
  assertStringIncludes(message, '--data "/no such"');
});
