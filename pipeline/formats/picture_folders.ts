/** Which pictures of a folder belong to which class: by the names of the folders that they are in. */
import { FormatError } from "../../core/errors.ts";
import { byCodePoint } from "../text/code_points.ts";

/** A file or a folder, by its path. */
interface Entry {
  readonly path: string;
  readonly isFolder: boolean;
}

/** An entry, and the folders and the name that its path consists of. */
interface Place extends Entry {
  readonly parts: readonly string[];
}

/** The pictures of a set, sorted by path, and the class of each. */
export interface PictureSet {
  readonly paths: readonly string[];
  readonly labels: readonly string[];
}

/** What the folders of a set can be called, in any case: "Train" is no class. */
const SETS = new Map([["train", "train"], ["training", "train"], ["test", "test"], ["testing", "test"]]);
/** Folders that say that those beside them are sets as well, not classes. */
const OTHER_SETS = ["val", "valid", "validation"];
const PICTURE = /\.(png|jpe?g)$/i;
/** What systems leave in folders. */
const HIDDEN = /^(\..*|__MACOSX|thumbs\.db|desktop\.ini)$/i;

/**
 * The sets of a folder with one folder per class, or with such folders in "train" and "test".
 * @throws FormatError, with `label`, for a picture or a folder that does not fit, and for classes that differ.
 */
export function pictureSets(entries: readonly Entry[], label: string): { train: PictureSet; test: PictureSet | null } {
  const fail = (problem: string) => new FormatError(`${label}${problem}`);
  const places = withoutRoot(
    entries.map((entry) => ({ ...entry, parts: entry.path.split("/").filter((part) => part !== "" && part !== ".") }))
      .filter(({ parts }) => !parts.some((part) => HIDDEN.test(part))),
  );
  const pictures = places.filter(isPicture);
  if (pictures.length === 0) throw fail(": expected PNG or JPEG pictures in one folder per class, but found none.");
  const tops = [...new Set(pictures.map(({ parts }) => parts[0]))];
  const areSets = tops.some((name) => setNamed(name) === "train") &&
    tops.some((name) => setNamed(name) === "test" || OTHER_SETS.includes(name.toLowerCase()));
  if (!areSets) return { train: setOf(places, fail), test: null };
  const other = tops.find((name) => setNamed(name) === undefined);
  if (other !== undefined) {
    throw fail(
      `, ${other}: expected the sets train and test alone. Move these pictures into train: the stage split draws ` +
        "validation pictures from it.",
    );
  }
  const [train, test] = ["train", "test"].map((set) =>
    setOf(places.filter(({ parts }) => setNamed(parts[0]) === set).map(withoutFirst), fail)
  );
  const [classes, tested] = [train, test].map(({ labels }) => new Set(labels));
  const [odd] = classes.symmetricDifference(tested);
  if (odd === undefined) return { train, test };
  const [has, lacks] = classes.has(odd) ? ["train", "test"] : ["test", "train"];
  throw fail(`: expected the same classes in train and test, but ${has} has a folder "${odd}", and ${lacks} has none.`);
}

function setNamed(folder: string): string | undefined {
  return SETS.get(folder.toLowerCase());
}

/** Without the folders that everything is in, such as that of an archive's name. */
function withoutRoot(places: readonly Place[]): readonly Place[] {
  const pictures = places.filter(isPicture);
  const [root] = pictures[0]?.parts ?? [];
  const isRoot = pictures.length > 0 && pictures.every(({ parts }) => parts.length > 2 && parts[0] === root);
  return isRoot ? withoutRoot(places.filter(({ parts }) => parts[0] === root).map(withoutFirst)) : places;
}

function withoutFirst(place: Place): Place {
  return { ...place, parts: place.parts.slice(1) };
}

function isPicture({ parts, isFolder }: Place): boolean {
  return !isFolder && parts.length > 0 && PICTURE.test(parts[parts.length - 1]);
}

function setOf(places: readonly Place[], fail: (problem: string) => FormatError): PictureSet {
  const pictures = places.filter(isPicture).sort((a, b) => byCodePoint(a.path, b.path));
  const classes = new Set(pictures.map(({ parts }) => parts[0]));
  for (const [i, { path, parts }] of pictures.entries()) {
    if (parts.length < 2) throw fail(`, ${path}: expected the picture in a folder that names its class.`);
    if (path === pictures[i + 1]?.path) throw fail(`, ${path}: expected this file once, but found it again.`);
  }
  for (const { path, parts, isFolder } of places) {
    if (isFolder && parts.length > 0 && !classes.has(parts[0])) {
      throw fail(`, ${path}: expected pictures of this class, but found none. Remove the folder, or add some.`);
    }
    // A text beside the folders of classes, such as a licence, says nothing about a picture.
    if (!isFolder && parts.length > 1 && classes.has(parts[0]) && !PICTURE.test(path)) {
      throw fail(
        `, ${path}: expected PNG or JPEG pictures in the folder of a class. Convert this file, or move it away.`,
      );
    }
  }
  return { paths: pictures.map(({ path }) => path), labels: pictures.map(({ parts }) => parts[0]) };
}
