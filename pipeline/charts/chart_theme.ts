/**
 * How the charts look: colours, fonts and the options that all of them share. Plain data, no drawing.
 */
import type { ChartConfiguration } from "chart.js";

/** What a chart is made of: the configuration that Chart.js takes. */
export type Config = ChartConfiguration<"line" | "scatter">;

/** The options of a chart's configuration. */
export type Options = NonNullable<Config["options"]>;

/** The family under which the charts' own font is registered; no font of the machine bears this name. */
export const FONT_FAMILY = "Retrace Sans";

/**
 * Colours of marks: the colour-blind-safe palette of Okabe and Ito ("Color Universal Design", 2008).
 */
export const MARKS = {
  blue: "#0072B2",
  vermilion: "#D55E00",
  green: "#009E73",
  grey: "#9AA3AD",
} as const;

/** The same hues as text: dark enough for a contrast of at least 4.5 to 1 on white (WCAG 2.1, AA). */
export const TEXTS = {
  blue: "#005A8C",
  vermilion: "#A34700",
  green: "#00664A",
  ink: "#1F2328",
  muted: "#57606A",
} as const;

/** Colours of paper, grid lines and frames. */
export const SURFACE = { paper: "#FFFFFF", grid: "#E4E7EB", frame: "#AEB5BD" } as const;

/** Room in pixels between the picture's edge and what is drawn. */
export const MARGIN = 22;

/** Font sizes in pixels. */
export const SIZES = { title: 19, subtitle: 13.5, axis: 14, tick: 13, note: 13 } as const;

/** The CSS font of a text that is drawn without Chart.js. */
export function cssFont(size: number, weight: "normal" | "bold" = "normal"): string {
  return `${weight} ${size}px "${FONT_FAMILY}"`;
}

/** Texts over a chart, already broken into lines. */
export interface Heading {
  title: string[];
  subtitle: string[];
}

/**
 * The options that every chart shares: no animation, one locale, the charts' own font, title and subtitle at the left,
 * and the margin, to the right `rightMargin` pixels.
 */
export function baseOptions(heading: Heading, rightMargin = MARGIN): Options {
  return {
    animation: false,
    responsive: false,
    locale: "en-US",
    color: TEXTS.ink,
    font: { family: FONT_FAMILY, size: SIZES.tick },
    layout: { padding: { top: MARGIN, left: MARGIN, bottom: MARGIN, right: rightMargin } },
    plugins: {
      title: {
        display: true,
        text: heading.title,
        align: "start",
        color: TEXTS.ink,
        font: { size: SIZES.title, weight: "bold" },
        padding: { top: 0, bottom: 6 },
      },
      subtitle: {
        display: heading.subtitle.length > 0,
        text: heading.subtitle,
        align: "start",
        color: TEXTS.muted,
        font: { size: SIZES.subtitle },
        padding: { top: 0, bottom: 12 },
      },
      legend: { display: false },
      tooltip: { enabled: false },
    },
  };
}
