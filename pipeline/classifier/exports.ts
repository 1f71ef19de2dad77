/** The files in a classifier's results for other programs. */
import type { ExportDefinition } from "../define/export.ts";
import { historyCsv } from "./exports/history_csv.ts";
import { metricsJson } from "./exports/metrics_json.ts";
import { input, normalization, weights } from "./exports/model_files.ts";
import { predictionsCsv } from "./exports/predictions_csv.ts";

/** All of them. */
export const exports: readonly ExportDefinition[] = [
  ...[metricsJson, historyCsv, predictionsCsv],
  ...[weights, normalization, input],
];
