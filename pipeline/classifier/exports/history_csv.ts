/** history.csv: the figures over the epochs. It opens in any spreadsheet and in pandas. */
import { defineExport } from "../../define/export.ts";
import { csvBytes } from "../../text/csv.ts";

/** history.csv: one row per epoch, where epoch 0 is the untrained model, and one column per figure that has one. */
export const historyCsv = defineExport({
  name: "history.csv",
  about: "The figures after every epoch; epoch 0 is the untrained model.",
  source: import.meta.url,
  when: ({ columns }) => columns.length > 0,
  write({ columns, epochs, figures }) {
    const header = ["epoch", ...columns.map(({ name }) => name)];
    const rows = Array.from(
      { length: epochs + 1 },
      (_, epoch) => [epoch, ...columns.map(({ figure }) => figures[figure][epoch] ?? "")],
    );
    return csvBytes([header, ...rows]);
  },
});
