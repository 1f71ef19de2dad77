import { curve } from "../../charts/marks.ts";
import { defineChart } from "../../define/chart.ts";
import { percentText } from "../../text/numbers.ts";
import { type Confusion, sizeOfConfusion } from "../kinds/confusion_matrix.ts";
import { clamps } from "../kinds/run_params.ts";

/** Signs of a model that stalls: samples whose loss is clamped, and classes that are no longer predicted. */
export const clamped = defineChart({
  name: "clamped",
  picture: "png",
  title: "Clamped samples and predicted classes",
  about: "A training sample whose label has a probability below the loss's clamp has no gradient. A class that is no " +
    "longer predicted rarely comes back.",
  source: import.meta.url,
  when: clamps,
  live: true,
  draw({ figures }) {
    const clamped = curve("clamped training samples", figures.train_clamped);
    const [set, accuracy, classesPredicted] = figures["validation.accuracy"] === undefined
      ? ["test", figures.accuracy, figures.classes_predicted]
      : ["validation", figures["validation.accuracy"], figures["validation.classes_predicted"]];
    const predicted = curve(`classes predicted on the ${set} set`, classesPredicted);
    const confusion = figures.confusion?.at(-1) as Confusion | undefined;
    const most = confusion && sizeOfConfusion(confusion);
    const [share, classes] = [clamped, predicted].map(({ values }) =>
      values.findLast((value) => value !== null) ?? null
    );
    const note = share === null ? {} : {
      note: `After the last epoch, ${percentText(share)} of the training samples are clamped, and ` +
        `${classes ?? "–"} of ${most ?? "–"} classes are predicted.`,
    };
    return {
      kind: "lines",
      ...note,
      panels: [
        { label: "share", unit: "percent", most: 1, series: [curve(`${set} accuracy`, accuracy), clamped] },
        { label: "classes predicted", unit: "count", most, series: [predicted] },
      ],
    };
  },
});
