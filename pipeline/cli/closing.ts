/** What `run` prints before and after its stages: title, plan, closing table, and a table over several runs. */
import { join } from "node:path";
import type { Experiment } from "../config/schema.ts";
import type { Variant } from "../config/variants.ts";
import type { StagePlan } from "../plan.ts";
import { pictureNames } from "../report/picture_names.ts";
import type { Written } from "../report/results.ts";
import { stallText } from "../report/stall.ts";
import type { FinalMetrics } from "../report/summary.ts";
import { countParameters } from "../stages/train_params.ts";
import { countText, figureText, percentText, secondsText } from "./format.ts";
import { cuesText } from "./run_view.ts";
import { bold, dim, green, tableText, yellow } from "./terminal.ts";

/** The first line of a run: its name and what is trained. */
export function runTitle({ runName, experiment }: Variant): string {
  const { model, epochs } = experiment.pipeline.train;
  const parameters = countText(countParameters({ model }));
  return `${bold(runName)}  ${
    dim(`${model.join(" → ")} · ${parameters} parameters · ${epochs} epochs · seed ${experiment.seed}`)
  }`;
}

/** A plan, a line a stage. */
export function planText(plan: readonly StagePlan[]): string {
  const words = { hit: green("hit"), run: yellow("run"), continue: yellow("continue"), depends: dim("depends") };
  const rows = plan.map(({ stage, action, cues }) => {
    const why = action === "depends"
      ? "waits for the stages before it; a hit if they put out the same bytes"
      : cuesText(cues);
    return [`  ${stage}`, words[action], why];
  });
  return tableText(rows, ["left", "left", "left"]);
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
