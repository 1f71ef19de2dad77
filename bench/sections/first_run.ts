/** The first run after a clone, with the packages already in Deno's cache: a newcomer's first impression. */
import { join } from "node:path";
import { spreadOf } from "../measure.ts";
import { runToEnd } from "../process.ts";
import { PROJECT } from "../retrace.ts";
import { withWorkspace } from "../workspace.ts";
import { atMost, type Section } from "./row.ts";

export const firstRunSection: Section = {
  name: "first-run",
  about: "`deno task run experiments/two-layer.json` in a fresh clone of the last commit, packages cached",
  byDefault: false,
  measure: async ({ runs }) => {
    const seconds: number[] = [];
    for (let run = 0; run < Math.min(runs, 3); run++) seconds.push(await withWorkspace(secondsOfFirstRun));
    const what = "first run after clone: 40 epochs, all charts";
    return [{ what, spread: spreadOf(seconds), unit: "s", target: atMost(12) }];
  },
};

function secondsOfFirstRun(folder: string): number {
  const clone = join(folder, "clone");
  runToEnd({ program: "git", args: ["clone", "--quiet", "--no-hardlinks", PROJECT, clone] });
  return runToEnd({ program: "deno", args: ["task", "run", "experiments/two-layer.json"], cwd: clone }).seconds;
}
