/** The pipeline: everything that an experiment can refer to, and everything that is computed from a run. */
import { DefinitionError } from "../engine/run_errors.ts";
import type { Kind } from "../engine/stage/kind.ts";
import { artifactsOf, selectionOf, wire, WiringError } from "../engine/stage/stage_graph.ts";
import type { OutputSpecs, Stage } from "../engine/stage/stage.ts";
import type { ChartDefinition } from "./chart.ts";
import type { CheckDefinition } from "./experiment_check.ts";
import type { ExportDefinition } from "./export.ts";
import type { FigureDefinition } from "./figure.ts";
import type { Library } from "./library.ts";
import type { SearchDefinition } from "./search.ts";
import type { TargetDefinition } from "./target.ts";

/** A pipeline. */
export interface Pipeline extends Library {
  /** The stages that an experiment's chain can contain. */
  readonly stages: readonly Stage[];
  /** The default chain: names of stages, in order. */
  readonly chain: readonly string[];
  /** Stages that join the default chain of an experiment that has params for them, by name: the stage after which. */
  readonly joins: Readonly<Record<string, string>>;
  readonly checks: readonly CheckDefinition[];
  readonly figures: readonly FigureDefinition[];
  readonly charts: readonly ChartDefinition[];
  readonly exports: readonly ExportDefinition[];
  readonly targets: readonly TargetDefinition[];
  readonly searches: readonly SearchDefinition[];
}

/** Lists of definitions. */
export type Definitions = Partial<Omit<Pipeline, "chain" | "joins">>;

const LISTS = [
  ...["stages", "layers", "inits", "losses", "optimizers", "schedules", "augmentations"],
  ...["datasets", "sources", "formats", "checks"],
  ...["figures", "charts", "exports", "targets", "searches", "roots"],
] as (keyof Definitions)[];

/** The files in every results folder that are neither charts nor exports. */
export const FIXED_FILES = ["experiment.json", "manifest.json", "report.html", "run.json"];

/**
 * Makes a pipeline of definitions; a list that is left out is empty.
 * @throws DefinitionError if two definitions of a kind, two files of results, or outputs of different kinds have the same
 * name, if a file's name is invalid, or if the chain contains an unknown stage or cannot be wired.
 */
export function definePipeline(
  given: Pick<Pipeline, "chain"> & Partial<Pick<Pipeline, "joins">> & Definitions,
): Pipeline {
  const none = Object.fromEntries(LISTS.map((list) => [list, []])) as unknown as Pipeline;
  const pipeline: Pipeline = { ...none, joins: {}, ...given };
  for (const list of LISTS) {
    const names = pipeline[list].map(({ name }) => name);
    const duplicate = names.find((name, i) => names.indexOf(name) !== i);
    if (duplicate !== undefined) {
      throw new DefinitionError(`Two of the pipeline's ${list} are named "${duplicate}". Rename one of them.`);
    }
  }
  checkFileNames(pipeline);
  checkOutputNames(pipeline);
  checkChain(pipeline);
  return pipeline;
}

/** Checks that charts and exports can be written next to each other, and next to the reserved files. */
function checkFileNames({ charts, exports }: Pipeline): void {
  const names = [...charts.map(({ name, picture }) => `${name}.${picture}`), ...exports.map(({ name }) => name)];
  for (const [i, name] of names.entries()) {
    if (!/^[^./\\][^/\\]*$/.test(name)) {
      throw new DefinitionError(
        `A chart or an export has the file name "${name}". Expected a name without "/" and "\\" that does not start ` +
          "with a dot.",
      );
    }
    if (FIXED_FILES.includes(name) || names.indexOf(name) !== i) {
      throw new DefinitionError(
        `A chart or an export has the file name "${name}", which another file of the results has. Rename it.`,
      );
    }
  }
}

/** Checks that outputs of one name are of one kind: figures, charts and exports read an output by its name alone. */
function checkOutputNames({ stages }: Pipeline): void {
  const known = new Map<string, { stage: string; kind: Kind }>();
  for (const { name: stage, ...declared } of stages) {
    const outputs: OutputSpecs = { ...declared.outputs, ...("each" in declared ? declared.each : {}) };
    for (const [output, spec] of Object.entries(outputs)) {
      const { kind } = selectionOf(spec);
      const before = known.get(output);
      if (before !== undefined && before.kind !== kind) {
        throw new DefinitionError(
          `The stage ${stage} has an output "${output}" of the kind ${kind.name}, but what ${before.stage} outputs as ` +
            `"${output}" belongs to the kind ${before.kind.name}. Give it another name in "outputs", or use that kind.`,
        );
      }
      // Kinds with several parts may share their names: the last stage's count.
      for (const name of [output, ...Object.keys(artifactsOf({ [output]: spec }))]) {
        known.set(name, known.get(name) ?? { stage, kind });
      }
    }
  }
}

/** Checks that the default chain consists of the pipeline's stages and can be wired. */
function checkChain(pipeline: Pipeline): void {
  const stages = pipeline.chain.map((name) => {
    const stage = pipeline.stages.find((stage) => stage.name === name);
    if (stage !== undefined) return stage;
    throw new DefinitionError(`The default chain contains "${name}", which is not one of the pipeline's stages.`);
  });
  try {
    wire(stages);
  } catch (error) {
    if (!(error instanceof WiringError)) throw error;
    throw new DefinitionError(`The default chain cannot be wired. ${error.message}`);
  }
}

/** Adds definitions to a pipeline; charts of data stay before drawings. @throws DefinitionError as definePipeline() does. */
export function extendPipeline(pipeline: Pipeline, more: Definitions): Pipeline {
  const lists = Object.fromEntries(LISTS.map((list) => [list, [...pipeline[list], ...more[list] ?? []]]));
  const isDrawing = ({ picture }: ChartDefinition) => Number(picture === "svg");
  const charts = [...pipeline.charts, ...more.charts ?? []].sort((a, b) => isDrawing(a) - isDrawing(b));
  return definePipeline({ ...pipeline, ...lists, charts });
}
