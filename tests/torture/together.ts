/** Six processes request the same work at the same moment: it is done once. */
import { assertEquals } from "@std/assert";
import type { Changes } from "../pipeline/engine/bench.ts";
import { Spawned, workIn } from "../pipeline/engine/spawned.ts";
import { allWork } from "../pipeline/engine/toys.ts";
import { checkRun, type FaultClass, type Trial, undisturbed, wrongIn } from "./trial.ts";

const PROCESSES = 6;

async function runTrial({ random, folder }: Trial): Promise<string> {
  const [cache, work] = [`${folder}/cache`, `${folder}/work`];
  const rounds = random.below(4);
  const params: Changes = { grow: { rounds } };
  const all = Array.from({ length: PROCESSES }, () => new Spawned({ cache, work, params, waitAtStart: true }));
  await Promise.all(all.map((one) => one.comesTo("ready")));
  await Promise.all(all.map((one) => one.goOn()));
  const wanted = await undisturbed(params);
  assertEquals(await Promise.all(all.map((one) => one.digests())), all.map(() => wanted));
  assertEquals(workIn(work), allWork(rounds));
  assertEquals(wrongIn(cache), []);
  await checkRun(cache, params);
  return "one computed, five used its results";
}

/** The class. */
export const together: FaultClass = {
  name: "together",
  about: "six processes, one cold key",
  share: (trials) => Math.ceil(trials / 500),
  run: runTrial,
};
