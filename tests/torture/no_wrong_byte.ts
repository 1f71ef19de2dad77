/** Short forms of the torture, as tests. */
import { assertEquals, assertGreater } from "@std/assert";
import { runTorture } from "./torture.ts";

/** Declares a test with the trials of one class of faults, or of all, out of so many. */
export function noWrongByteIn(trials: number, only: string | null = null): void {
  Deno.test(`the store returns no wrong byte in ${trials} trials of ${only ?? "all classes of faults"}`, async () => {
    const lines: string[] = [];
    // The seed changes every day; a failure prints the command that repeats its trial.
    const seed = Math.floor(Date.now() / 86_400_000);
    const done = await runTorture({ trials, seed, only, print: (line) => lines.push(line) });
    assertEquals(done.wrong, 0, lines.join("\n"));
    assertGreater(done.trials, only === null ? trials - 1 : 0);
  });
}
