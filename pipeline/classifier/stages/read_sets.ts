/** The training and the test set of a dataset, as its format reads them from its files. */
import { FormatError } from "../../../core/errors.ts";
import type { FileRole } from "../../define/dataset.ts";
import {
  type ExampleFile,
  type Examples,
  type FormatDefinition,
  type NumberArray,
  type NumberPieces,
  type Target,
  typeOf,
} from "../../define/format.ts";
import type { Artifact } from "../../engine/stage/kind.ts";
import type { ChosenFormat } from "../kinds/chosen_format.ts";

/** The rows of a set, and what messages call its examples, its labels and a row. */
export interface RowSet extends Omit<Examples, "features"> {
  readonly features: NumberPieces;
  readonly name: string;
  readonly labelsName: string;
  placeOf(row: number): string;
}

/** Numbers of an array that are stored at a time. */
const PIECE = 1 << 18;

type Files = Readonly<Record<FileRole, Artifact>>;

/** Reads the sets; `test` is null if the files have none. @throws FormatError for files that are not of the format. */
export async function readSets(files: Files, { definition, params }: ChosenFormat, target: Target) {
  if (definition.read !== undefined) return readArrays(files, definition, params);
  if (files.train_labels.size > 0) {
    throw new FormatError(
      `The format ${definition.name} reads files of examples with their labels: train, test; or data.`,
    );
  }
  const read = (role: FileRole, name: string) => definition.readExamples!(files[role], name, params, target);
  const hasTest = files.test_images.size > 0;
  const name = hasTest ? "files.train" : "files.data";
  const { examples, test } = await read("train_images", name);
  const train = setIn(name, examples);
  if (!hasTest) return { train, test: test === undefined ? null : setIn(name, test) };
  return { train: alone({ examples, test }, name), test: alone(await read("test_images", "files.test"), "files.test") };
}

/** A file that is none of the dataset's: what messages call it, and its bytes. */
export interface GivenFile {
  readonly name: string;
  readonly file: Artifact;
}

/**
 * Reads other examples than a dataset's: a file with their labels, of which the test set counts if it keeps one apart; in
 * a format of arrays, a file of examples and one of labels. @throws FormatError for files that are not of the format.
 */
export async function readGivenSet(
  [examples, labels = examples]: readonly GivenFile[],
  { definition, params }: ChosenFormat,
  target: Target,
): Promise<RowSet> {
  if (definition.read !== undefined) {
    const read = ({ name, file }: GivenFile) => definition.read!(file.bytes(), name, params);
    return setOf({ features: piecesOf(read(examples)), labels: read(labels) }, examples.name, labels.name);
  }
  const found = await definition.readExamples!(examples.file, examples.name, params, target);
  return setIn(examples.name, found.test ?? found.examples);
}

function readArrays(files: Files, definition: FormatDefinition, params: Record<string, unknown>) {
  const read = (role: FileRole) => definition.read!(files[role].bytes(), role, params);
  const open = (role: FileRole) => definition.open?.(files[role], role, params) ?? piecesOf(read(role));
  const set = (name: FileRole, labelsName: FileRole) =>
    setOf({ features: open(name), labels: read(labelsName) }, name, labelsName);
  return { train: set("train_images", "train_labels"), test: set("test_images", "test_labels") };
}

/** The examples of a file that has those of one set. */
function alone({ examples, test }: ExampleFile, name: string): RowSet {
  if (test === undefined) return setIn(name, examples);
  throw new FormatError(
    `${name}: expected the examples of one set, but found a test set as well. List it as files.data.`,
  );
}

function setIn(file: string, examples: Examples): RowSet {
  const [name, labelsName] = examples.arrays?.map((array) => `${file}, ${array}`) ?? [file];
  return setOf({ ...examples, features: piecesOf(examples.features) }, name, labelsName);
}

/** An array in memory, in pieces of a few MB, so that what is made of each takes little more. */
function piecesOf({ shape, data }: NumberArray): NumberPieces {
  return {
    shape,
    type: typeOf(data),
    *pieces() {
      for (let first = 0; first < data.length; first += PIECE) yield data.subarray(first, first + PIECE);
    },
  };
}

function setOf(examples: Omit<RowSet, "name" | "labelsName" | "placeOf">, name: string, labelsName = name): RowSet {
  const placeOf = (row: number) => `row ${row} of ${examples.features.shape[0]}`;
  return { placeOf, ...examples, name, labelsName };
}
