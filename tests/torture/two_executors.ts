/**
 * Two executors do the same experiments in one cache at the same time, as two commands or two tasks of a cluster do. The
 * file system fails them, or they die, in the middle of their work, one or both. Whatever is stored afterwards must be
 * right, what counts as complete must be what an undisturbed run computes, and a third one must complete the rest.
 */
import { assertEquals, assertInstanceOf } from "@std/assert";
import { StoreError } from "../../pipeline/engine/run_errors.ts";
import { artifactPath, type Changes, digestOf, planToys, runToys } from "../pipeline/engine/bench.ts";
import { type Fault, FaultyIo } from "../pipeline/engine/faulty_io.ts";
import { Spawned } from "../pipeline/engine/spawned.ts";
import { damage, DAMAGES } from "../pipeline/engine/tamper.ts";
import type { Random } from "./random.ts";
import { checkRun, type FaultClass, type Trial, undisturbed, wrongIn } from "./trial.ts";

/** What a sweep might do; a trial takes two of them. They share stages and steps, and some their bytes. */
const EXPERIMENTS: Changes[] = [
  { grow: { rounds: 1 } },
  { grow: { rounds: 3 } },
  { words: { text: "RETRACE" }, grow: { rounds: 2 } },
  { grow: { rounds: 2, salt: { value: 8 } } },
];

/** Calls of the store within which an executor is hit: nearly every one makes as many. */
const CALLS = 150;
/** One trial in so many starts two processes. */
const PER_PAIR_OF_PROCESSES = 50;

/** Simulates the death of a process: it is not caught, and nothing happens after it. */
class Killed extends Error {}

/** What the cache holds at the beginning; returns what is damaged. */
const BEGINNINGS: ((cache: string) => Promise<string[]>)[] = [
  () => Promise.resolve([]),
  async (cache) => (await runToys(cache, { params: { grow: { rounds: 0 } } }), []),
  async (cache) => {
    const first = await runToys(cache, { params: EXPERIMENTS[0] });
    const digest = digestOf(first, "words", "text");
    damage(artifactPath(cache, digest), DAMAGES["a bit flipped in the middle"]);
    return [digest];
  },
];

/** How an executor ended. */
type End = "done" | "failed" | "died";

async function runTrial({ random, folder }: Trial): Promise<string> {
  const cache = `${folder}/cache`;
  const damaged = await random.pick(BEGINNINGS)(cache);
  const first = random.below(EXPERIMENTS.length);
  const experiments = [first, (first + 1 + random.below(EXPERIMENTS.length - 1)) % EXPERIMENTS.length].map((which) =>
    EXPERIMENTS[which]
  );
  const both = [ioOf(cache, random), random.below(2) === 0 ? ioOf(cache, random) : undefined];
  const ends = await Promise.all(both.map((io) => execute(cache, experiments, io, random)));
  await checkCache(cache, damaged, experiments);
  return `in one process: ${ends.sort().join(", ")}`;
}

/** The file system of an executor that is hit at a random call. */
function ioOf(cache: string, random: Random): FaultyIo {
  const [call, fault] = [1 + random.below(CALLS), random.pick<Fault>(["half", "all"])];
  if (random.below(2) === 0) return new FaultyIo(cache, call, fault);
  return new FaultyIo(cache, call, fault, () => {
    throw new Killed();
  }, true);
}

/** Does all experiments, in this order or the other, and checks the results of each. */
async function execute(
  cache: string,
  experiments: readonly Changes[],
  io: FaultyIo | undefined,
  random: Random,
): Promise<End> {
  const turns = random.below(4);
  // Another executor continues whenever this one gives way: before a stage, for a random number of turns.
  const stageStarts = async () => {
    for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
  };
  for (const params of random.below(2) === 0 ? experiments : experiments.toReversed()) {
    const wanted = await undisturbed(params);
    try {
      assertEquals((await runToys(cache, { params, io, events: { stageStarts } })).digests, wanted);
    } catch (error) {
      if (error instanceof Killed) return "died";
      assertInstanceOf(error, StoreError);
      return "failed";
    }
  }
  return "done";
}

/** Checks every stored byte, then what counts as complete, and completes the experiments. */
async function checkCache(cache: string, damaged: readonly string[], experiments: readonly Changes[]): Promise<void> {
  assertEquals(wrongIn(cache).filter((one) => !damaged.some((digest) => one.includes(digest))), []);
  for (const params of experiments) {
    const wanted = await undisturbed(params);
    for (const { stage, action, outputs } of planToys(cache, { params })) {
      if (action === "hit") assertEquals(outputs, wanted[stage]);
    }
    await checkRun(cache, params);
  }
  assertEquals(wrongIn(cache), []);
}

/** The same with two processes that are killed with `kill -9`: one of them, or both. */
async function runPair({ random, folder }: Trial): Promise<string> {
  const [cache, work] = [`${folder}/cache`, `${folder}/work`];
  const params = random.pick(EXPERIMENTS);
  const damaged = await random.pick(BEGINNINGS)(cache);
  const killAt = () => ({ call: 1 + random.below(CALLS), fault: random.pick<Fault>(["half", "all"]) });
  const kills = [killAt(), random.below(2) === 0 ? killAt() : undefined];
  const both = kills.map((killAt) => new Spawned({ cache, work, params, waitAtStart: true, killAt }));
  await Promise.all(both.map((one) => one.comesTo("ready")));
  await Promise.all(both.map((one) => one.goOn()));
  const ends = await Promise.all(both.map(async (one, i): Promise<End> => {
    if (kills[i] !== undefined) return await one.killedItself() ? "died" : "done";
    assertEquals(await one.digests(), await undisturbed(params));
    return "done";
  }));
  // The first one uses what was damaged at the beginning.
  await checkCache(cache, damaged, [params, EXPERIMENTS[0]]);
  return `as two processes: ${ends.sort().join(", ")}`;
}

/** The class. */
export const executors: FaultClass = {
  name: "executors",
  about: "two executors on the same experiments, hit by faults or killed",
  share: (trials) => trials,
  run: (trial) => trial.index % PER_PAIR_OF_PROCESSES === PER_PAIR_OF_PROCESSES - 1 ? runPair(trial) : runTrial(trial),
};
