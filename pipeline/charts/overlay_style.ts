/** How the curves of several experiments are told apart: by colour, by form and by dashes, each enough by itself. */
import { MARKS, TEXTS } from "./chart_theme.ts";

/** The look of one experiment's curve. */
export interface OverlayStyle {
  colour: string;
  textColour: string;
  form: "circle" | "rectRot" | "triangle" | "rect" | "star" | "crossRot";
  dash: number[];
}

/** Colours of Okabe and Ito, as texts dark enough for a contrast of 4.5 to 1 on white. */
const COLOURS = [
  { colour: MARKS.blue, textColour: TEXTS.blue },
  { colour: MARKS.vermilion, textColour: TEXTS.vermilion },
  { colour: MARKS.green, textColour: TEXTS.green },
  { colour: "#CC79A7", textColour: "#96406F" },
  { colour: "#E69F00", textColour: "#805700" },
  { colour: "#56B4E9", textColour: "#1D6C9E" },
] as const;
const FORMS = ["circle", "rectRot", "triangle", "rect", "star", "crossRot"] as const;
const DASHES = [[], [9, 4], [3, 3], [12, 4, 3, 4], [6, 2], [2, 5]];

/** Most curves that one chart can show so that they are told apart: twice the colours, with other forms and dashes. */
export const MOST_CURVES = 12;

/** The look of the i-th curve; after the sixth, colours come back with other forms and dashes. */
export function overlayStyle(i: number): OverlayStyle {
  const round = Math.floor(i / COLOURS.length);
  return {
    ...COLOURS[i % COLOURS.length],
    form: FORMS[(i + round * 2) % FORMS.length],
    dash: DASHES[(i + round * 3) % DASHES.length],
  };
}
