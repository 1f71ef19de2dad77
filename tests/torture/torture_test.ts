import { assertEquals, assertGreater } from "@std/assert";
import { runTorture } from "./torture.ts";

Deno.test("the store gives no wrong byte in 300 trials of all classes of faults", async () => {
  const lines: string[] = [];
  // The seed differs from day to day; a failure prints the command that repeats its trial.
  const seed = Math.floor(Date.now() / 86_400_000);
  const { trials, wrong } = await runTorture({ trials: 300, seed, only: null, print: (line) => lines.push(line) });
  assertEquals(wrong, 0, lines.join("\n"));
  assertGreater(trials, 299);
});
