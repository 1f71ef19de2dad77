/** What a format of dataset files is: how numbers are read from bytes. */
import { declared, type Written } from "../../core/declared.ts";
import type { output, ZodObject, ZodRawShape } from "zod";
import type { Artifact, Definition } from "../engine/stage/kind.ts";

/** The largest number of float32, in which datasets are stored. */
export const LARGEST_NUMBER = 3.4028234663852886e38;

/** Numbers in row-major order with the shape `[N, …]`, one example per row. */
export interface NumberArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
}

/**
 * An array of any size: its numbers are read a piece at a time, in order, each time that `pieces` is called. A piece is not
 * used any more when the next one is requested.
 */
export interface NumberPieces {
  /** `[N, …]`. */
  readonly shape: readonly number[];
  /** Of the numbers: "u8" is uint8, "f32" float32. */
  readonly type: string;
  pieces(): Iterable<NumberArray["data"]>;
}

/** The type of numbers: "u8" is uint8, "f32" float32. */
export function typeOf(data: NumberArray["data"]): string {
  return `${data[Symbol.toStringTag][0].toLowerCase()}${8 * data.BYTES_PER_ELEMENT}`;
}

/** What labels are: classes, or numbers to predict (regression). */
export type Target = "class" | "number";

/** Labels of classes are stored as bytes. */
export const MAX_CLASSES = 256;

/** Examples with their labels, in the order of the file. */
export interface Examples {
  /** `[N, …]`, where `…` is the shape of an example. */
  readonly features: NumberArray;
  /** A label per row: class numbers or numbers to predict, `[N]` or `[N, T]`; or the names of classes, N texts. */
  readonly labels: NumberArray | readonly string[];
  /** The names of the columns of `features`, if they have names. */
  readonly columns?: readonly string[];
  /** The names of the numbers to predict, if they have names. */
  readonly targets?: readonly string[];
  /** All classes, in any order, if the file names them apart from the labels, as a folder per class does. */
  readonly classes?: readonly string[];
  /** What the file calls the examples and their labels, for messages. Default: nothing. */
  readonly arrays?: readonly [examples: string, labels: string];
  /** Where a row is in the file, for messages: "line 17". Default: its number. */
  placeOf?(row: number): string;
}

/** What a file with examples contains: `test` is set if it keeps those of the test set apart. */
export interface ExampleFile {
  readonly examples: Examples;
  readonly test?: Examples;
}

/** A format, as one file defines it: it has either `read` or `readExamples`. */
export interface FormatDefinition<P = Record<string, unknown>> extends Definition {
  /** The name in experiments: "idx". */
  readonly name: string;
  readonly about: string;
  /** Its fields in an experiment, in addition to "name". Default: none. */
  readonly params: ZodRawShape;
  /**
   * Reads a file of images or of labels; `label` names the file in messages.
   * @throws FormatError that states what was expected, what was found, and where.
   */
  read?(bytes: Uint8Array<ArrayBuffer>, label: string, params?: P): NumberArray;
  /** Reads a file of images like `read`, but in pieces, so that it need not be in memory. Default: `read` is used. */
  open?(file: Artifact, label: string, params?: P): NumberPieces;
  /**
   * Reads a file of examples with their labels; `label` names the file in messages. To evaluate a model that was trained on
   * columns with names, these are in the params as `columns`, a list.
   * @throws FormatError that states what was expected, what was found, and where: row and column, counted from 1.
   */
  readExamples?(file: Artifact, label: string, params: P, target: Target): Promise<ExampleFile> | ExampleFile;
}

/** Declares a format; the functions receive params of the types that `params` describes. */
export function defineFormat<S extends ZodRawShape = Record<never, never>>(
  format: Written<Omit<FormatDefinition<output<ZodObject<S>>>, "params">> & { readonly params?: S },
): FormatDefinition {
  return declared("formats", { params: {}, ...format });
}
