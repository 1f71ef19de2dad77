/** What a run of an experiment would do: for `explain`, `graph` and `run --dry-run`. */
import type { Pipeline } from "../define/define_pipeline.ts";
import type { CodeReader } from "../engine/keys/code.ts";
import { UsageError } from "../engine/run_errors.ts";
import type { Graph } from "../engine/stage/stage_graph.ts";
import { Store } from "../engine/store/store.ts";
import { makePlanner, type StagePlan } from "../engine/run/plan.ts";
import { graphOf } from "../experiment/chain.ts";
import type { Setting } from "../experiment/override.ts";
import { type Variant, variantsOf } from "../experiment/variants.ts";
import { runTitle } from "../results/run_title.ts";
import { withoutUsers } from "../text/secrets.ts";
import { suggestion } from "../text/suggestion.ts";
import type { RunPlaces } from "./files_of_runs.ts";
import { pinForPlan, type PinSurroundings } from "./pin_variants.ts";
import { titleLine } from "./run_report.ts";

/** The plan of a variant. */
export interface ExperimentPlan {
  variant: Variant;
  graph: Graph;
  stages: StagePlan[];
  /** The line that a run would begin with. */
  title: string;
}

/** Plans variants, which share what is read of the store and the code. */
export function planVariants(
  pipeline: Pipeline,
  variants: readonly Variant[],
  code: CodeReader,
  { cache, force = [] }: { cache: string; force?: readonly string[] },
): ExperimentPlan[] {
  const plan = makePlanner(new Store(cache), code, new Set(force));
  return variants.map((variant) => {
    const { runName, names, experiment, params } = variant;
    const graph = graphOf(pipeline, experiment);
    const stages = plan({ graph, params, library: pipeline, names });
    // A plan is there to be shown.
    return { variant: withoutUsers(variant), graph, stages, title: titleLine(runName, runTitle(pipeline, experiment)) };
  });
}

/** The plans of one experiment file with changes. @throws ConfigError if it is not a valid experiment. */
export async function planFile(
  file: string,
  settings: readonly Setting[],
  places: RunPlaces,
  worker: PinSurroundings & { code: CodeReader },
): Promise<ExperimentPlan[]> {
  const { pipeline, code, foldersOf } = worker;
  const { experiments } = await pinForPlan(variantsOf(pipeline, [file], settings, foldersOf), worker, places);
  return planVariants(pipeline, experiments, code, places);
}

/** @throws UsageError, with the stages of these graphs, if there is no such stage. */
export function requireStage(name: string, graphs: readonly Graph[]): void {
  const names = [...new Set(graphs.flatMap((graph) => graph.map(({ stage }) => stage.name)))];
  if (!names.includes(name)) throw new UsageError(`There is no stage "${name}". ${suggestion(name, names)}`);
}
