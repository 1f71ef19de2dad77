/** The look of charts on white paper: colours, sizes, and styles of curves. Pages have the same hues in style.css. */
import type { Role } from "./marks.ts";

/** The hues; pages/style.css has a class for each. */
export type Colour = "blue" | "vermilion" | "green" | "purple" | "ochre" | "grey" | "ink";

/** Colours of marks: the colour-blind-safe palette of Okabe and Ito ("Color Universal Design", 2008), and greys. */
export const MARKS: Readonly<Record<Colour, string>> = {
  blue: "#0072B2",
  vermilion: "#D55E00",
  green: "#009E73",
  purple: "#CC79A7",
  ochre: "#E69F00",
  grey: "#9AA3AD",
  ink: "#1F2328",
};

/** The same hues as text: dark enough for a contrast of at least 4.5 to 1 on white (WCAG 2.1, AA). */
export const TEXTS: Readonly<Record<Colour, string>> = {
  blue: "#005A8C",
  vermilion: "#A34700",
  green: "#00664A",
  purple: "#96406F",
  ochre: "#805700",
  grey: "#57606A",
  ink: "#1F2328",
};

/** Colours of paper, grid lines and frames. */
export const SURFACE = { paper: "#FFFFFF", grid: "#E4E7EB", frame: "#AEB5BD" } as const;

/** The colour of each role of text. */
export const ROLE_COLOURS: Readonly<Record<Role, Colour>> = {
  plain: "ink",
  muted: "grey",
  right: "green",
  wrong: "vermilion",
  truth: "blue",
};

/** Space in pixels between the picture's edge and what is drawn. */
export const MARGIN = 22;

/** Font sizes in pixels. */
export const SIZES = { title: 19, subtitle: 13.5, axis: 14, tick: 13, note: 13 } as const;

/**
 * What distinguishes curves: colour, form of the points, and the lengths of dashes and gaps in pixels; each is sufficient
 * by itself.
 */
export type CurveStyle = ReturnType<typeof curveStyle>;

const COLOURS = ["blue", "vermilion", "green", "purple", "ochre", "grey"] as const;
const FORMS = ["circle", "rectRot", "triangle", "rect", "star", "crossRot"] as const;
const DASHES = [[], [7, 4], [2, 3], [12, 4, 3, 4], [5, 2], [2, 5]];

/** Maximum number of curves that can be distinguished in one chart: each colour twice, with other forms and dashes. */
export const MAX_CURVES = 12;

/** The style of a chart's i-th curve. */
export function curveStyle(i: number) {
  const round = Math.floor(i / COLOURS.length);
  return {
    colour: COLOURS[i % COLOURS.length],
    form: FORMS[(i + round * 2) % FORMS.length],
    dash: DASHES[(i + round * 3) % DASHES.length],
  };
}
