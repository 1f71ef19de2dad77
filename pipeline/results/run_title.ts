/** The title of a run, and the number of its epochs, from its experiment alone. */
import type { Pipeline } from "../define/define_pipeline.ts";
import type { Experiment } from "../define/experiment.ts";
import { seedPaths } from "../experiment/schema.ts";
import type { Stage } from "../engine/stage/stage.ts";

/**
 * What is computed, in one line: each stage's title of its params, or the names of the stages if none has a title; and the
 * seed, if a stage uses it.
 */
export function runTitle(pipeline: Pipeline, experiment: Experiment): string {
  const stages = stagesOf(pipeline, experiment);
  const paramsOf = ({ name }: Stage) => experiment.pipeline[name];
  const mayEndEarly = stages.some((stage) => stage.kind === "fold" && (stage.ends?.(paramsOf(stage)) ?? null) !== null);
  const titles = stages.flatMap((stage) => stage.title?.(paramsOf(stage), pipeline, mayEndEarly) ?? []);
  const seeded = seedPaths(pipeline);
  const isSeeded = stages.some(({ name }) => seeded.includes(`${name}.seed`));
  return [
    ...(titles.length > 0 ? titles : [stages.map(({ name }) => name).join(" → ")]),
    ...(isSeeded ? [`seed ${experiment.seed}`] : []),
  ].join(" · ");
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
