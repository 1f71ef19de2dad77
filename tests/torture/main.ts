/**
 * `deno task torture`: injects thousands of faults into the store, and requires the bytes of an undisturbed run each
 * time. Options: --trials N (default 10000), --seed S (default: a random one, printed), --only CLASS[:TRIAL]. Most of the
 * time is disk access: TMPDIR=/a/folder/in/memory deno task torture takes a third of it.
 */
import { parseArgs } from "@std/cli/parse-args";
import { CLASSES, runTorture } from "./torture.ts";

const names = CLASSES.map(({ name }) => name);
const { trials, seed, only } = parseArgs(Deno.args, {
  string: ["trials", "seed", "only"],
  default: { trials: "10000", seed: String(crypto.getRandomValues(new Uint16Array(1))[0]) },
  unknown: reject,
});
if (!/^[1-9]\d*$/.test(trials)) reject(`--trials ${trials}`);
if (!/^\d+$/.test(seed)) reject(`--seed ${seed}`);
if (only !== undefined && !new RegExp(`^(${names.join("|")})(:\\d+)?$`).test(only)) reject(`--only ${only}`);
const { wrong } = await runTorture({
  trials: Number(trials),
  seed: Number(seed),
  only: only ?? null,
  print: console.log,
});
Deno.exit(wrong === 0 ? 0 : 1);

function reject(found: string): never {
  console.error(
    `error: torture expects --trials N, --seed S and --only CLASS[:TRIAL] (${names.join(", ")}), but found ${found}.`,
  );
  Deno.exit(2);
}
