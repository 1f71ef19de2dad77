/** The peak memory of a run. */
import { spreadOf } from "../measure.ts";
import { runToEnd } from "../process.ts";
import { denoCommand, runCommand, TWO_LAYER } from "../retrace.ts";
import { withWorkspace } from "../workspace.ts";
import { atMost, type Section } from "./row.ts";

export const memorySection: Section = {
  name: "memory",
  about: "peak memory of a run of two-layer with everything to do, charts included",
  byDefault: true,
  measure: async ({ runs }) => {
    const peaks: number[] = [];
    for (let run = 0; run < Math.min(runs, 3); run++) peaks.push(await withWorkspace(peakOf));
    return [{ what: "peak memory of a two-layer run (RSS)", spread: spreadOf(peaks), unit: "MB", target: atMost(450) }];
  },
};

/** In megabytes. The process reports it when it ends. */
function peakOf(folder: string): number {
  const { args } = runCommand(folder, TWO_LAYER);
  const { stdout } = runToEnd(denoCommand("bench/sections/peak_memory.ts", args.slice(args.indexOf("run", 1))));
  return Number(stdout.trim().split("\n").at(-1)) / 1000;
}
