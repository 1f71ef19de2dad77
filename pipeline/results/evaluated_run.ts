/** A run on other data than its own test set: the figures that the pipeline computes from an evaluation. */
import type { FinishedRun } from "../define/finished_run.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import { type NamedExperiment, runOfFigures } from "./finish_run.ts";

/** A run of which only the figures of a test set are known, and the names of the classes, if they have some. */
export function evaluatedRun(
  pipeline: Pipeline,
  run: NamedExperiment,
  evaluation: unknown,
  classes: readonly string[],
): FinishedRun {
  const figures = pipeline.figures.flatMap(({ name, from, value }) => {
    const found = [from].flat().includes("evaluation") ? value?.(evaluation) : undefined;
    return found === undefined ? [] : [[name, [found]]];
  });
  const named = classes.length === 0 ? [] : [["class_names", [classes]]];
  return runOfFigures(pipeline, run, 0, Object.fromEntries([...figures, ...named]));
}
