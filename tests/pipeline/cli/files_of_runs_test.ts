/** Files of finished runs, for experiments that begin with them. */
import { assertEquals, assertRejects } from "@std/assert";
import { basename, dirname, join } from "node:path";
import { filesOfRuns } from "../../../pipeline/cli/files_of_runs.ts";
import { ConfigError } from "../../../pipeline/engine/run_errors.ts";
import { tryLock } from "../../../pipeline/engine/files/file_lock.ts";
import { keepUnfinished } from "../../../pipeline/results/unfinished_run.ts";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { writtenRun } from "../results/written_run.ts";

const WEIGHTS = "weights.safetensors";

/** Reads the weights of a run for `fine.json` in `results`, which makes the first of the runs in `made`; others make theirs. */
function reader(results: string, made: string[] = ["fine"]) {
  const experiments = made.map((runName, i) => ({
    runName,
    file: join(results, i === 0 ? "fine.json" : `${runName.split("@")[0]}.json`),
    files: [],
    names: [],
    params: {},
    sweep: null,
    experiment: {} as never,
  }));
  const seen: string[] = [];
  const read = filesOfRuns(experiments, { results, cache: join(results, "cache") });
  return { seen, read: (run: string, name = WEIGHTS) => read(experiments[0], run, name, (path) => seen.push(path)) };
}

Deno.test("a run is found by its name, and by its folder relative to the experiment, and what decides it is seen", async () => {
  using written = await writtenRun();
  const results = dirname(written.folder);
  const bytes = Deno.readFileSync(written.path(WEIGHTS));
  for (const run of ["small", "./small", written.folder]) {
    const { read, seen } = reader(results);
    assertEquals(await read(run), { digest: digestOfBytes(bytes), bytes });
    assertEquals(seen.slice(-2), [written.path("run.json"), written.path(WEIGHTS)], run);
  }
  // A run with this name would be taken instead.
  const { read, seen } = reader(join(results, "none"));
  await read(written.folder);
  assertEquals(seen[0], join(results, "none", written.folder, "run.json"));
});

Deno.test("a run that is not there, not finished, edited, or made by the same command is refused", async () => {
  using written = await writtenRun();
  const results = dirname(written.folder);
  const refused = async (run: string, message: string, made?: string[], name?: string) => {
    const prefix = `${join(results, "fine.json")} begins with the run ${run}. `;
    const error = await assertRejects(() => reader(results, made).read(run, name), ConfigError, message);
    assertEquals(error.message.startsWith(prefix), true, error.message);
  };
  await refused("smal", "Did you mean small?");
  await refused("../elsewhere/run", "has to be allowed: --data DIR.");
  await refused("small", "trained no model: it wrote no other.bin", undefined, "other.bin");
  await refused("small", "This command makes that run, and an experiment cannot begin with its own results.", [
    "small",
  ]);
  const command = `Run it first, by a command of its own: deno task run ${join(results, "small.json")}`;
  await refused("small", command, ["fine", "small"]);
  await refused("small@seed=3", `${command} --seeds 3`, ["fine", "small@seed=3"]);
  await refused(written.folder, "an experiment cannot begin with its own results", ["small"]);
  const parts = { title: "", stage: "train", epoch: 1, epochs: 2, experiment: null, figures: {} };
  keepUnfinished(join(results, "ended"), { ...parts, status: "failed", reason: "NaN." });
  await refused("ended", "ended has no results: it failed in train after epoch 1 of 2: NaN.");
  {
    using log = Deno.openSync(join(results, `.${basename(written.folder)}.live`), { create: true, write: true });
    tryLock(log);
    await refused("small", "That run is in progress");
  }
  Deno.writeFileSync(written.path(WEIGHTS), Uint8Array.of(1), { append: true });
  await refused("small", "is not what the run wrote: its SHA-256 is");
  Deno.removeSync(written.path(WEIGHTS));
  await refused("small", "is not what the run wrote: it is missing");
});
