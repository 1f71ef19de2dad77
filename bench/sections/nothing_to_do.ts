/** Runs that have nothing to do, as whole processes: what people wait for when all results exist. */
import { join } from "node:path";
import { inTurn, scaled, spreadOf } from "../measure.ts";
import { type CommandLine, runToEnd } from "../process.ts";
import { PROJECT, runCommand, taskCommand, TWO_LAYER } from "../retrace.ts";
import { withWorkspace } from "../workspace.ts";
import { atMost, type Row, type Section, type Target } from "./row.ts";

export const nothingToDoSection: Section = {
  name: "no-op",
  about: "a run of two-layer with nothing to do, next to an empty Deno process",
  byDefault: true,
  measure: ({ runs }) =>
    withWorkspace((folder) => {
      console.log("  (first a run of two-layer that has everything to do)");
      runToEnd(runCommand(folder, TWO_LAYER));
      const empty = join(folder, "empty.ts");
      Deno.writeTextFileSync(empty, "");
      return rowsOf(4 * runs, [
        ["an empty script, `deno run`", { program: "deno", args: ["run", "--no-config", empty] }, null],
        ["two-layer, nothing to do, `deno run …`", runCommand(folder, TWO_LAYER), atMost(120)],
        [
          "an empty task, `deno task`",
          { program: "deno", args: ["task", "--quiet", "--eval", "true"], cwd: PROJECT },
          null,
        ],
        ["two-layer, nothing to do, `deno task run …`", taskCommand(folder, TWO_LAYER), null],
      ]);
    }),
};

/** Recently changed files are read again; from this age on, their status shows that they are unchanged. */
export const COME_OF_AGE_MS = 5000;

const CONFIGS = 100;
const SEEDS = ["--set", "train.epochs=1", "--seeds", `0..${CONFIGS - 1}`];

export const manyConfigsSection: Section = {
  name: "configs",
  about: "100 configurations of six stages with nothing to do, in one process",
  byDefault: true,
  measure: ({ runs }) =>
    withWorkspace((folder) => {
      console.log(`  (first ${CONFIGS} runs that have everything to do)`);
      runToEnd(runCommand(folder, TWO_LAYER, ...SEEDS, "--jobs", "2"));
      return rowsOf(2 * runs, [
        [`${CONFIGS} configs × 6 stages, nothing to do`, runCommand(folder, TWO_LAYER, ...SEEDS), atMost(300)],
      ]);
    }),
};

async function rowsOf(
  rounds: number,
  subjects: [what: string, command: CommandLine, target: Target | null][],
): Promise<Row[]> {
  await new Promise((resolve) => setTimeout(resolve, COME_OF_AGE_MS));
  for (const [, command] of subjects) runToEnd(command);
  const seconds = inTurn(subjects, rounds, ([, command]) => runToEnd(command).seconds);
  return [...seconds].map(([[what, , target], values]) => ({
    what,
    spread: scaled(spreadOf(values), 1000),
    unit: "ms",
    target,
  }));
}
