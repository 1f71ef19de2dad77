/**
 * Marks: what a chart shows, as plain data that survives JSON but for pixels. `png/` draws marks as pictures, `page/` as
 * part of a page; neither knows where the data come from.
 */

/** A chart that is ready to be drawn. */
export interface Chart {
  /** The picture's name without its ending: "loss". */
  readonly name: string;
  readonly title: string;
  /** What the chart is, the same for every run. */
  readonly about: string;
  readonly marks: Marks;
}

/** Every kind of marks. */
export type Marks = Lines | Matrix | Reliability | Images | Cards | Drawing;

interface AnyMarks {
  /** A sentence or two on what these data say; shown with the title. */
  readonly note?: string;
}

/** What a number is: a share of 1, written as a percentage; a measurement; a whole number. */
export type Unit = "share" | "number" | "count";

/** Curves over one axis, in panels below each other. */
export interface Lines extends AnyMarks {
  readonly kind: "lines";
  /** The places of the values, ascending, and what they are; left out: epochs, 0 (the untrained model) first. */
  readonly x?: { readonly label: string; readonly values: readonly number[] };
  readonly panels: readonly Panel[];
  /** Curves are named at their ends as well as in the legend: many curves, or curves that people want to compare. */
  readonly named?: true;
}

/** One panel. */
export interface Panel {
  /** What the values are, and in which unit. Numbers above 0 that span more than a factor of 20 get a log axis. */
  readonly label: string;
  readonly unit: Unit;
  readonly series: readonly Series[];
  /** The largest value there can be, where the axis has to reach that far whatever the values are. */
  readonly most?: number;
  /** Rings the best value of the first series. */
  readonly best?: "highest" | "lowest";
  /** Trained epochs that lie close together are shown enlarged, in a panel of their own above. */
  readonly enlarge?: true;
}

/** A curve. */
export interface Series {
  readonly label: string;
  /** A value at each place; null, NaN and infinities are gaps. The list may be shorter than that of the places. */
  readonly values: readonly (number | null)[];
  /** What the values are the mean of lies between these. */
  readonly band?: { readonly low: readonly (number | null)[]; readonly high: readonly (number | null)[] };
}

/** A curve of a figure's values: what is no finite number is a gap. */
export function curve(label: string, values: readonly unknown[] = []): Series {
  return { label, values: values.map((value) => (typeof value === "number" && Number.isFinite(value) ? value : null)) };
}

/** A confusion matrix: `counts[t][p]` examples of class t were classified as p. */
export interface Matrix extends AnyMarks {
  readonly kind: "matrix";
  /** The names of the classes. */
  readonly labels: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

/** A reliability diagram: of the predictions of like confidence, how many are right. */
export interface Reliability extends AnyMarks {
  readonly kind: "reliability";
  readonly bins: readonly ReliabilityBin[];
}

/** Predictions whose confidence is above `from` and up to `to`, shares of 1. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean confidence and share of correct predictions; null where there is no prediction. */
  readonly confidence: number | null;
  readonly accuracy: number | null;
}

/** Values of an image in rows: grey from 0 (black) to 255 (white), or numbers around 0. */
export type Pixels = Uint8Array | Float32Array;

/** A width and a height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What a line of text says of its subject; each role has a colour. */
export type Role = "plain" | "muted" | "right" | "wrong" | "truth";

/** A line of text. */
export type Line = readonly [text: string, role: Role];

/** Images with captions. */
export interface Images extends AnyMarks {
  readonly kind: "images";
  readonly size: Size;
  /** Grey, or blue below 0, white at 0 and orange above, where `limit` says from which size on a value is at its end. */
  readonly colours: "grey" | { readonly limit: number; readonly label: string };
  readonly items: readonly ImageItem[];
  /** How many of the items a picture shows; a page shows all that it can carry. Left out: all. */
  readonly pictured?: number;
  /** What the groups of the items are, "true class": a page can show one group alone. */
  readonly groups?: string;
}

/** An image; the first line of its caption is its name. */
export interface ImageItem {
  readonly pixels: Pixels;
  readonly caption: readonly Line[];
  readonly group?: string;
}

/** Predictions of single images, each with the probabilities of all classes. */
export interface Cards extends AnyMarks {
  readonly kind: "cards";
  readonly size: Size;
  /** The names of the classes. */
  readonly labels: readonly string[];
  readonly groups: readonly CardGroup[];
}

/** Cards under a heading; `none` is said where there is no card. */
export interface CardGroup {
  readonly heading: Line;
  readonly none: string;
  readonly cards: readonly Card[];
}

/** One image and what the model makes of it. */
export interface Card {
  readonly pixels: Pixels;
  /** The class that it belongs to and the one that is predicted, places in `probabilities`. */
  readonly truth: number;
  readonly predicted: number;
  /** A probability for each class, 0 to 1. */
  readonly probabilities: ArrayLike<number>;
  /** Where it is from: "row 8". */
  readonly from: string;
}

/** A drawing: SVG of this size in pixels, made by the functions of svg.ts. */
export interface Drawing extends AnyMarks {
  readonly kind: "drawing";
  readonly size: Size;
  readonly body: string;
}
