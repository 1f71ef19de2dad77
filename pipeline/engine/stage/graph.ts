/** The graph that the stages' declared inputs make: which stage comes before which. */
import type { OutputRef, Stage } from "./stage.ts";

/** Stages in an order in which every stage comes after the ones it takes its inputs from. */
export type Graph = readonly Stage[];

/** An arrow of the graph: `input` of stage `to` is output `output` of stage `from`. */
export interface Arrow {
  from: string;
  output: string;
  to: string;
  input: string;
}

/**
 * Orders stages by their inputs; stages that do not depend on each other stay in the order given.
 * @throws TypeError for two stages of one name, an input from a stage that is not there, or a circle.
 */
export function makeGraph(stages: readonly Stage[]): Graph {
  const byName = new Map(stages.map((stage) => [stage.name, stage]));
  const twin = stages.find((stage) => byName.get(stage.name) !== stage);
  if (twin !== undefined) throw new TypeError(`Two stages have the name ${twin.name}.`);
  const ordered: Stage[] = [];
  const open = new Set<string>();
  const visit = (stage: Stage) => {
    if (ordered.includes(stage)) return;
    if (open.has(stage.name)) throw new TypeError(`Stage ${stage.name} depends on itself.`);
    open.add(stage.name);
    for (const ref of inputsOf(stage)) {
      const before = byName.get(ref.stage);
      if (before === undefined) {
        throw new TypeError(`Stage ${stage.name} takes an input from ${ref.stage}, which is not there.`);
      }
      visit(before);
    }
    ordered.push(stage);
  };
  stages.forEach(visit);
  return ordered;
}

/** The inputs that a stage declares. */
export function inputsOf(stage: Stage): OutputRef[] {
  return Object.values(stage.inputs);
}

/** All arrows of a graph, in the order of its stages. */
export function arrowsOf(graph: Graph): Arrow[] {
  return graph.flatMap((stage) =>
    Object.entries(stage.inputs as Record<string, OutputRef>).map(([input, ref]) => ({
      from: ref.stage,
      output: ref.output,
      to: stage.name,
      input,
    }))
  );
}
