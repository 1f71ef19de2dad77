/** Runs on large data sets: how long they take, and how much memory, compared with the data. */
import { join } from "node:path";
import { type LargeForm, makeLargeData } from "../large_data.ts";
import { spreadOf } from "../measure.ts";
import { memoryPeakOf } from "../memory_peak.ts";
import { runCommand } from "../retrace.ts";
import { withWorkspace } from "../workspace.ts";
import { atMost, type Row, type Section } from "./row.ts";

const SIZES: readonly [count: number, form: LargeForm][] = [[480_000, "bytes"], [960_000, "bytes"], [
  240_000,
  "floats",
]];

/** What a run may take: the data once in the kernels' memory, and what all else needs at the same time. */
export function allowedMegabytes(dataBytes: number): number {
  return 1.3 * dataBytes / 1e6 + 250;
}

export const largeDataSection: Section = {
  name: "large-data",
  about: "runs of linear-sgd, two epochs, on up to 960,000 images, with everything to do: seconds and peak memory",
  byDefault: false,
  measure: async ({ runs }) => {
    const rows: Row[] = [];
    for (const [count, form] of SIZES) {
      rows.push(...await withWorkspace((folder) => rowsOf(folder, count, form, Math.min(runs, 3))));
    }
    return rows;
  },
};

function rowsOf(folder: string, count: number, form: LargeForm, runs: number): Row[] {
  const { experiment, bytes } = makeLargeData(folder, count, form);
  const measured = Array.from({ length: runs }, (_, run) => {
    const place = join(folder, `run-${run}`);
    const peak = memoryPeakOf(runCommand(place, experiment));
    const { seconds, stages } = JSON.parse(Deno.readTextFileSync(join(place, "results", "large", "run.json")));
    Deno.removeSync(place, { recursive: true });
    return { peak, seconds: [seconds, ...stages.map((stage: { seconds: number }) => stage.seconds)], stages };
  });
  const what = `${count.toLocaleString("en")} images of ${form}, ${Math.round(bytes / 1e6)} MB`;
  const names = ["all stages", ...measured[0].stages.map(({ stage }: { stage: string }) => stage)];
  const timed = names.map((name, i): Row => {
    return {
      what: `${what}: ${name}`,
      spread: spreadOf(measured.map(({ seconds }) => seconds[i])),
      unit: "s",
      target: null,
    };
  });
  const peaks = spreadOf(measured.map(({ peak }) => peak));
  return [...timed, {
    what: `${what}: peak memory`,
    spread: peaks,
    unit: "MB",
    target: atMost(allowedMegabytes(bytes)),
  }];
}
