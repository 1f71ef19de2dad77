/** The peak memory of a run. */
import { spreadOf } from "../measure.ts";
import { memoryPeakOf } from "../memory_peak.ts";
import { runCommand, TWO_LAYER } from "../retrace.ts";
import { withWorkspace } from "../workspace.ts";
import { atMost, type Section } from "./row.ts";

export const memorySection: Section = {
  name: "memory",
  about: "peak memory of a run of two-layer with everything to do, charts included",
  byDefault: true,
  measure: async ({ runs }) => {
    const peaks: number[] = [];
    for (let run = 0; run < Math.min(runs, 3); run++) {
      peaks.push(await withWorkspace((folder) => memoryPeakOf(runCommand(folder, TWO_LAYER))));
    }
    return [{ what: "peak memory of a two-layer run (RSS)", spread: spreadOf(peaks), unit: "MB", target: atMost(450) }];
  },
};
