/** What happens around the stages of a run: kernels are loaded before the first one computes, and what is known is checked. */
import type { StageRecord } from "../engine/keys/record.ts";
import type { RunEvents } from "../engine/run/run_options.ts";
import type { Graph } from "../engine/stage/stage_graph.ts";
import { checkKnown } from "../experiment/known_problems.ts";
import type { Variant } from "../experiment/variants.ts";
import { loadNativeCode } from "./native_code.ts";
import { dropNetwork } from "./network.ts";
import type { RunContext } from "./run_context.ts";

/** The events of a run. */
export interface CheckedEvents {
  events: RunEvents;
  /** Loads what computes and, for a run that draws, what draws. */
  prepare(): Promise<void>;
  /** Whether a stage has computed. */
  hasComputed(): boolean;
}

/** Adds checks to the events of a view. */
export function checkedEvents<View extends RunEvents>(
  variant: Pick<Variant, "params">,
  graph: Graph,
  context: RunContext,
  view: View,
  draws: boolean,
): CheckedEvents & { events: View } {
  const { pipeline, choices, store, patience } = context;
  const records = new Map<string, StageRecord>();
  let hasComputed = false;
  const prepare = () => loadNativeCode(choices.computing, draws, choices.jobs);
  const known = (stage: string, output: string) => {
    const address = records.get(stage)?.outputs[output];
    return address === undefined ? null : store.artifact(address);
  };
  const events: View = {
    ...view,
    async stageStarts(stage, stored) {
      await prepare();
      hasComputed = true;
      checkKnown(pipeline, graph, variant.params, known);
      await view.stageStarts?.(stage, stored);
      if (stage.kind === "fold") patience.stepsBegin();
    },
    stageEnds(result) {
      records.set(result.stage, result.record);
      const { hosts } = graph.find(({ stage }) => stage.name === result.stage)!.stage;
      if (hosts !== undefined) dropNetwork(variant, context);
      view.stageEnds?.(result);
      patience.stageEnds();
    },
    stepEnds: () => patience.stepEnds(),
  };
  return { events, prepare, hasComputed: () => hasComputed };
}
