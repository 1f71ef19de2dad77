/** The pipeline: everything that an experiment can refer to, and everything that is computed from a run. */
import type { CodeRoot } from "../engine/keys/code.ts";
import type { Stage } from "../engine/stage/stage.ts";
import type { ChartDefinition } from "./chart.ts";
import type { ExportDefinition } from "./export.ts";
import type { FigureDefinition } from "./figure.ts";
import type { Library } from "./library.ts";

/** A pipeline. */
export interface Pipeline extends Library {
  /** The stages that an experiment's chain can contain. */
  readonly stages: readonly Stage[];
  /** The default chain: names of stages, in order. */
  readonly chain: readonly string[];
  readonly figures: readonly FigureDefinition[];
  readonly charts: readonly ChartDefinition[];
  readonly exports: readonly ExportDefinition[];
  /** The folders that contain code. */
  readonly roots: readonly CodeRoot[];
}

/** Lists of definitions. */
export type Definitions = Partial<Omit<Pipeline, "chain">>;

const LISTS = [
  ...["stages", "layers", "inits", "losses", "optimizers", "datasets", "sources", "formats"],
  ...["figures", "charts", "exports"],
] as (keyof Omit<Pipeline, "chain" | "roots">)[];

/**
 * Makes a pipeline of definitions.
 * @throws TypeError if two definitions of a kind have the same name, or the chain contains an unknown stage.
 */
export function definePipeline(pipeline: Pipeline): Pipeline {
  for (const list of LISTS) {
    const names = pipeline[list].map(({ name }) => name);
    const duplicate = names.find((name, i) => names.indexOf(name) !== i);
    if (duplicate !== undefined) throw new TypeError(`Two of the pipeline's ${list} are named "${duplicate}".`);
  }
  const missing = pipeline.chain.find((name) => !pipeline.stages.some((stage) => stage.name === name));
  if (missing !== undefined) throw new TypeError(`The chain contains "${missing}", which is not one of the stages.`);
  return pipeline;
}

/** Adds definitions to a pipeline. @throws TypeError if one of their names is already used. */
export function extendPipeline(pipeline: Pipeline, more: Definitions): Pipeline {
  const lists = [...LISTS, "roots" as const].map((list) => [list, [...pipeline[list], ...more[list] ?? []]]);
  return definePipeline({ ...pipeline, ...Object.fromEntries(lists) });
}
