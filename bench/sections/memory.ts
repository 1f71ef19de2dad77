/** The peak memory of a run. */
import { spreadOf } from "../measure.ts";
import { runToEnd } from "../process.ts";
import { runCommand, TWO_LAYER } from "../retrace.ts";
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

/** Runs a command, and prints the peak memory of the largest of its processes, in kilobytes. */
const MEASURE = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); " +
  "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)";

/** In megabytes: of the worker, since the front takes less. */
function peakOf(folder: string): number {
  const { program, args, cwd } = runCommand(folder, TWO_LAYER);
  const { stdout } = runToEnd({ program: "python3", args: ["-c", MEASURE, program, ...args], cwd });
  return Number(stdout.trim().split("\n").at(-1)) / 1000;
}
