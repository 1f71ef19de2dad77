/** Short forms of the torture, as tests. */
import { assertEquals, assertGreater } from "@std/assert";
import { runTorture } from "./torture.ts";

/** Declares a test with this many trials of all classes of faults. */
export function noWrongByteIn(trials: number): void {
  Deno.test(`the store returns no wrong byte in ${trials} trials of all classes of faults`, async () => {
    const lines: string[] = [];
    // The seed changes every day; a failure prints the command that repeats its trial.
    const seed = Math.floor(Date.now() / 86_400_000);
    const done = await runTorture({ trials, seed, only: null, print: (line) => lines.push(line) });
    assertEquals(done.wrong, 0, lines.join("\n"));
    assertGreater(done.trials, trials - 1);
  });
}
