/** A cluster, a small dataset that its nodes see, and the command line. */
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { commandOf, mustBeDone, type Outcome, outcomeOf, PROJECT } from "../pipeline/cli/retrace.ts";
import { digestsIn } from "../pipeline/results/written_run.ts";
import { makeSmallDataset, type SmallDataset, type SmallDatasetOptions } from "../small_dataset.ts";
import { type Cluster, type ClusterOptions, startCluster } from "./cluster.ts";

/** What a test works with. */
export interface Scene extends AsyncDisposable {
  small: SmallDataset;
  cluster: Cluster;
  results: string;
  cache: string;
  /** Runs `run CONFIG` with the scene's folders. */
  run(...args: string[]): Promise<Outcome>;
  /** The same in one process of this machine, with folders of its own; their results. */
  runHere(...args: string[]): Promise<string>;
  /** The texts of all logs of tasks, by "ARRAY_INDEX". */
  logs(): Record<string, string>;
  /** The records of single epochs, by path: each with what tells it from one that was written again. */
  epochs(stage?: string): Record<string, number | null>;
}

/** Starts a cluster, and makes a dataset. */
export async function makeScene(options: SmallDatasetOptions & ClusterOptions = {}): Promise<Scene> {
  const small = makeSmallDataset(options);
  const [results, cache] = [small.path("results"), small.path("cache")];
  const cluster = await startCluster(options);
  const start = (folders: string[], args: string[]) =>
    outcomeOf(commandOf(["run", small.config, "--results", folders[0], "--cache", folders[1], ...args]), {
      ...cluster.env,
      NO_COLOR: "1",
    });
  return {
    ...{ small, cluster, results, cache },
    run: (...args) => start([results, cache], args),
    async runHere(...args) {
      const folders = [small.path("here"), small.path("here-cache")];
      mustBeDone(await start(folders, args));
      return folders[0];
    },
    logs() {
      const folder = join(results, ".slurm");
      const names = namesIn(folder).flatMap((name) =>
        namesIn(join(folder, name)).map((log) => join(folder, name, log))
      );
      const found = names.flatMap((path) => [[/(\d+_\d+)\.log$/.exec(path)?.[1], Deno.readTextFileSync(path)]]);
      return Object.fromEntries(found.filter(([id]) => id !== undefined));
    },
    epochs(stage = "train") {
      const folder = join(cache, "records", stage, "steps");
      return Object.fromEntries(namesIn(folder).map((name) => [name, Deno.statSync(join(folder, name)).ino]));
    },
    async [Symbol.asyncDispose]() {
      await cluster[Symbol.asyncDispose]();
      small[Symbol.dispose]();
    },
  };
}

/** The process of a task's front; null as long as there is none. */
export async function frontOf({ results }: Scene, task: string): Promise<number | null> {
  const { stdout } = await outcomeOf(["pgrep", "-f", "--", `--task=${task} .*--results=${results} `]);
  return stdout === "" ? null : Number(stdout.split("\n")[0]);
}

/** The names of runs over these seeds; the experiment's own seed is 0. */
export function runNames(seeds: number): string[] {
  return Array.from({ length: seeds }, (_, seed) => (seed === 0 ? "small" : `small@seed=${seed}`));
}

/** Fails unless the runs have the same files, byte by byte, in both folders of results. */
export function assertSameResults(found: string, expected: string, names: readonly string[]): void {
  for (const name of names) assertEquals(digestsIn(join(found, name)), digestsIn(join(expected, name)), name);
}

/** A stage that works until it is stopped, and has no steps. */
const WAITING = `import { dataset, defineStage, z } from "retrace";
export const waiting = defineStage({
  name: "waiting",
  about: "Wait.",
  params: () => z.strictObject({}),
  inputs: { dataset },
  outputs: { dataset },
  async run({ pause }) {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await pause();
    }
  },
});
`;

/** Adds a stage to the experiment that never ends by itself. */
export function waitForever(small: SmallDataset): void {
  small.write("waiting.ts", WAITING);
  const chain = ["download", "tensorize", "waiting", "normalize", "batch", "train", "validate"];
  small.write("small.json", { ...small.experiment, uses: ["./waiting.ts"], chain });
}

/** Each line of JSON that a command has printed. */
export function jsonIn({ stdout }: Outcome): Record<string, unknown>[] {
  return stdout.trim().split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return [];
    throw error;
  }
}

/** The project's folder, which tasks start in. */
export { PROJECT };
