/** `reproduce`: computes experiments from scratch, and compares every digest with the expected one. */
import { dirname, join } from "node:path";
import { withLock } from "../../engine/store/lock.ts";
import { ConfigError } from "../../engine/run_errors.ts";
import { readExpected, writeExpected } from "../../results/expected.ts";
import { defineCommand } from "../command.ts";
import { listenForInterrupts } from "../interrupt.ts";
import { loadOnDemand } from "../load_on_demand.ts";
import { flag, withDefault } from "../option.ts";
import { V8_FLAGS } from "../permissions.ts";
import { cache, data, json } from "../shared_options.ts";
import { printError } from "../terminal.ts";
import { requireWritePermission } from "../write_permission.ts";

export const command = defineCommand({
  name: "reproduce",
  about: "Recompute experiments from scratch and compare every digest",
  args: "[CONFIG…]",
  terms: { CONFIG: "an experiment file, or the name of one with expected digests; left out: all of those" },
  options: {
    expected: withDefault("FILE", "the expected digests", "experiments/expected.json"),
    update: flag("make the computed digests the expected ones, if no experiment fails"),
    cache,
    data,
    json,
  },
  details:
    "The first stage, epoch and tensor that differ are named, with both digests. No stored result is used, and none is " +
    "kept: the cache is an empty folder in DIR, which is removed at the end.",
  exitCodes: { 0: "everything is the same", 1: "something differs, or a run failed" },
  may: { read: true, write: [".retrace", "experiments"], env: [V8_FLAGS], more: true },
  common: true,
  async run({ pipeline, args, options: { expected: file, update, cache, data, json } }) {
    const expected = readExpected(file) ?? {};
    const { loadExperiments, reproduceAll } = await loadOnDemand<typeof import("../reproduction.ts")>(
      "./reproduction.ts",
    );
    const loaded = await pipeline();
    const experiments = loadExperiments(loaded, args, data, expected, file);
    const unknown = experiments.find(({ experiment }) => !update && !Object.hasOwn(expected, experiment.name));
    if (unknown !== undefined) {
      throw new ConfigError(
        `${file} has no digests of ${unknown.experiment.name}. ` +
          `To add them as they are computed now: deno task reproduce --update ${unknown.file}.`,
      );
    }
    requireWritePermission("reproduce", [cache, ...(update ? [dirname(file)] : [])]);
    using interrupts = listenForInterrupts();
    const { signal } = interrupts;
    return await withEmptyFolder(cache, signal, async (cache) => {
      const { exitCode, found } = await reproduceAll(loaded, experiments, { expected, update, json, cache, signal });
      if (update && exitCode === 0) writeExpected(file, { ...expected, ...found });
      return exitCode;
    });
  },
});

/** Does `work` with an empty folder, and removes it. Only one process at a time has it. */
async function withEmptyFolder<T>(
  parent: string,
  signal: AbortSignal,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  Deno.mkdirSync(parent, { recursive: true });
  const folder = join(parent, "reproduce");
  const onWait = () => printError("Waiting for another reproduce to end.");
  return await withLock(join(parent, "reproduce.lock"), onWait, async () => {
    removeFolder(folder);
    try {
      return await work(folder);
    } finally {
      removeFolder(folder);
    }
  }, { by: "reproduce", signal });
}

function removeFolder(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
