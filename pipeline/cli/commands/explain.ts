/** `explain`: why each stage of an experiment is a hit or runs, compared with its most similar stored result. */
import type { Cue } from "../../engine/why/cues.ts";
import type { StagePlan } from "../../engine/run/plan.ts";
import { describeCue } from "../../engine/why/cue_text.ts";
import { timeText } from "../../text/numbers.ts";
import { defineCommand } from "../command.ts";
import { loadOnDemand } from "../load_on_demand.ts";
import { settingsOf } from "../settings.ts";
import { cache, data, grid as set, json, results } from "../shared_options.ts";
import { actionText, waitText } from "../stage_text.ts";
import { dim, print, tableText } from "../terminal.ts";

export const command = defineCommand({
  name: "explain",
  about: "Explain why each stage is a cache hit or has to run",
  args: "CONFIG [STAGE]",
  terms: { CONFIG: "an experiment file", STAGE: "only this stage" },
  example: "experiments/two-layer.json --set train.epochs=60",
  options: { set, data, results, cache, json },
  details:
    "A stage that would run is compared with the stored result, of this experiment or one that it extends, that takes " +
    "the fewest differences to explain it. An input that changed is traced back to the stage, and the value or file, " +
    "that changed it. Nothing is run or written.",
  common: true,
  modules: ["./experiment_plan.ts"],
  experiments: ({ args: [file] }) => [file],
  may: ({ options: { cache, results } }) => ({ read: [cache, results] }),
  async run({ args: [file, stage], options, ...worker }) {
    const plans = await loadOnDemand<typeof import("../experiment_plan.ts")>("./experiment_plan.ts");
    const planned = await plans.planFile(file, settingsOf(options), options, worker);
    if (stage !== undefined) plans.requireStage(stage, planned.map(({ graph }) => graph));
    for (const { variant, stages, title } of planned) {
      const plan = stages.filter((one) => stage === undefined || one.stage === stage);
      if (options.json) print(JSON.stringify({ run: variant.runName, plan }));
      else print(`${title}\n${tableText(plan.flatMap(stageRows))}`);
    }
    return 0;
  },
});

/** A stage: what would happen to it, what it is compared with, and one line per cue. */
function stageRows(plan: StagePlan): string[][] {
  const lines = [...comparedText(plan), ...plan.cues.flatMap((cue) => cueLines(cue, "")), ...waitText(plan)];
  return lines.map((line, i) => i === 0 ? [`  ${plan.stage}`, actionText(plan.action), line] : ["", "", line]);
}

function comparedText({ action, nearest, cues }: StagePlan): string[] {
  if (nearest === null || (action === "depends" && cues.length === 0)) return [];
  const { key, made, by, deno } = nearest;
  const what = action === "hit" ? "made" : "compared with the result made";
  const when = made === null ? "" : ` ${timeText(made)}`;
  const who = `${by === null ? "" : ` for ${by}`}${deno === null ? "" : ` by Deno ${deno}`}`;
  return [dim(`${what}${when}${who} (key ${key.slice(0, 10)})`)];
}

/** A cue and, for an input that changed, what changed it, indented by a level for each stage. */
function cueLines(cue: Cue, indent: string): string[] {
  if (cue.kind !== "input" || cue.from === undefined) return [`${indent}${describeCue(cue)}`];
  const { from, ...itself } = cue;
  const causes = from.cues.flatMap((cause) => cueLines(cause, `${indent}  ${from.stage}  `));
  return [`${indent}${describeCue(itself)}${dim(`  ← ${from.stage}.${from.output}`)}`, ...causes];
}
