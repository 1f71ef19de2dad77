/** Checks an experiment by what is known of it. */
import type { KnownOfRun } from "../define/experiment_check.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import type { Experiment } from "../define/experiment.ts";
import { CheckError, CorruptArtifactError } from "../engine/run_errors.ts";
import { artifactsOf, type Graph } from "../engine/stage/stage_graph.ts";
import type { Problem } from "./problems.ts";

/** The mistakes that follow from the params, and from the artifacts that are known: none before anything is. */
export function problemsOf(
  pipeline: Pipeline,
  graph: Graph,
  params: Experiment["pipeline"],
  artifact: KnownOfRun["artifact"] = () => null,
): Problem[] {
  const known = knownOf(pipeline, graph, params, artifact);
  return pipeline.checks.flatMap(({ path, check }) => {
    try {
      check(known);
      return [];
    } catch (error) {
      if (error instanceof CorruptArtifactError) throw error;
      return [{ path: path.join("."), message: (error as Error).message }];
    }
  });
}

/** What is known of an experiment by its params, and by the artifacts that are known. */
export function knownOf(
  library: Pipeline,
  graph: Graph,
  params: Experiment["pipeline"],
  artifact: KnownOfRun["artifact"] = () => null,
): KnownOfRun {
  const outputs = graph.map(({ stage }) => ({ name: stage.name, artifacts: artifactsOf(stage.outputs) }));
  const makersOf = (artifact: string) =>
    outputs.filter(({ artifacts }) => Object.hasOwn(artifacts, artifact)).map(({ name }) => name);
  return { params, library, makersOf, artifact };
}

/** Checks a run before more of its work is done. @throws CheckError that says what does not fit. */
export function checkKnown(...[pipeline, graph, params, artifact]: Parameters<typeof problemsOf>): void {
  const [problem] = problemsOf(pipeline, graph, params, artifact);
  if (problem !== undefined) throw new CheckError(`${problem.path}: ${problem.message}`);
}
