/** What the pages show, as plain data. */

/** The colours of curves, in the order in which they are given away; style.css has a class for each. */
export const COLOURS = ["blue", "vermilion", "green", "purple", "ochre", "grey"] as const;

/** One of them. */
export type Colour = typeof COLOURS[number];

/** A curve over epochs. */
export interface Series {
  label: string;
  colour: Colour;
  dashed: boolean;
  /** A value an epoch; null is a gap. */
  values: readonly (number | null)[];
  /** What the values are the mean of lies between these; left out for a single one. */
  band?: { low: readonly (number | null)[]; high: readonly (number | null)[] };
}

/** A chart of curves over epochs. */
export interface CurvesData {
  title: string;
  /** What the values are, under the title. */
  about: string;
  unit: "share" | "number";
  firstEpoch: number;
  series: readonly Series[];
}

/** A name and its value, as a row of a table. */
export type Row = readonly [name: string, value: string];

/** An image that was classified wrong. */
export interface Mistake {
  row: number;
  label: number;
  predicted: number;
  /** Of the class that was predicted, and of the right one. */
  probability: number;
  probabilityOfLabel: number;
}

/** Where a stage's outputs come from. */
export interface StageOrigin {
  stage: string;
  version: number;
  key: string;
  code: string;
  outputs: readonly Row[];
}

/** Images, all of one size: bytes packed by `packZeros`, in base64. */
export interface PackedImages {
  width: number;
  height: number;
  images: readonly string[];
}

/** The trained model; null where a page cannot carry it, and why. */
export type CarriedModel = { weights: string; table: string; batchSize: number } | { missing: string };

/** A run, as its page shows it. */
export interface ReportData {
  name: string;
  /** The layers as they are written. */
  layers: readonly string[];
  accuracy: number;
  correct: number;
  total: number;
  /** Figures beside the accuracy. */
  figures: readonly Row[];
  /** Why the model stalls; null where it does not. */
  stall: string | null;
  curves: readonly CurvesData[];
  confusion: readonly (readonly number[])[];
  /** Most certain first; `images[i]` belongs to `mistakes[i]`. */
  mistakes: readonly Mistake[];
  mistakeImages: PackedImages;
  /** How many there are in all. */
  wrong: number;
  /** The first rows of the first batch. */
  samples: PackedImages & { labels: readonly number[] };
  params: readonly { stage: string; rows: readonly Row[] }[];
  stages: readonly StageOrigin[];
  /** SHA-256 of the tables and weights. */
  files: readonly Row[];
  model: CarriedModel;
}

/** What the page's own code needs of the data. */
export type ScriptData = Pick<ReportData, "accuracy" | "mistakes" | "mistakeImages" | "samples" | "model">;

/** A table of words. */
export interface TableData {
  title: string;
  about: string;
  columns: readonly { title: string; kind: "name" | "param" | "figure" }[];
  rows: readonly (readonly { text: string; best: boolean }[])[];
}

/** Runs beside each other, as their page shows them. */
export interface ComparisonData {
  title: string;
  tables: readonly TableData[];
  curves: readonly CurvesData[];
  /** What is left out, and why. */
  notes: readonly string[];
}
