/** What a format of dataset files is: one file defines how numbers are read from bytes. */

/** Numbers in a shape, row-major: `[N, …]`, an example a row. */
export interface NumberArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
}

/** A format, as one file defines it. */
export interface FormatDefinition {
  /** As experiments write it: "idx". */
  readonly name: string;
  readonly about: string;
  /** `import.meta.url`. */
  readonly source: string;
  /**
   * Reads a file of images or of labels; `label` names it in messages.
   * @throws FormatError that says what was expected, what was found, and where.
   */
  read(bytes: Uint8Array<ArrayBuffer>, label: string): NumberArray;
}

/** Declares a format. */
export function defineFormat(format: FormatDefinition): FormatDefinition {
  return format;
}
