/**
 * Stored files are damaged, with restored modes and times: `cache verify` must report each damage, a repair must
 * quarantine it, and it must never reach a result.
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { repairStore, verifyStore } from "../../pipeline/engine/cache/verify.ts";
import { Store } from "../../pipeline/engine/store/store.ts";
import { type Changes, runToys } from "../pipeline/engine/bench.ts";
import { type Damage, damage, DAMAGES, swap } from "../pipeline/engine/tamper.ts";
import type { Random } from "./random.ts";
import { checkRun, copyFolder, type FaultClass, makeFolder, type Trial, wrongIn } from "./trial.ts";

const PARAMS: Changes = { grow: { rounds: 2 } };

/** Damages at random positions. */
const RANDOM_DAMAGES: Record<string, (random: Random) => Damage> = {
  "a bit flipped anywhere": (random) => (bytes) => {
    const other = bytes.slice();
    other[random.below(bytes.length)] ^= 1 << random.below(8);
    return other;
  },
  "cut off anywhere": (random) => (bytes) => bytes.slice(0, random.below(bytes.length)),
  "cut off, and its size forged": (random) => (bytes) => {
    const other = bytes.slice();
    other.fill(0, random.below(bytes.length - 1));
    return other;
  },
};

const KINDS = [...Object.keys(DAMAGES), ...Object.keys(RANDOM_DAMAGES), "swapped with another"];

let base: Promise<string> | null = null;

async function makeBase(): Promise<string> {
  const cache = `${makeFolder()}/cache`;
  await runToys(cache, { params: PARAMS });
  return cache;
}

async function runTrial({ index, random, folder }: Trial): Promise<string> {
  base ??= makeBase();
  const cache = `${folder}/cache`;
  copyFolder(await base, cache);
  const kind = KINDS[index % KINDS.length];
  const files = random.below(3) === 0 ? filesUnder(`${cache}/records`) : filesUnder(`${cache}/artifacts`);
  const path = random.pick(files);
  const hit = [path];
  if (kind === "swapped with another") {
    const other = random.pick(files.filter((file) => file !== path));
    swap(path, other);
    hit.push(other);
  } else {
    damage(path, DAMAGES[kind] ?? RANDOM_DAMAGES[kind](random));
  }
  if (random.below(4) === 0) forgeTimes(hit, random);
  const isGone = kind === "no file";
  const isNamed = (one: string) => wrongIn(cache).some((name) => one.endsWith(name));
  // A removed record leaves no trace: its stage runs again.
  if (!isGone || path.includes("/artifacts/")) assertEquals(hit.map(isNamed), hit.map(() => true), `${kind}: ${path}`);
  if (random.below(2) === 0) await checkRun(cache, PARAMS);
  const store = new Store(cache);
  repairStore(store, verifyStore(store));
  await checkRun(cache, PARAMS);
  assertEquals(wrongIn(cache), [], `${kind}: ${path}`);
  const aside = isGone ? [] : [...Deno.readDirSync(`${cache}/quarantine`)].map(({ name }) => name);
  for (const one of isGone ? [] : hit) {
    assert(aside.some((name) => one.includes(name.slice(0, 64))), `${kind}: ${one} is in quarantine`);
  }
  return kind;
}

/** Changes the modification time by a day or a second, which must make no difference. */
function forgeTimes(paths: readonly string[], random: Random): void {
  const time = new Date(Date.now() + random.pick([-86_400_000, -1000, 1000, 86_400_000]));
  for (const path of paths.filter(exists)) Deno.utimeSync(path, time, time);
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function filesUnder(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesUnder(join(folder, name)) : [join(folder, name)]
  ).sort();
}

/** The class. */
export const corruption: FaultClass = {
  name: "corruption",
  about: "damaged stored files, with restored modes and times",
  share: (trials) => Math.floor(trials * 0.4),
  run: runTrial,
  async finish() {
    if (base !== null) Deno.removeSync(await base, { recursive: true });
    base = null;
  },
};
