/** What `run` prints before and after its stages: title, plan, closing table, and a table over several runs. */
import { join } from "node:path";
import { parameterCount, parseLayer } from "../../core/layers.ts";
import type { Experiment } from "../experiment/schema.ts";
import type { Variant } from "../experiment/variants.ts";
import type { StagePlan } from "../engine/run/plan.ts";
import { pictureNames } from "../results/picture_names.ts";
import type { Written } from "../results/results.ts";
import { stallText } from "../results/stall.ts";
import type { FinalMetrics } from "../results/summary.ts";
import { countText, figureText, percentText, secondsText } from "../text/numbers.ts";
import { cuesText } from "./stage_lines.ts";
import { bold, dim, green, tableText, yellow } from "./terminal.ts";

/** The first line of a run: its name and what is trained. */
export function runTitle({ runName, experiment }: Variant): string {
  const { model, epochs } = experiment.pipeline.train;
  const parameters = countText(parameterCount(model.map(parseLayer)));
  return `${bold(runName)}  ${
    dim(`${model.join(" → ")} · ${parameters} parameters · ${epochs} epochs · seed ${experiment.seed}`)
  }`;
}

/** A plan, a line a stage. */
export function planText(plan: readonly StagePlan[]): string {
  const rows = plan.map((one) => {
    const why = [...(one.cues.length > 0 ? [cuesText(one.cues)] : []), ...waitsText(one)];
    return [`  ${one.stage}`, actionText(one.action), why.join("; ")];
  });
  return tableText(rows, ["left", "left", "left"]);
}

/** What is to happen to a stage, in its colour. */
export function actionText(action: StagePlan["action"]): string {
  return { hit: green, run: yellow, continue: yellow, depends: dim }[action](action);
}

/** What a stage waits for, and what may come of it: a line, or none. */
export function waitsText({ waitsFor, cues }: StagePlan): string[] {
  if (waitsFor.length === 0) return [];
  const who = waitsFor.length === 1 ? "it puts" : "they put";
  const hope = cues.length > 0 ? "" : `; a hit if ${who} out the same bytes as before`;
  return [`waits for ${waitsFor.join(", ")}${hope}`];
}

/** The figures of a run, and where to look. */
export function closingTable(
  metrics: FinalMetrics,
  { pipeline }: Experiment,
  folder: string,
  written: Written,
  seconds: number,
): string {
  const { accuracy, correct, total, loss, train_loss, best } = metrics;
  const stall = stallText(metrics, pipeline.train.gradient);
  const rows = [
    ["  test accuracy", `${bold(percentText(accuracy))}  ${correct} of ${total} correct`],
    ["  best epoch", `${best.epoch}  ${percentText(best.accuracy)}`],
    ["  test loss", figureText(loss)],
    ["  train loss", figureText(train_loss)],
    ...(stall === null ? [] : [["  clamped", yellow(stall)]]),
    ...picturesOf(pipeline.train.model).map((names, i) => [i === 0 ? "  pictures" : "", names.join("  ")]),
    ["  tables", "metrics.json  history.csv  predictions.csv  manifest.json  run.json"],
    ["  page", join(folder, "report.html")],
    [
      "  in",
      `${bold(join(folder, "/"))}  ${dim(written === "unchanged" ? "unchanged" : "written")} · ${secondsText(seconds)}`,
    ],
  ];
  return tableText(rows, ["left", "left"]);
}

/** The names of the pictures, a few a line. */
function picturesOf(model: readonly string[]): string[][] {
  const names = pictureNames(model);
  return [names.slice(0, 6), names.slice(6)];
}
