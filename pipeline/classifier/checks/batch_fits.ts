import { parseModel } from "../../../core/layers/bound_layer.ts";
import { checkBatchRows } from "../../../core/layers/model_shapes.ts";
import { defineCheck } from "../../define/experiment_check.ts";
import { checkFirstRows } from "../kinds/first_rows.ts";
import { knownData } from "../kinds/known_data.ts";
import { paramsOf } from "../kinds/run_params.ts";

/** Whether the training set has the rows that are wanted of it, and the last batch as many as the layers need. */
export const batchFits = defineCheck({
  name: "batch-fits",
  about: "The training set has enough rows, and the last batch as many as the layers need.",
  source: import.meta.url,
  path: ["pipeline", "batch"],
  check(known) {
    const { params, library } = known;
    if (params.batch === undefined) return;
    const { size, rows: wanted } = params.batch as { size: number; rows?: number };
    const all = knownData(known).trainRows;
    if (all === null) return;
    checkFirstRows(wanted, all);
    if (params.train === undefined) return;
    const { model } = paramsOf({ pipeline: params });
    checkBatchRows(parseModel(model, library.layers), ((wanted ?? all) - 1) % size + 1);
  },
});
