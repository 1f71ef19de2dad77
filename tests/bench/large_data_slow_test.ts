/** What a run takes of memory grows with its data, once: a copy of the images anywhere, from download to charts, fails. */
import { assert } from "@std/assert";
import { makeLargeData } from "../../bench/large_data.ts";
import { memoryPeakOf } from "../../bench/memory_peak.ts";
import { runCommand } from "../../bench/retrace.ts";
import { allowedMegabytes } from "../../bench/sections/large_data.ts";
import { withWorkspace } from "../../bench/workspace.ts";

for (const [count, form] of [[240_000, "bytes"], [60_000, "floats"]] as const) {
  Deno.test({
    name: `a run on ${count} images of ${form} takes at most 1.3 times their memory, and 250 MB`,
    // The system counts the peak; Python asks it.
    ignore: Deno.build.os !== "linux" || !isThere("python3"),
    async fn() {
      await withWorkspace((folder) => {
        const { experiment, bytes } = makeLargeData(folder, count, form);
        const [peak, allowed] = [memoryPeakOf(runCommand(folder, experiment)), allowedMegabytes(bytes)];
        assert(peak > bytes / 1e6 && peak <= allowed, `it took ${peak} MB, where ${allowed} are allowed`);
      });
    },
  });
}

function isThere(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["--version"] }).outputSync().success;
  } catch {
    return false;
  }
}
