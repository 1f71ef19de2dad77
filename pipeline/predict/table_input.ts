/** Rows of numbers as examples of a model: from a table, or typed. */
import { FormatError } from "../../core/errors.ts";
import type { Artifact } from "../engine/stage/kind.ts";
import { numberIn, SEPARATORS } from "../formats/csv_columns.ts";
import type { Classifier } from "./classifier.ts";
import type { TrainedRun } from "./trained_run.ts";

/** An example, and where it is from, for messages. */
export interface Row {
  readonly values: Float32Array | Uint8Array;
  readonly place: string;
}

/**
 * Reads the columns of a table that the model was trained on, in whatever order they are; others are ignored. A table is
 * separated as those of the run were, unless the ending of its name says otherwise.
 * @throws FormatError, with `label`, line and column.
 */
export async function tableInput(
  file: Artifact,
  label: string,
  { names: { columns }, experiment }: TrainedRun,
): Promise<Row[]> {
  const { readTable } = await import("../formats/csv_table.ts");
  const params = { label: [], ignore: [], separator: separatorOf(label, experiment), columns };
  const { features: { shape: [count, width], data }, placeOf } = await readTable(file, label, params, "number");
  return Array.from({ length: count }, (_, row) => ({
    values: (data as Float32Array).subarray(row * width, (row + 1) * width),
    place: `${label}, ${placeOf!(row)}`,
  }));
}

function separatorOf(label: string, { pipeline }: TrainedRun["experiment"]): string {
  const { name = "", separator } = (pipeline.tensorize?.format ?? {}) as { name?: string; separator?: string };
  const usual = new Map<string, string>(Object.entries(SEPARATORS));
  const ending = label.replace(/^.*\./s, "").toLowerCase();
  return (ending === name ? separator : undefined) ?? usual.get(ending) ?? separator ?? usual.get(name) ??
    SEPARATORS.csv;
}

/**
 * Reads the values of an example, separated by commas, in the order of the run's columns.
 * @throws FormatError if they are no numbers, or not as many as the model takes.
 */
export function typedInput(text: string, { features, takesBytes }: Classifier, columns: readonly string[]): Row {
  const place = `--row ${JSON.stringify(text)}`;
  const cells = text.split(",");
  if (cells.length !== features) {
    const order = columns.length === 0 ? "" : ` (${columns.join(", ").slice(0, 300)})`;
    throw new FormatError(`${place}: expected ${features} values${order}, but found ${cells.length}.`);
  }
  const numbers = cells.map((cell, i) => {
    const value = numberIn(cell, true);
    const problem = typeof value === "string"
      ? value
      : takesBytes && !(Number.isInteger(value) && value >= 0 && value <= 255)
      ? `expected a byte, 0 to 255, but found ${cell.trim()}.`
      : null;
    if (problem === null) return value as number;
    throw new FormatError(
      `${place}, ${columns.length === 0 ? `value ${i + 1}` : JSON.stringify(columns[i])}: ${problem}`,
    );
  });
  return { values: takesBytes ? Uint8Array.from(numbers) : Float32Array.from(numbers), place };
}
