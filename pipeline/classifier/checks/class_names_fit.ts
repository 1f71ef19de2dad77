import { FormatError } from "../../../core/errors.ts";
import { defineCheck } from "../../define/experiment_check.ts";
import { targetOf } from "../kinds/chosen_format.ts";

/** Whether there are classes that have the given names. */
export const classNamesFit = defineCheck({
  name: "class-names-fit",
  about: "Names of classes are given only where labels are classes.",
  source: import.meta.url,
  path: ["pipeline", "download", "class_names"],
  check({ params: { download, tensorize } }) {
    if (download?.class_names === undefined || targetOf(tensorize) === "class") return;
    throw new FormatError(
      'labels that are numbers to predict (tensorize.target is "number") have no classes. Leave out one of the two.',
    );
  },
});
