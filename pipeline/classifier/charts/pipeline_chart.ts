import { pipelineDrawing } from "../../charts/pipeline_drawing.ts";
import { defineChart } from "../../define/chart.ts";
import { arrowsOf } from "../../engine/stage/stage_graph.ts";

/** How the results were made: the same drawing whether the stages ran or were stored. */
export const pipeline = defineChart({
  name: "pipeline",
  picture: "svg",
  title: "How these results were made",
  about:
    "The stages, with their keys and the params that determine their results, and the artifacts passed between them. " +
    "Digests are in manifest.json.",
  source: import.meta.url,
  draw({ graph, stages }) {
    const drawn = stages.map(({ stage, key, record }) => {
      return { name: stage, state: "made" as const, key, why: null, params: record.request.params, outputs: record };
    });
    return pipelineDrawing(drawn, arrowsOf(graph));
  },
});
