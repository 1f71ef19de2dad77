/** What the classes of a run are called. */
import { defineFigure } from "../../define/figure.ts";
import { namesOf } from "../kinds/dataset_names.ts";

/** The names of the classes, in the order of their numbers; a run whose classes are only numbered has no such figure. */
export const classNames = defineFigure({
  name: "class_names",
  title: "Names of the classes",
  about: "The names of the classes, in the order of their numbers.",
  source: import.meta.url,
  from: "names",
  form: "detail",
  ofRun(run) {
    const { classes } = namesOf(run);
    return classes.length > 0 ? classes : undefined;
  },
});
