/** `explain`: why each stage of an experiment is a hit or runs, compared with the stored run that comes nearest. */
import { CodeReader } from "../../engine/keys/code.ts";
import { paramsForRun } from "../../experiment/load.ts";
import { suggestion } from "../../text/suggestion.ts";
import { parseOverride } from "../../experiment/override.ts";
import { variantsOf } from "../../experiment/variants.ts";
import type { Cue } from "../../engine/why/cues.ts";
import { UsageError } from "../../engine/run_errors.ts";
import type { Nearest } from "../../engine/why/nearest_record.ts";
import { makePlan, type StagePlan } from "../../engine/run/plan.ts";
import { describeCue } from "../../engine/why/cue_text.ts";
import { graph } from "../../classifier/stages/mod.ts";
import { Store } from "../../engine/store/store.ts";
import { actionText, runTitle, waitsText } from "../closing.ts";
import { timeText } from "../../text/numbers.ts";
import { readOptions } from "../options.ts";
import { dim, print, tableText } from "../terminal.ts";

const HELP = `Say of every stage whether its stored result is used or it runs, and why, with old and new values.

  deno task explain CONFIG [STAGE] [options]

  CONFIG             an experiment file
  STAGE              only this stage
  --set PATH=VALUE   change a value, as in run
  --data DIR         a folder outside of the experiment's and the current one that it may read; may be given again
  --cache DIR        where stages are stored (default: .retrace)
  --json             print the plan as one JSON object, as run --dry-run --json does

A stage that runs is compared with the stored result that needs the fewest differences to explain it. An input that
changed is followed to the stage, and the value or file, that changed it. Nothing is run or written.`;

/** The command. */
export function explainCommand(args: string[]): Promise<number> {
  const { values, lists, switches, rest } = readOptions(args, {
    command: "explain",
    values: ["cache"],
    lists: ["set", "data"],
    switches: ["json"],
  });
  if (switches.has("help")) {
    print(HELP);
    return Promise.resolve(0);
  }
  if (rest.length < 1 || rest.length > 2) {
    throw new UsageError(
      "explain takes an experiment file and, if you like, a stage: experiments/two-layer.json train.",
    );
  }
  const [config, stage] = rest;
  if (stage !== undefined) mustBeStage(stage);
  const [variant] = variantsOf([config], lists.set.map(parseOverride), null, lists.data);
  const code = new CodeReader(graph.map(({ source }) => source));
  const whole = makePlan(graph, paramsForRun(variant), new Store(values.cache ?? ".retrace"), code, new Set());
  const plan = whole.filter((one) => stage === undefined || one.stage === stage);
  if (switches.has("json")) print(JSON.stringify({ run: variant.runName, plan }));
  else print(`${runTitle(variant)}\n${tableText(plan.flatMap(stageRows), ["left", "left", "left"])}`);
  return Promise.resolve(0);
}

/** A stage: what happens to it, what it is compared with, and a line for every cue. */
function stageRows(plan: StagePlan): string[][] {
  const lines = [...comparedText(plan), ...plan.cues.flatMap((cue) => cueLines(cue, "")), ...waitsText(plan)];
  return lines.map((line, i) => i === 0 ? [`  ${plan.stage}`, actionText(plan.action), line] : ["", "", line]);
}

function comparedText({ action, nearest, cues }: StagePlan): string[] {
  if (nearest === null || (action === "depends" && cues.length === 0)) return [];
  return [dim(nearestText(action === "hit" ? "made" : "compared with the result made", nearest))];
}

function nearestText(what: string, { key, made, by }: Nearest): string {
  const when = made === null ? "" : ` ${timeText(made)}`;
  return `${what}${when}${by === null ? "" : ` for ${by}`} (key ${key.slice(0, 10)})`;
}

/** A cue, and below it, a step further in for each stage, what made the input another one. */
function cueLines(cue: Cue, indent: string): string[] {
  if (cue.kind !== "input" || cue.from === undefined) return [`${indent}${describeCue(cue)}`];
  const { from, ...itself } = cue;
  const causes = from.cues.flatMap((cause) => cueLines(cause, `${indent}  ${from.stage}  `));
  return [`${indent}${describeCue(itself)}${dim(`  ← ${from.stage}.${from.output}`)}`, ...causes];
}

function mustBeStage(name: string): void {
  const names = graph.map((stage) => stage.name);
  if (names.includes(name)) return;
  throw new UsageError(`There is no stage "${name}". ${suggestion(name, names)}`);
}
