/** Concludes a sweep: the winner is run as `run` does, so it has results and test figures; then the sweep's own files. */
import { join, resolve } from "node:path";
import { termsOf } from "../define/terms.ts";
import type { StoredRun } from "../compare/compare_runs.ts";
import { estimate } from "../compare/statistics.ts";
import { figuresOf } from "../compare/compared_figures.ts";
import { estimateText } from "../compare/comparison_table.ts";
import { keepReceipt, type SeenFile } from "../engine/keys/receipt.ts";
import { ConfigError } from "../engine/run_errors.ts";
import type { Plain } from "../engine/store/digest.ts";
import { seedPaths } from "../experiment/schema.ts";
import { rivalOf } from "../results/rival.ts";
import { subjectOfSweep } from "../sweeps/known_sweep.ts";
import type { SweepReport } from "../sweeps/sweep_report.ts";
import { SWEEP_FILES, writeSweep, writeSweepPictures } from "../sweeps/write_sweep.ts";
import { FAILED } from "./failure.ts";
import { loadNativeCode } from "./native_code.ts";
import type { OpenedSweep } from "./opened_sweep.ts";
import { runVariant } from "./run_variant.ts";
import { sweepText } from "./sweep_text.ts";
import { bold, print } from "./terminal.ts";

/** Runs the winner, writes and prints what the sweep found, and returns the exit code. */
export async function concludeSweep(
  opened: OpenedSweep,
  report: SweepReport,
  program: readonly SeenFile[],
): Promise<number> {
  const { base, context, folder } = opened;
  const { quiet, json, results } = context.choices;
  const runs = report.winner === null ? [] : await runWinner(opened, report.winner.trial);
  const finished = runs.flatMap((run) => run.finished ?? []);
  const isComplete = report.isFinished && report.winner !== null && finished.length === runs.length;
  const winner = report.winner &&
    { ...report.winner, runs: finished.map(({ name }) => name), test: testFigures(opened, finished) };
  const complete = { ...report, winner };
  writeSweep(folder, complete, results);
  await loadNativeCode(context.choices.computing, true, context.choices.jobs);
  const pictures = await writeSweepPictures(folder, complete, results);
  const failed = report.trials.some(({ status }) => status === "failed");
  const exitCode = isComplete && !failed ? 0 : FAILED;
  const text = endText(complete, folder);
  if (json) print(JSON.stringify(complete));
  else if (!quiet) print(text);
  if (exitCode === 0 && runs.every(({ isKnown }) => isKnown)) {
    const subject = subjectOfSweep(opened.command, results);
    const content = { text, json: JSON.stringify(complete) } as unknown as Plain;
    const restsOn = finished.map(({ name }) => resolve(results, name));
    const paths = [...base.files, ...[...Object.values(SWEEP_FILES), ...pictures].map((name) => join(folder, name))];
    const seen = [...program, ...base.pins.seen];
    await keepReceipt(
      context.store,
      { place: subject, subject, content, restsOn },
      paths,
      performance.timeOrigin,
      seen,
    );
  }
  return exitCode;
}

/** Runs the winner with each seed. */
async function runWinner({ sweep, trials, context, runNames }: OpenedSweep, trial: number) {
  const outcomes = [];
  for (const [i, runName] of runNames(trial).entries()) {
    const variant = { ...await trials.variant(trial, sweep.seeds[i]), runName };
    const rival = rivalOf(join(context.choices.results, variant.runName), variant);
    if (rival !== null && !rival.isSame) {
      throw new ConfigError(
        `The results of the winner would replace those of another experiment file, ${rival.other}, in ${rival.folder}. ` +
          'Give one of the experiments another "name", or choose another folder with --results DIR.',
      );
    }
    outcomes.push(
      await runVariant(
        variant,
        { ...context, choices: { ...context.choices, quiet: true, json: false } },
        rival,
        resolve(variant.file),
      ),
    );
  }
  return outcomes;
}

/** The figures of the winner that are computed from test data and say which of two is better: means over its seeds. */
function testFigures({ context: { pipeline } }: OpenedSweep, runs: readonly StoredRun[]) {
  const { figures } = termsOf(pipeline.figures, seedPaths(pipeline));
  const values = runs.map(({ metrics }) => figuresOf(metrics));
  const ofTest = figures.filter(({ usual, better, dependsOn }) =>
    usual && better !== null && dependsOn.some((name) => name.includes("test_"))
  );
  return ofTest.flatMap((figure) => {
    const own = values.map((one) => one.get(figure.name));
    if (own.length === 0 || own.some((value) => value == null)) return [];
    return [{ title: figure.title.replace(/^test /, ""), text: estimateText(estimate(own as number[]), figure) }];
  });
}

/** The table, the winner's test figures, and where everything is. */
function endText(report: SweepReport, folder: string): string {
  const { test = null, runs = [] } = report.winner ?? {};
  const figures = (test ?? []).map(({ title, text }) => `${title} ${text}`);
  return [
    sweepText(report),
    ...(figures.length > 0 ? [`  test     ${figures.join(", ")}`] : []),
    ...(runs.length > 0 ? [`  results  ${runs.join(", ")}`] : []),
    `  page     ${bold(join(folder, SWEEP_FILES.page))}`,
  ].join("\n");
}
