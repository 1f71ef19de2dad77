/** The files in a classifier's results for other programs. */
import type { ExportDefinition } from "../define/export.ts";
import { historyCsv, metricsJson, predictionsCsv } from "./exports/tables.ts";
import { input, normalization, weights } from "./exports/model_files.ts";

/** All of them. */
export const exports: readonly ExportDefinition[] = [
  ...[metricsJson, historyCsv, predictionsCsv],
  ...[weights, normalization, input],
];
