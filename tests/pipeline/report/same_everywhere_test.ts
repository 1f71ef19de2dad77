import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { makeSmallDataset } from "../../small_dataset.ts";
import { runToEnd } from "./processes.ts";
import { digestsIn, PICTURES, TABLES } from "./written_run.ts";

const PROJECT = join(import.meta.dirname!, "../../..");

/** Copies a folder of sources. */
function copyFolder(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) copyFolder(join(from, name), join(to, name));
    else Deno.copyFileSync(join(from, name), join(to, name));
  }
}

/** A copy of the project at another path; the packages are the same ones. */
function copyProject(to: string): void {
  for (const folder of ["core", "pipeline", "std"]) copyFolder(join(PROJECT, folder), join(to, folder));
  for (const file of ["deno.json", "deno.lock", "package.json"]) Deno.copyFileSync(join(PROJECT, file), join(to, file));
  Deno.symlinkSync(join(PROJECT, "node_modules"), join(to, "node_modules"));
}

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
