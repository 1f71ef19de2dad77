/** What a format of dataset files is: how numbers are read from bytes. */
import { declared, type Written } from "../../core/declared.ts";
import type { Definition } from "../engine/stage/kind.ts";

/** Numbers in row-major order with the shape `[N, …]`, one example per row. */
export interface NumberArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
}

/** A format, as one file defines it. */
export interface FormatDefinition extends Definition {
  /** The name in experiments: "idx". */
  readonly name: string;
  readonly about: string;
  /**
   * Reads a file of images or labels; `label` names the file in messages.
   * @throws FormatError that states what was expected, what was found, and where.
   */
  read(bytes: Uint8Array<ArrayBuffer>, label: string): NumberArray;
}

/** Declares a format. */
export function defineFormat(format: Written<FormatDefinition>): FormatDefinition {
  return declared("formats", format);
}
