/** Marks: what a chart shows, as plain data, whatever it comes from. `png/` draws pictures, `page/` parts of pages. */

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
export type Marks = Lines | Matrix | Images | Traces | Drawing;

interface AnyMarks {
  /** A sentence or two about these data; shown with the title. */
  readonly note?: string;
}

/** The unit of values: shares of 1, shown as percentages; measurements; integers. */
export type Unit = "percent" | "number" | "count";

/** Curves over one axis, in panels below each other. */
export interface Lines extends AnyMarks {
  readonly kind: "lines";
  /** The x axis, ascending (a value may repeat); left out: epochs, 0 (the untrained model) first. A colon ends the name in its label. */
  readonly x?: { readonly label: string; readonly unit: Unit; readonly values: readonly number[] };
  readonly panels: readonly Panel[];
  /** Curves are named at their ends as well as in the legend. */
  readonly named?: true;
}

/** One panel. */
export interface Panel {
  readonly label: string;
  readonly unit: Unit;
  /** Whether the axis is linear even if the values are positive numbers that span more than a factor of 20. */
  readonly linear?: true;
  readonly series: readonly Series[];
  /** The largest possible value: the axis extends to it, whatever the values are. */
  readonly most?: number;
  /** Rings the best value of the first series. */
  readonly best?: "highest" | "lowest";
  /** If the values of the trained epochs lie close together, they are also shown enlarged, in a panel above. */
  readonly enlarge?: true;
}

/** A curve. */
export interface Series {
  readonly label: string;
  /** A value at each place, as far as it goes; null is a gap. Where the curve becomes infinite or NaN, it is marked. */
  readonly values: readonly (number | null)[];
  /** Set for values that no line connects, such as measurements. */
  readonly points?: boolean;
  /** The range of what the values are the mean of. */
  readonly band?: { readonly low: readonly (number | null)[]; readonly high: readonly (number | null)[] };
}

/** A curve of a figure's values; anything but a number is a gap. */
export function curve(label: string, values: readonly unknown[] = []): Series {
  return { label, values: values.map((value) => (typeof value === "number" ? value : null)) };
}

/** A confusion matrix: `counts[t][p]` examples of class t were classified as p. */
export interface Matrix extends AnyMarks {
  readonly kind: "matrix";
  /** The names of the classes. */
  readonly labels: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

/** Values of an image in rows: grey from 0 (black) to 255, signed numbers, or red, green and blue from 0 to 255. */
export type Pixels = Uint8Array | Float32Array;

/** A width and a height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The role of a line of text or of a bar, which decides its colour. */
export type Role = "plain" | "muted" | "right" | "wrong" | "truth";

/** A line of text. */
export type Line = readonly [text: string, role: Role];

/** Images with captions. */
export interface Images extends AnyMarks {
  readonly kind: "images";
  readonly size: Size;
  /** Grey, red, green and blue, or a diverging scale from blue (−`limit`) through white (0) to orange (`limit`). */
  readonly colours: "grey" | "rgb" | { readonly limit: number; readonly label: string };
  readonly items: readonly ImageItem[];
  /** The number of items in a picture; a page has all that fit into it. Left out: all. */
  readonly pictured?: number;
  /** What the groups of the items are, such as "true class": a page can show a single group. */
  readonly groups?: string;
}

/** The number of values of each image. */
export function valuesIn({ size: { width, height }, colours }: Pick<Images, "size" | "colours">): number {
  return width * height * (colours === "rgb" ? 3 : 1);
}

/** Checks that every image has as many values as its size says. @throws RangeError if one has not. */
export function checkImages(images: Pick<Images, "size" | "colours" | "items">): void {
  const expected = valuesIn(images);
  const wrong = images.items.find(({ pixels }) => pixels.length !== expected);
  if (wrong === undefined) return;
  const { width, height } = images.size;
  throw new RangeError(`Expected ${expected} values for ${width} × ${height} pixels, found ${wrong.pixels.length}.`);
}

/** An image; the first line of its caption is its name. */
export interface ImageItem {
  readonly pixels: Pixels;
  readonly caption: readonly Line[];
  readonly group?: string;
  /** Shares drawn below the caption, such as the probabilities of all classes. */
  readonly bars?: readonly Bar[];
}

/** A bar: a share from 0 to 1; its role decides its colour. */
export interface Bar {
  readonly label: string;
  readonly share: number;
  readonly role: Role;
}

/**
 * Many lines over common axes, coloured from the worst to the best. Places are shares: 0 is left and at the bottom, 1 right
 * and at the top. A line of one place is a point.
 */
export interface Traces extends AnyMarks {
  readonly kind: "traces";
  /** Of the whole in pixels; a wide one is not made smaller where there is no room for it. */
  readonly size: Size;
  /** Upright axes from the left to the right; with a single one, the ends of lines are marked. */
  readonly axes: readonly TraceAxis[];
  /** The horizontal axis, if there is one. */
  readonly below?: TraceAxis;
  /** Upright lines with labels. */
  readonly rules?: readonly Tick[];
  readonly traces: readonly Trace[];
  /** What the first and the last colour mean, and each of the looks; left out where another chart says it. */
  readonly legend?: {
    readonly worst: string;
    readonly best: string;
    readonly looks: Partial<Record<TraceLook, string>>;
  };
}

/** A place on an axis, and its text. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** An axis, `at` a place across. A tick may lie beyond its ends. */
export interface TraceAxis {
  readonly at: number;
  readonly label: string;
  readonly ticks: readonly Tick[];
}

/** A line's look: faint for those that matter less, with a cross at its end if failed. */
export type TraceLook = "failed" | "faint" | "plain" | "best";

/** A line through places; null is a gap. */
export interface Trace {
  /** Shown by the pointer. */
  readonly title: string;
  readonly places: readonly (readonly [x: number, y: number] | null)[];
  /** Its colour: from 0, the worst, to 1, the best. */
  readonly share: number;
  readonly look: TraceLook;
}

/** A drawing: SVG of this size in pixels, made by the functions of svg.ts. */
export interface Drawing extends AnyMarks {
  readonly kind: "drawing";
  readonly size: Size;
  readonly body: string;
}
