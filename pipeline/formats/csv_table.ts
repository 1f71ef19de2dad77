/** Reads a table with a header: numbers as features, and one label, or several numbers to predict, per row. */
import { FormatError } from "../../core/errors.ts";
import { type Examples, MAX_CLASSES, type Target } from "../define/format.ts";
import type { Artifact } from "../engine/stage/kind.ts";
import { columnsOf, isMissing, numberIn, type TableColumns, type TableParams } from "./csv_columns.ts";
import { visitRows } from "./csv_rows.ts";
import { NumberRows } from "./number_rows.ts";

/** Reads a table. @throws FormatError, with `label`, line and column, for what is not a number, missing or not as the header. */
export async function readTable(file: Artifact, label: string, params: TableParams, target: Target): Promise<Examples> {
  if (target === "class" && [params.label].flat().length > 1) {
    throw new FormatError(
      `${label}: expected one column with the class, but tensorize.format.label has several. To predict numbers, set ` +
        'tensorize.target to "number".',
    );
  }
  let table: Table | null = null;
  await visitRows(file, label, params.separator, (cells, line) => {
    if (table === null) table = new Table(columnsOf(cells, label, params), label, params.separator, target, file.size);
    else table.add(cells, line);
  });
  if (table === null) throw new FormatError(`${label}: expected a header and rows, but the file is empty.`);
  return (table as Table).examples();
}

/** A table as far as it has been read. */
class Table {
  readonly #features: NumberRows;
  readonly #numbers: NumberRows;
  readonly #classes: string[] = [];
  /** Each class once: equal texts of a million rows are one. */
  readonly #known = new Map<string, string>();
  /** Lines are those of the rows, but for empty ones and for values of several lines: where that changes. */
  readonly #lines: { row: number; line: number }[] = [];
  #missing: { count: number; first: string } = { count: 0, first: "" };
  #characters = 1;

  constructor(
    readonly columns: TableColumns,
    readonly label: string,
    readonly separator: string,
    readonly target: Target,
    readonly bytes: number,
  ) {
    this.#features = new NumberRows(columns.features.length);
    this.#numbers = new NumberRows(columns.labels.length);
  }

  add(cells: readonly string[], line: number): void {
    const { names, features, labels } = this.columns;
    if (cells.length !== names.length) {
      throw new FormatError(
        `${this.label}, line ${line}: expected ${names.length} values, as the header has, but found ${cells.length}. ` +
          `A value with ${JSON.stringify(this.separator)} in it is written in quotes.`,
      );
    }
    const row = this.#features.count;
    const last = this.#lines.at(-1);
    if (last === undefined || line - last.line !== row - last.row) this.#lines.push({ row, line });
    for (const cell of cells) this.#characters += cell.length + 1;
    const expected = this.bytes * (row + 1) / this.#characters;
    this.#readNumbers(this.#features.add(expected), features, cells, line);
    if (this.target === "number") this.#readNumbers(this.#numbers.add(expected), labels, cells, line);
    else this.#classes.push(this.#classIn(cells[labels[0]], labels[0], line));
  }

  /** All rows. @throws FormatError if there is none, or a value is missing. */
  examples(): Examples {
    const { names, features, labels } = this.columns;
    const { count, data } = this.#features;
    if (count === 0) throw new FormatError(`${this.label}: expected rows after the header, but found none.`);
    if (this.#missing.count > 0) {
      const others = this.#missing.count === 1 ? "" : `, the first of ${this.#missing.count} missing values`;
      throw new FormatError(
        `${this.#missing.first}${others}. Fill them in, or remove their rows: there is nothing to compute with.`,
      );
    }
    return {
      features: { shape: [count, features.length], data },
      labels: this.target === "class" ? this.#classes : { shape: [count, labels.length], data: this.#numbers.data },
      columns: features.map((i) => names[i]),
      ...(this.target === "class" ? {} : { targets: labels.map((i) => names[i]) }),
      placeOf: (row) => {
        const known = this.#lines.findLast((one) => one.row <= row)!;
        return `line ${known.line + row - known.row}`;
      },
    };
  }

  #readNumbers(into: Float32Array, columns: readonly number[], cells: readonly string[], line: number): void {
    for (let i = 0; i < columns.length; i++) {
      const value = numberIn(cells[columns[i]], this.columns.areGiven);
      if (typeof value === "number") into[i] = value;
      else if (isMissing(cells[columns[i]])) this.#noteMissing(cells[columns[i]], columns[i], line);
      else throw new FormatError(`${this.#place(columns[i], line)}: ${value}`);
    }
  }

  #classIn(cell: string, column: number, line: number): string {
    if (cell === "") this.#noteMissing(cell, column, line);
    const known = this.#known.get(cell);
    if (known !== undefined) return known;
    if (this.#known.size === MAX_CLASSES) {
      throw new FormatError(
        `${this.#place(column, line)}: expected at most ${MAX_CLASSES} classes, but found one more, ` +
          `${JSON.stringify(cell.slice(0, 60))}. To predict numbers, set tensorize.target to "number".`,
      );
    }
    this.#known.set(cell, cell);
    return cell;
  }

  #noteMissing(cell: string, column: number, line: number): void {
    if (this.#missing.count === 0) {
      const found = cell === "" ? "nothing" : JSON.stringify(cell);
      this.#missing.first = `${this.#place(column, line)}: expected a value, but found ${found}`;
    }
    this.#missing.count++;
  }

  #place(column: number, line: number): string {
    return `${this.label}, line ${line}, column ${JSON.stringify(this.columns.names[column])}`;
  }
}
