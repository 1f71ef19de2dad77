/**
 * `deno task torture`: harms the store in thousands of ways, and demands the bytes of an undisturbed run each time.
 * Options: --trials N (default 10000), --seed S (default: a random one, printed), --only CLASS[:TRIAL]. Most of the time
 * is the disk's: TMPDIR=/a/folder/in/memory deno task torture takes a third of it.
 */
import { parseArgs } from "@std/cli/parse-args";
import { runTorture } from "./torture.ts";

const { trials, seed, only } = parseArgs(Deno.args, { string: ["trials", "seed", "only"] });
const report = await runTorture({
  trials: trials === undefined ? 10_000 : Number(trials),
  seed: seed === undefined ? crypto.getRandomValues(new Uint16Array(1))[0] : Number(seed),
  only: only === undefined ? null : only,
  print: console.log,
});
Deno.exit(report.wrong === 0 ? 0 : 1);
