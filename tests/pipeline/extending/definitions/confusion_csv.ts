import { type Confusion, confusionTable, defineExport, type FinishedRun } from "retrace";

export const confusionCsv = defineExport({
  name: "confusion.csv",
  about: "The confusion matrix after the last epoch: a row per true class, a column per predicted class.",
  source: import.meta.url,
  from: "evaluation",
  write({ figures }: FinishedRun) {
    const counts = confusionTable(figures.confusion.at(-1) as Confusion);
    return new TextEncoder().encode(counts.map((row) => row.join(",") + "\n").join(""));
  },
});
