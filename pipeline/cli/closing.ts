/** What `run` prints before and after its stages: title, plan, closing table, and a table over several runs. */
import { join } from "node:path";
import type { Variant } from "../config/variants.ts";
import type { StagePlan } from "../plan.ts";
import type { Written } from "../report/results.ts";
import { finalMetrics, type Summary } from "../report/summary.ts";
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
export function closingTable(summary: Summary, folder: string, written: Written, seconds: number): string {
  const { accuracy, correct, total, loss, train_loss, best } = finalMetrics(summary);
  const rows = [
    ["  test accuracy", `${bold(percentText(accuracy))}  ${correct} of ${total} correct`],
    ["  best epoch", `${best.epoch}  ${percentText(best.accuracy)}`],
    ["  test loss", figureText(loss)],
    ["  train loss", figureText(train_loss)],
    ["  pictures", ["loss", "accuracy", "confusion", "samples", "predictions"].map((name) => `${name}.png`).join("  ")],
    ["  tables", "metrics.json  history.csv  predictions.csv  manifest.json  run.json"],
    [
      "  in",
      `${bold(join(folder, "/"))}  ${dim(written === "unchanged" ? "unchanged" : "written")} · ${secondsText(seconds)}`,
    ],
  ];
  return tableText(rows, ["left", "left"]);
}

/** Several runs under each other; runs that differ only in their seed are summed up. */
export function sweepTable(summaries: readonly Summary[]): string {
  const finals = summaries.map(finalMetrics);
  const rows = finals.map(({ run, accuracy, correct, loss, train_loss }) => [
    run,
    percentText(accuracy),
    String(correct),
    figureText(loss),
    figureText(train_loss),
  ]);
  const head = ["run", "accuracy", "correct", "test loss", "train loss"].map(bold);
  const spread = accuracySpread(finals.map(({ accuracy }) => accuracy));
  return `${tableText([head, ...rows], ["left", "right", "right", "right", "right"])}\n${dim(spread)}`;
}

function accuracySpread(accuracies: readonly number[]): string {
  const n = accuracies.length;
  const mean = accuracies.reduce((sum, value) => sum + value, 0) / n;
  const sd = Math.sqrt(accuracies.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (n - 1));
  return `accuracy over ${n} runs: mean ${percentText(mean)}, standard deviation ${percentText(sd)}`;
}
