/** metrics.json: the figures at the end of a run. */
import { defineExport } from "../../define/export.ts";
import { finalFigures } from "../../define/finished_run.ts";
import { encodeJson } from "../../formats/json.ts";

/** metrics.json. */
export const metricsJson = defineExport({
  name: "metrics.json",
  about: "The figures at the end of the run.",
  source: import.meta.url,
  write: (run) => encodeJson(finalFigures(run)),
});
