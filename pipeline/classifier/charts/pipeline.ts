import { pipelineDrawing } from "../../charts/pipeline_drawing.ts";
import { defineChart } from "../../define/chart.ts";
import { arrowsOf } from "../../engine/stage/graph.ts";

/** What made the results: the same for the same run, whether its stages ran or were stored. */
export const pipeline = defineChart({
  name: "pipeline",
  picture: "svg",
  title: "What made these results",
  about:
    "The stages, their keys and the params that decide their results; on the arrows the artifacts that flow between " +
    "them. The digests are in manifest.json.",
  source: import.meta.url,
  draw({ graph, stages }) {
    const drawn = stages.map(({ stage, key, record }) => {
      return { name: stage, state: "made" as const, key, why: null, params: record.request.params, outputs: record };
    });
    return pipelineDrawing(drawn, arrowsOf(graph));
  },
});
