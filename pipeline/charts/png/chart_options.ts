/** The Chart.js options that all pictures share: headings, axes, legends. Plain data, no drawing. */
import type { ChartConfiguration } from "chart.js";
import type { Axis } from "../axis.ts";
import { type Font, wrapText } from "../fitted_text.ts";
import { type Chart } from "../marks.ts";
import { MARGIN, SIZES, SURFACE, TEXTS } from "../theme.ts";

/** What a chart is made of: the configuration that Chart.js takes. */
export type Config = ChartConfiguration<"line" | "scatter">;

/** The options of a chart's configuration. */
export type Options = NonNullable<Config["options"]>;

/** The options of an axis. */
export type Scale = NonNullable<Options["scales"]>[string];

/** The family under which the charts' own font is registered; no other font has this name. */
export const FONT_FAMILY = "Retrace Sans";

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
        color: TEXTS.grey,
        font: { size: SIZES.subtitle },
        padding: { top: 0, bottom: 12 },
      },
      legend: { display: false },
      tooltip: { enabled: false },
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

/** The look of the legend above a chart. */
export const LEGEND = {
  display: true,
  position: "top",
  align: "start",
} as const;

/** The look of the words in it. */
export const LEGEND_LABELS = { padding: 16, color: TEXTS.ink, font: { size: SIZES.tick } } as const;
