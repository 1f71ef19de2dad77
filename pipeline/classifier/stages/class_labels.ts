/** Labels of classes as numbers from 0, and the names of the classes. */
import { FormatError } from "../../../core/errors.ts";
import { MAX_CLASSES, typeOf } from "../../define/format.ts";
import { byCodePoint } from "../../text/code_points.ts";
import { describe } from "./checked_sets.ts";
import type { RowSet } from "./read_sets.ts";

/** What an experiment says of the classes. */
export interface GivenClasses {
  /** Their names, in the order of their numbers; empty if there are none. */
  readonly names: readonly string[];
  /** Labels are 0 to count - 1; undefined if the labels of the training set decide it. */
  readonly count?: number;
}

/**
 * Numbers the classes of the training set. Integers from 0 without gaps are the numbers themselves. Other labels are names,
 * whose order decides: integers by their value, texts by their code points, unless it is given.
 * @throws FormatError for labels that are no integers or texts, or of no class of the training set.
 */
export function classLabels(train: RowSet, test: RowSet | null, given: GivenClasses) {
  const { order, classes } = classesIn(train, given);
  return { train: numbered(train, order, given), test: test === null ? null : numbered(test, order, given), classes };
}

/**
 * The labels of other data as the numbers of a model's `count` classes. Names decide if the classes have some; but if these
 * were given apart from the labels, as `given`, integers that are none of them are the numbers themselves.
 * @throws FormatError for labels of no class.
 */
export function knownLabels(set: RowSet, classes: readonly string[], given: readonly string[], count: number) {
  const texts = [...new Set(textsOf(set))];
  const areNumbers = classes.length === 0 ||
    (given.length > 0 && texts.every(isInteger) && !texts.every((text) => classes.includes(text)));
  return numbered(set, areNumbers ? numbersBelow(count) : classes, { names: given });
}

/** The labels as places in `order`. */
function numbered(set: RowSet, order: readonly string[], given: GivenClasses): Uint8Array<ArrayBuffer> {
  const numbers = new Map(order.map((name, number) => [name, number]));
  const encoded = new Uint8Array(set.features.shape[0]);
  let row = 0;
  for (const text of textsOf(set)) {
    encoded[row] = numbers.get(text) ?? refuse(set, order, given, row, text);
    row++;
  }
  return encoded;
}

function numbersBelow(count: number): string[] {
  return Array.from({ length: count }, (_, number) => String(number));
}

/** The labels in the order of their numbers, and the names of these classes, if they have names. */
function classesIn(train: RowSet, { names, count }: GivenClasses) {
  const found = [...new Set(train.classes ?? textsOf(train))];
  if (names.length > 0 && found.every((text) => names.includes(text))) return { order: names, classes: names };
  const areIntegers = found.every(isInteger);
  const isWithoutGaps = found.every((text) => Number(text) >= 0 && Number(text) < found.length);
  const counted = names.length || count || (isWithoutGaps ? found.length : 0);
  if (areIntegers && counted > 0) {
    return { order: numbersBelow(counted), classes: names };
  }
  if (names.length > 0) return { order: names, classes: names };
  const most = count ?? MAX_CLASSES;
  if (found.length > most) {
    throw new FormatError(
      `${train.labelsName}: expected at most ${most} classes, but found ${found.length} different labels. To predict ` +
        'numbers, set tensorize.target to "number".',
    );
  }
  const order = found.sort(areIntegers ? (a, b) => Number(a) - Number(b) : byCodePoint);
  return { order, classes: order };
}

function refuse(
  set: RowSet,
  order: readonly string[],
  { names, count }: GivenClasses,
  row: number,
  text: string,
): never {
  const isNumbered = order.every((name, number) => name === String(number));
  const classes = order.map((name) => JSON.stringify(name)).join(", ").slice(0, 300);
  const expected = isNumbered
    ? `labels from 0 to ${order.length - 1}`
    : `one of the classes${names.length > 0 ? "" : " of the training set"} (${classes})`;
  const advice = count === undefined ? "" : " If the dataset has more classes, set tensorize.classes.";
  throw new FormatError(
    `${set.labelsName}: expected ${expected}, but found ${isInteger(text) ? text : JSON.stringify(text)} at ` +
      `${set.placeOf(row)}.${advice}`,
  );
}

/** The labels as texts, one after the other: a list of those of a million rows would take more than the labels. */
function textsOf({ labels, labelsName }: RowSet): Iterable<string> {
  if (!("shape" in labels)) return labels;
  const { shape, data } = labels;
  if (shape.length === 1 && !(data instanceof Float32Array || data instanceof Float64Array)) {
    return Iterator.from(data as Iterable<number>).map(String);
  }
  throw new FormatError(
    `${labelsName}: expected labels as integers of shape [N], but found ${describe(shape, typeOf(data))}. ` +
      'To predict numbers, set tensorize.target to "number".',
  );
}

/** True for an integer as it is usually written: 01 is a text. */
function isInteger(text: string): boolean {
  return /^(0|-?[1-9]\d*)$/.test(text);
}
