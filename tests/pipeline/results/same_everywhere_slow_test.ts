import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { copyFolder, copyProject } from "../../project_copy.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { runToEnd } from "./processes.ts";
import { digestsIn, PICTURES, TABLES } from "./written_run.ts";

Deno.test("run writes the same bytes from another process, cache, folder, project path, time zone and language", async () => {
  using small = makeSmallDataset();
  const { pipeline, ...experiment } = small.experiment;
  const download = { ...pipeline.download, source: { from: "file", path: "data" } };
  small.write("here.json", { ...experiment, pipeline: { ...pipeline, download } });
  const [elsewhere, project] = [small.path("elsewhere"), small.path("project of another name")];
  copyFolder(small.path("data"), join(elsewhere, "data"));
  Deno.copyFileSync(small.path("here.json"), join(elsewhere, "there.json"));
  copyProject(project);

  await Promise.all([
    runToEnd(small.path("here.json"), { results: small.path("results-1"), cache: small.path("cache-1") }),
    runToEnd("there.json", { results: "../results-2", cache: "../cache-2" }, {
      project,
      cwd: elsewhere,
      env: { TZ: "Pacific/Kiritimati", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" },
    }),
  ]);

  const first = digestsIn(small.path("results-1/small"));
  assertEquals(digestsIn(small.path("results-2/small")), first);
  assertEquals(Object.keys(first), [...TABLES.filter((name) => name !== "run.json"), ...PICTURES].sort());
  const { config } = JSON.parse(Deno.readTextFileSync(small.path("results-2/small/run.json")));
  assert(config.endsWith("there.json"), "the second run is one of its own");
});
