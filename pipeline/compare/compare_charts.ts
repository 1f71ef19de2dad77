/** Draws a comparison: loss.png and accuracy.png, a curve an experiment, a band over its seeds. */
import { join } from "node:path";
import { ResultsError } from "../engine/run_errors.ts";
import type { Comparison } from "./compare_runs.ts";
import { curvesOf, type History, parseHistory } from "./group_curves.ts";
import type { FoundRun } from "./find_runs.ts";

/** The pictures, and the column of history.csv that each shows. */
const CHARTS = [
  { file: "accuracy.png", column: "test_accuracy", label: "test accuracy", kind: "share" },
  { file: "loss.png", column: "test_loss_per_image", label: "test loss per image", kind: "loss" },
] as const;

/**
 * Writes the charts of a comparison's runs into a folder, which is made if need be; what else is in it stays.
 * @returns the files' paths, and the runs whose history.csv is missing or damaged: the charts are without them.
 * @throws ResultsError when nothing can be drawn or written.
 */
export async function writeCharts(
  { groups, rows }: Comparison,
  runs: readonly FoundRun[],
  folder: string,
): Promise<{ files: string[]; warnings: string[] }> {
  const compared = new Set(rows.map(({ run }) => run));
  const histories = new Map<string, History>();
  const warnings: string[] = [];
  for (const { name, folder } of runs.filter(({ name }) => compared.has(name))) {
    const history = readHistory(folder);
    if (history !== null) histories.set(name, history);
    else warnings.push(`${join(folder, "history.csv")} is missing or damaged; the charts are without ${name}.`);
  }
  if (histories.size === 0) throw new ResultsError([...warnings, "There is no curve to draw."].join("\n"));
  const { overlayChart } = await import("../charts/charts.ts");
  const files = CHARTS.map(({ file, column, label, kind }) => {
    const curves = curvesOf(groups, rows, histories, column);
    const title = `${label[0].toUpperCase()}${label.slice(1)} of ${curves.length} experiments`;
    return { path: join(folder, file), bytes: overlayChart({ title, curves, kind, label }) };
  });
  try {
    Deno.mkdirSync(folder, { recursive: true });
    for (const { path, bytes } of files) {
      Deno.writeFileSync(`${path}.new`, bytes);
      Deno.renameSync(`${path}.new`, path);
    }
  } catch (error) {
    throw new ResultsError(`Cannot write the charts to ${folder}: ${(error as Error).message}.`);
  }
  return { files: files.map(({ path }) => path), warnings };
}

/** The history of a run; null when its history.csv is missing or damaged. */
export function readHistory(folder: string): History | null {
  try {
    return parseHistory(Deno.readTextFileSync(join(folder, "history.csv")));
  } catch {
    return null;
  }
}
