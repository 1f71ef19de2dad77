/** Tables as a format of dataset files: CSV, and TSV, which only separates its columns in another way. */
import { z } from "zod";
import { defineFormat } from "../define/format.ts";
import { SEPARATORS } from "./csv_columns.ts";

const name = z.string();
const columns = {
  label: z.union([name, z.array(name).min(1)])
    .describe("The column with the label; of several numbers to predict, a list of their columns."),
  ignore: z.array(name).default([]).describe("Columns that are neither label nor feature, such as a row's number."),
};

async function readTable(...[file, label, params, target]: Parameters<typeof import("./csv_table.ts").readTable>) {
  const { readTable } = await import("./csv_table.ts");
  return { examples: await readTable(file, label, params, target) };
}

export const csv = defineFormat({
  name: "csv",
  about: "A table with a header: one column is the label, the others are numbers.",
  source: import.meta.url,
  params: {
    ...columns,
    separator: z.string().regex(/^[^"\r\n]$/, 'one character, such as ";"').default(SEPARATORS.csv).describe(
      "Between columns.",
    ),
  },
  readExamples: readTable,
});

export const tsv = defineFormat({
  name: "tsv",
  about: "A table with a header, its columns separated by tabs.",
  source: import.meta.url,
  params: columns,
  readExamples: (file, label, params, target) =>
    readTable(file, label, { ...params, separator: SEPARATORS.tsv }, target),
});
