/** Pictures as plain data, and the Chart.js options that they share: headings, axes, legends. No drawing. */
import type { Chart as Drawn, ChartConfiguration, ChartDataset } from "chart.js";
import type { Axis } from "../axis.ts";
import { type Font, wrapText } from "../fitted_text.ts";
import type { Chart } from "../marks.ts";
import { MARGIN, SIZES, SURFACE, TEXTS } from "../theme.ts";

type Options = NonNullable<ChartConfiguration<"line">["options"]>;

/** The options of an axis. */
export type Scale = NonNullable<Options["scales"]>[string];

/** A point of a curve; null is a gap. */
export interface Point {
  readonly x: number;
  readonly y: number | null;
}

/** A curve as Chart.js draws it; one without a label is not in the legend. */
export type Curve = ChartDataset<"line", Point[]>;

/** A picture of `width` by `height` pixels, drawn on a context of type `C`. */
export interface Picture<C> {
  readonly heading: Heading;
  readonly width: number;
  readonly height: number;
  /** Space in pixels to the right of the axes. */
  readonly rightMargin?: number;
  readonly scales: Readonly<Record<string, Scale>>;
  readonly datasets?: Curve[];
  /** Draws below the curves. */
  readonly under?: (context: C, chart: Drawn) => void;
  /** Draws above everything else. */
  readonly over?: (context: C, chart: Drawn) => void;
  /** A message in the middle of a chart that has nothing to show. */
  readonly empty?: string;
}

/** The family under which the charts' own font is registered; no other font has this name. */
export const FONT_FAMILY = "Retrace Sans";

/** Space in pixels around the names in a legend. */
export const LEGEND_PADDING = 16;

/** A font as CSS. */
export function cssFont({ size, weight = "normal" }: Font): string {
  return `${weight} ${size}px "${FONT_FAMILY}"`;
}

/** Title and subtitle of a picture, broken into lines of at most `room` pixels. */
export interface Heading {
  readonly title: string[];
  readonly subtitle: string[];
}

/** Breaks a title and a subtitle into lines. */
export function headingOf(title: string, subtitle: string, room: number): Heading {
  return {
    title: wrapText(title, { size: SIZES.title, weight: "bold" }, room, 2),
    subtitle: wrapText(subtitle, { size: SIZES.subtitle }, room, 4),
  };
}

/** The heading of a chart: its title, then its note, its description and `more`. */
export function chartHeading({ title, about, marks }: Chart, room: number, more = ""): Heading {
  return headingOf(title, [marks.note ?? "", about, more].join(" "), room);
}

/** The height of a heading in Chart.js, whose line height is 1.2. */
export function headingHeight({ title, subtitle }: Heading): number {
  const under = subtitle.length === 0 ? 0 : subtitle.length * SIZES.subtitle * 1.2 + 12;
  return Math.ceil(title.length * SIZES.title * 1.2 + 6 + under);
}

/** The options of a picture: no animation, one locale, the charts' own font, title and subtitle at the left. */
export function optionsOf({ heading, rightMargin = MARGIN, scales, datasets = [] }: Picture<never>): Options {
  const block = (text: string[], font: Font, color: string, bottom: number) => {
    return { display: text.length > 0, text, align: "start", color, font, padding: { top: 0, bottom } } as const;
  };
  return {
    animation: false,
    responsive: false,
    locale: "en-US",
    color: TEXTS.ink,
    font: { family: FONT_FAMILY, size: SIZES.tick },
    layout: { padding: { top: MARGIN, left: MARGIN, bottom: MARGIN, right: rightMargin } },
    scales,
    plugins: {
      title: block(heading.title, { size: SIZES.title, weight: "bold" }, TEXTS.ink, 6),
      subtitle: block(heading.subtitle, { size: SIZES.subtitle }, TEXTS.grey, 12),
      tooltip: { enabled: false },
      legend: {
        display: datasets.length > 0,
        position: "top",
        align: "start",
        // Chart.js lists curves from the top one down.
        reverse: true,
        labels: {
          ...{
            padding: LEGEND_PADDING,
            color: TEXTS.ink,
            font: { size: SIZES.tick },
            usePointStyle: true,
            boxHeight: 8,
          },
          filter: ({ text }) => text !== "",
        },
      },
    },
  };
}

/** An axis of numbers from its first tick to its last, under this title. */
export function axisScale(title: string, { ticks, isLog }: Axis, tickLabel: (tick: number) => string): Scale {
  return {
    type: isLog ? "logarithmic" : "linear",
    min: ticks[0],
    max: ticks[ticks.length - 1],
    title: axisTitle(isLog ? `${title}, log scale` : title),
    grid: { color: SURFACE.grid, tickColor: SURFACE.frame },
    border: { color: SURFACE.frame },
    afterBuildTicks: (axis: { ticks: { value: number }[] }) => void (axis.ticks = ticks.map((value) => ({ value }))),
    ticks: {
      autoSkip: false,
      maxRotation: 0,
      color: TEXTS.ink,
      font: { size: SIZES.tick },
      callback: (tick: string | number) => tickLabel(Number(tick)),
    },
  } as Scale;
}

/** The title of an axis. */
export function axisTitle(text: string) {
  return { display: true, text, color: TEXTS.ink, font: { size: SIZES.axis } };
}

/** Axes of y below each other, the first one at the top, each with its share of the height. */
export function stacked(panels: readonly { id: string; scale: Scale; weight: number }[]): Record<string, Scale> {
  const gap = { type: "linear", ticks: { display: false }, grid: { display: false }, border: { display: false } };
  // Chart.js stacks from the bottom.
  const scales = panels.toReversed().flatMap(({ id, scale, weight }, i): [string, unknown][] => {
    const panel: [string, unknown] = [id, { ...scale, axis: "y", stack: "panels", stackWeight: weight }];
    return i === 0 ? [panel] : [[`gap${i}`, { ...gap, axis: "y", stack: "panels", stackWeight: 0.3 }], panel];
  });
  return Object.fromEntries(scales) as Record<string, Scale>;
}
