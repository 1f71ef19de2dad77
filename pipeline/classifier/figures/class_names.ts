/** What the classes of a run are called. */
import { defineFigure } from "../../define/figure.ts";
import { decodeJson } from "../../formats/json.ts";

/** The names of the classes, in the order of their numbers; a run whose classes are only numbered has no such figure. */
export const classNames = defineFigure({
  name: "class_names",
  title: "Names of the classes",
  about: "The names of the classes, in the order of their numbers.",
  source: import.meta.url,
  from: "names",
  form: "detail",
  ofRun(run) {
    // Not checked by a schema: figures are loaded without one.
    const { classes } = decodeJson<{ classes?: unknown }>(run.artifact("names").bytes(), "names");
    return Array.isArray(classes) && classes.length > 0 ? classes.map(String) : undefined;
  },
});
