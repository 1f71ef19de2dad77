/** The title of a run, and the number of its epochs, from its experiment alone. */
import type { Experiment } from "../define/experiment.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import type { Stage } from "../engine/stage/stage.ts";

/** What is trained, in one line: each stage's title of its params, and the seed. */
export function runTitle(pipeline: Pipeline, experiment: Experiment): string {
  const parts = stagesOf(pipeline, experiment).flatMap((stage) =>
    stage.title?.(experiment.pipeline[stage.name], pipeline) ?? []
  );
  return [...parts, `seed ${experiment.seed}`].join(" · ");
}

/** The number of the last epoch of an experiment. */
export function plannedEpochs(pipeline: Pipeline, experiment: Experiment): number {
  const lasts = stagesOf(pipeline, experiment).map((stage) =>
    stage.kind === "fold" ? stage.lastStep?.(experiment.pipeline[stage.name]) ?? 0 : 0
  );
  return Math.max(0, ...lasts);
}

function stagesOf({ stages, chain }: Pipeline, experiment: Experiment): Stage[] {
  return (experiment.chain ?? chain).flatMap((name) => stages.find((stage) => stage.name === name) ?? []);
}
