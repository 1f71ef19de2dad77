import { defineChart, defineFigure } from "retrace";

interface ClassScores {
  precision: number | null;
  recall: number | null;
}

export const macroF1 = defineFigure<{ classes: readonly ClassScores[] }>({
  name: "macro_f1",
  title: "Macro F1",
  about: "Mean over the classes of the harmonic mean of precision and recall.",
  source: import.meta.url,
  form: "percent",
  dependsOn: ["test_images", "test_labels", "split.validation", "classes"],
  better: "higher",
  shownIn: ["summary", "compare"],
  column: { name: "macro_f1" },
  from: "evaluation",
  value: ({ classes }) => classes.map(f1).reduce((sum, score) => sum + score, 0) / classes.length,
});

export const macroF1Chart = defineChart({
  name: "macro-f1",
  picture: "png",
  title: "Macro F1",
  about: "Macro F1 after every epoch.",
  source: import.meta.url,
  from: "evaluation",
  live: true,
  draw: ({ figures }) => ({
    kind: "lines",
    panels: [{
      label: "macro F1",
      unit: "percent",
      series: [{ label: "macro F1", values: figures.macro_f1 as number[] }],
    }],
  }),
});

function f1({ precision, recall }: ClassScores): number {
  return precision === null || recall === null || precision + recall === 0
    ? 0
    : 2 * precision * recall / (precision + recall);
}
