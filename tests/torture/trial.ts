/** What all trials have in common: a class of faults, a folder, and the checks of a cache afterwards. */
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { verifyStore } from "../../pipeline/engine/cache/verify.ts";
import { digestOfBytes } from "../../pipeline/engine/store/digest.ts";
import { addressesOf } from "../../pipeline/engine/keys/record.ts";
import { Store } from "../../pipeline/engine/store/store.ts";
import { artifactPath, type Changes, type Outcome, runToys } from "../pipeline/engine/bench.ts";
import type { Random } from "./random.ts";

/** A class of faults. */
export interface FaultClass {
  name: string;
  about: string;
  /** Its number of trials, out of `trials`. */
  share(trials: number): number;
  /**
   * Runs trial `index` of `count` in an empty folder, and returns its outcome in a few words.
   * @throws AssertionError if a promise was broken.
   */
  run(trial: Trial): Promise<string>;
  /** Frees what the trials of the class share. */
  finish?(): Promise<void>;
}

/** One trial. */
export interface Trial {
  index: number;
  count: number;
  random: Random;
  folder: string;
}

/** Makes a folder for a trial. TMPDIR can be a folder in memory. */
export function makeFolder(): string {
  return Deno.makeTempDirSync({ prefix: "retrace-torture-" });
}

/** Copies a folder with its content. */
export function copyFolder(from: string, to: string): void {
  Deno.mkdirSync(to);
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    if (isDirectory) copyFolder(source, target);
    else Deno.copyFileSync(source, target);
  }
}

const straight = new Map<string, Promise<Outcome["digests"]>>();

/** The outputs of an undisturbed run, computed once. */
export function undisturbed(params: Changes): Promise<Outcome["digests"]> {
  const name = JSON.stringify(params);
  const known = straight.get(name) ?? runUndisturbed(params);
  straight.set(name, known);
  return known;
}

async function runUndisturbed(params: Changes): Promise<Outcome["digests"]> {
  const folder = makeFolder();
  try {
    return (await runToys(`${folder}/cache`, { params })).digests;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** The problems of a cache: paths of damaged files, digests of missing artifacts. */
export function wrongIn(cache: string): string[] {
  const { damagedRecords, damagedArtifacts, missing } = verifyStore(new Store(cache));
  return [...damagedRecords, ...damagedArtifacts.map(({ path }) => path), ...missing.map(({ digest }) => digest)];
}

/** Checks that a run on the cache has the bytes of an undisturbed one, and leaves nothing to do. */
export async function checkRun(cache: string, params: Changes): Promise<void> {
  const wanted = await undisturbed(params);
  const { digests, results } = await runToys(cache, { params });
  assertEquals(digests, wanted);
  // The bytes themselves, read without the store.
  for (const { record } of results) {
    for (const { address: { digest } } of addressesOf(record)) {
      assertEquals(digestOfBytes(Deno.readFileSync(artifactPath(cache, digest))), digest);
    }
  }
  assertEquals((await runToys(cache, { params })).work, []);
}
