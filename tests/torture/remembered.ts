/**
 * Large artifacts with a remembered check are damaged, with restored modes and times: the next check must notice. Each
 * trial waits for the next second, the resolution of the one time that cannot be forged.
 */
import { assertEquals } from "@std/assert";
import { AgedIo } from "../pipeline/engine/aged_io.ts";
import { artifactPath, type Changes, runToys, textDigest } from "../pipeline/engine/bench.ts";
import { damage, DAMAGES_OF_BYTES, swap, tickAfter } from "../pipeline/engine/tamper.ts";
import { BIG } from "../pipeline/engine/toys.ts";
import { type FaultClass, type Trial, undisturbed } from "./trial.ts";

const PARAMS: Changes = { words: { repeat: BIG }, grow: { rounds: 0 } };
const KINDS = [...Object.keys(DAMAGES_OF_BYTES), "swapped with another"];

async function runTrial({ index, random, folder }: Trial): Promise<string> {
  const cache = `${folder}/cache`;
  const first = await runToys(cache, { params: PARAMS });
  const io = new AgedIo(cache);
  await runToys(cache, { params: PARAMS, io });
  assertEquals(io.notes.length, 3, "the checks of words, lower and the page are remembered");
  const paths = ["words", "lower"].map((stage) => artifactPath(cache, textDigest(first, stage)));
  await tickAfter(paths);
  const kind = KINDS[index % KINDS.length];
  const hit = random.below(2);
  if (kind === "swapped with another") swap(paths[0], paths[1]);
  else damage(paths[hit], DAMAGES_OF_BYTES[kind]);
  const second = await runToys(cache, { params: PARAMS, io });
  assertEquals(second.digests, await undisturbed(PARAMS));
  assertEquals(second.work, kind === "swapped with another" ? ["words", "lower"] : [["words"], ["lower"]][hit]);
  return kind;
}

/** The class. */
export const remembered: FaultClass = {
  name: "remembered",
  about: "damaged large artifacts with a remembered check",
  share: (trials) => Math.ceil(trials / 250),
  run: runTrial,
};
