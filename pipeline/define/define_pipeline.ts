/** The pipeline value: everything that an experiment may name and everything that is made of a run, in one place. */
import type { CodeRoot } from "../engine/keys/code.ts";
import type { Stage } from "../engine/stage/stage.ts";
import type { ChartDefinition } from "./chart.ts";
import type { ExportDefinition } from "./export.ts";
import type { FigureDefinition } from "./figure.ts";
import type { Library } from "./library.ts";

/** A pipeline. */
export interface Pipeline extends Library {
  /** The stages that an experiment's chain may name. */
  readonly stages: readonly Stage[];
  /** The chain of an experiment that names none: names of stages, in order. */
  readonly chain: readonly string[];
  readonly figures: readonly FigureDefinition[];
  readonly charts: readonly ChartDefinition[];
  readonly exports: readonly ExportDefinition[];
  /** The folders that code may lie in. */
  readonly roots: readonly CodeRoot[];
}

/** Lists of definitions, in no particular order. */
export type Definitions = Partial<Omit<Pipeline, "chain">>;

const LISTS = [
  ...["stages", "layers", "inits", "losses", "optimizers", "datasets", "sources", "formats"],
  ...["figures", "charts", "exports"],
] as const;

/**
 * Makes a pipeline of definitions.
 * @throws TypeError when two definitions of a kind have one name, or the chain names a stage that is not there.
 */
export function definePipeline(pipeline: Pipeline): Pipeline {
  for (const list of LISTS) {
    const names = (pipeline[list as keyof Library] as readonly { name: string }[]).map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) throw new TypeError(`The pipeline has two definitions "${twice}" among its ${list}.`);
  }
  const missing = pipeline.chain.find((name) => !pipeline.stages.some((stage) => stage.name === name));
  if (missing !== undefined) throw new TypeError(`The chain names the stage "${missing}", which is not there.`);
  return pipeline;
}

/** A pipeline with more definitions. @throws TypeError when one of their names is taken. */
export function extendPipeline(pipeline: Pipeline, more: Definitions): Pipeline {
  const lists = LISTS.map((list) => {
    const name = list as keyof Definitions;
    return [name, [...pipeline[name] as readonly unknown[], ...(more[name] ?? []) as readonly unknown[]]];
  });
  const roots = [...pipeline.roots, ...more.roots ?? []];
  return definePipeline({ ...pipeline, ...Object.fromEntries(lists), roots });
}
