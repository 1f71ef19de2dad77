/** Confusion matrices: of few classes as a table, of many as their cells, because nearly all of those are 0. */

/** The number of images of one true class that are classified as one class. */
type Cell = readonly [truth: number, predicted: number, images: number];

/** The cells of a matrix that are not 0, row by row. */
interface SparseConfusion {
  /** The number of classes. */
  size: number;
  true: number[];
  predicted: number[];
  images: number[];
}

/** `confusion[true][predicted]` counts images; of more than DENSE_CLASSES, it lists the cells. */
export type Confusion = number[][] | SparseConfusion;

/** A table of more classes would be most of an evaluation. */
export const DENSE_CLASSES = 32;

/** The confusion matrix of some images, by their true and their predicted classes. */
export function confusionOf(size: number, truth: ArrayLike<number>, predicted: ArrayLike<number>): Confusion {
  const counts = new Map<number, number>();
  for (let i = 0; i < truth.length; i++) {
    const place = truth[i] * size + predicted[i];
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  const cells = [...counts].sort(([a], [b]) => a - b)
    .map(([place, images]): Cell => [Math.floor(place / size), place % size, images]);
  if (size <= DENSE_CLASSES) return tableOf(cells, classesBelow(size));
  const [t, p, images] = [0, 1, 2].map((field) => cells.map((cell) => cell[field]));
  return { size, true: t, predicted: p, images };
}

/** The cells of a matrix that are not 0, row by row. */
export function cellsOf(confusion: Confusion): Cell[] {
  if (!Array.isArray(confusion)) {
    return confusion.true.map((truth, i) => [truth, confusion.predicted[i], confusion.images[i]]);
  }
  const all = confusion.flatMap((row, truth) => row.map((images, predicted): Cell => [truth, predicted, images]));
  return all.filter(([, , images]) => images > 0);
}

/** The number of classes. */
export function sizeOfConfusion(confusion: Confusion): number {
  return Array.isArray(confusion) ? confusion.length : confusion.size;
}

/** The part of a matrix that has these classes, as a table; by default all of it. */
export function confusionTable(confusion: Confusion, classes = classesBelow(sizeOfConfusion(confusion))): number[][] {
  return tableOf(cellsOf(confusion), classes);
}

function tableOf(cells: readonly Cell[], classes: readonly number[]): number[][] {
  const places = new Map(classes.map((c, i) => [c, i]));
  const table = classes.map(() => new Array<number>(classes.length).fill(0));
  for (const [truth, predicted, images] of cells) {
    const [row, column] = [places.get(truth), places.get(predicted)];
    if (row !== undefined && column !== undefined) table[row][column] = images;
  }
  return table;
}

function classesBelow(size: number): number[] {
  return Array.from({ length: size }, (_, c) => c);
}
