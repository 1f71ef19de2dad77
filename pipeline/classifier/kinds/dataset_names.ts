/** The names that a dataset gives to its classes, columns and targets. */
import * as z from "zod/mini";
import type { FinishedRun } from "../../define/figure.ts";
import type { Artifact } from "../../engine/stage/kind.ts";
import { checked } from "../../formats/checked_json.ts";
import { decodeJson, encodeJson } from "../../formats/json.ts";

const names = z.object({
  /** Of the classes, in the order of their numbers; empty if they have only numbers. */
  classes: z.array(z.string()),
  /** Of the values of an example; empty if they have none, as pixels. */
  columns: z.array(z.string()),
  /** Of the numbers to predict; empty for classes. */
  targets: z.array(z.string()),
});

/** The names of a dataset. */
export type DatasetNames = z.infer<typeof names>;

/** Names as the artifact `names`. */
export function encodeNames(
  { classes = [], columns = [], targets = [] }: { readonly [Of in keyof DatasetNames]?: readonly string[] },
) {
  return encodeJson({ classes, columns, targets });
}

/** The names in the artifact `names`. @throws FormatError if they are none. */
function readNames(artifact: Pick<Artifact, "bytes">): DatasetNames {
  return checked(names, decodeJson(artifact.bytes(), "names"), "names");
}

/** The names in a run's dataset; none in a run that has no names. */
export function namesOf(run: Pick<FinishedRun, "has" | "artifact">): DatasetNames {
  return run.has("names") ? readNames(run.artifact("names")) : { classes: [], columns: [], targets: [] };
}

/** The names of classes in the artifact `class_names`: a list of texts. @throws FormatError if it is none. */
export function readClassNames(artifact: Pick<Artifact, "bytes">): string[] {
  return checked(z.array(z.string()), decodeJson(artifact.bytes(), "class_names"), "class_names");
}

/** What a class is called in charts, tables and pages: its name, or else its number. */
export function classText({ classes }: Pick<DatasetNames, "classes">, number: number): string {
  return classes[number] ?? String(number);
}
