import { assert, assertEquals, assertGreaterOrEqual, assertStrictEquals } from "@std/assert";
import { join } from "node:path";
import { makeSmallDataset } from "../../small_dataset.ts";
import { killWithWorkers, runToEnd, startRun } from "../results/processes.ts";
import { digestsIn } from "../results/written_run.ts";

/** Training takes much longer than noticing its first epochs and killing it. */
const EPOCHS = 100;
/** The process is killed when this many epochs, including the untrained model, are stored. */
const STORED = 5;
/** Longer than any machine needs for that. Milliseconds. */
const MAX_WAIT = 60_000;

/** The number of stored epochs of training, including the untrained model. */
function storedEpochs(cache: string): number {
  try {
    return [...Deno.readDirSync(join(cache, "records", "train", "steps"))].length;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/** Starts a run, and kills it with a signal that no process can block as soon as enough epochs are stored. */
async function killInTraining(config: string, folders: { results: string; cache: string }): Promise<void> {
  const child = startRun(config, folders);
  const end = child.output();
  const deadline = performance.now() + MAX_WAIT;
  let isRunning = true;
  end.then(() => isRunning = false);
  while (storedEpochs(folders.cache) < STORED && isRunning && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  if (!isRunning) {
    assert(false, `the run was to be killed in training: ${new TextDecoder().decode((await end).stderr)}`);
  }
  killWithWorkers(child.pid);
  await end;
}

Deno.test("train resumes after kill -9 at the first epoch that is not stored, with the bytes of an uninterrupted run", async () => {
  using small = makeSmallDataset();
  const { pipeline, ...experiment } = small.experiment;
  const config = small.write("killed.json", {
    ...experiment,
    pipeline: {
      ...pipeline,
      batch: { size: 60 }, // 256 rows: a last batch of 16
      train: {
        ...pipeline.train,
        optimizer: { name: "sgd", lr: 0.05, momentum: 0.9, nesterov: true, weight_decay: 0.001 },
        epochs: EPOCHS,
      },
    },
  });
  const [killed, straight] = ["killed", "straight"].map((name) => ({
    results: small.path(`results-${name}`),
    cache: small.path(`cache-${name}`),
  }));

  await killInTraining(config, killed);
  const stored = storedEpochs(killed.cache);
  assertGreaterOrEqual(stored, STORED);
  assert(stored <= EPOCHS, "the kill came too late: training had ended");
  assertEquals([...Deno.readDirSync(killed.cache)].some(({ name }) => name === "records"), true);

  await Promise.all([runToEnd(config, killed), runToEnd(config, straight)]);
  assertEquals(digestsIn(join(killed.results, "small")), digestsIn(join(straight.results, "small")));

  const { stages } = JSON.parse(Deno.readTextFileSync(join(killed.results, "small", "run.json")));
  assertEquals(
    stages.map(({ stage, action }: { stage: string; action: string }) => `${stage} ${action}`),
    ["download hit", "tensorize hit", "normalize hit", "batch hit", "train continue", "validate continue"],
  );
  assertStrictEquals(stages[4].first_step, stored, "training continues after the last stored epoch");
  assertStrictEquals(stages[4].seconds_per_step.length, EPOCHS + 1 - stored);
});

Deno.test("a run with momentum, masks and random shifts that is killed repeatedly, in every stage, has the bytes of an uninterrupted one", async () => {
  using small = makeSmallDataset();
  const { pipeline, ...experiment } = small.experiment;
  const optimizer = { name: "sgd", lr: 0.05, momentum: 0.9, dampening: 0.1 };
  const model = ["linear(784,8)", "batchnorm1d(8)", "relu", "dropout(0.2)", "linear(8,10)", "softmax"];
  const augment = [{ name: "shift", pixels: 1 }];
  const train = { ...pipeline.train, model, augment, optimizer, epochs: 6 };
  const config = small.write("again.json", { ...experiment, pipeline: { ...pipeline, train } });
  const [killed, straight] = ["killed", "straight"].map((name) => ({
    results: small.path(`results-${name}`),
    cache: small.path(`cache-${name}`),
  }));
  const kills = [];
  for (let isKilled = true; isKilled;) {
    const before = recordsIn(killed.cache);
    const child = startRun(config, killed);
    let isRunning = true;
    const end = child.output().finally(() => isRunning = false);
    // One more record than before: the process is killed while it works on the next one.
    while (isRunning && recordsIn(killed.cache) === before) await new Promise((resolve) => setTimeout(resolve, 1));
    if (isRunning) child.kill("SIGKILL");
    const { signal, success, stderr } = await end;
    isKilled = signal === "SIGKILL";
    assert(isKilled || success, new TextDecoder().decode(stderr));
    if (isKilled) kills.push(recordsIn(killed.cache));
  }
  // Four stages; seven epochs of training and their record; seven evaluations and their record.
  assertGreaterOrEqual(kills.length, 8, `killed with ${kills.join(", ")} records`);
  await Promise.all([runToEnd(config, killed), runToEnd(config, straight)]);
  assertEquals(digestsIn(join(killed.results, "small")), digestsIn(join(straight.results, "small")));
});

/** The number of records of stages and of epochs. */
function recordsIn(cache: string): number {
  const count = (folder: string): number => {
    let entries: Deno.DirEntry[];
    try {
      entries = [...Deno.readDirSync(folder)];
    } catch {
      return 0;
    }
    return entries.reduce((sum, { name, isDirectory }) => sum + (isDirectory ? count(join(folder, name)) : 1), 0);
  };
  return count(join(cache, "records"));
}
