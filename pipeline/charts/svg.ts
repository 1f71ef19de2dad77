/**
 * Drawings as SVG: sharp at any size, small, with text that can be searched and read aloud. Colours are set twice: as
 * attributes, for SVG files, and as classes, which pages style for light and dark. All text is escaped.
 */
import { fitText, wrapText } from "./fitted_text.ts";
import type { Chart, Drawing } from "./marks.ts";
import { type Colour, MARGIN, MARKS, SIZES, SURFACE, TEXTS } from "./theme.ts";
import { escaped } from "../text/markup.ts";

/** DejaVu Sans where it is installed; every other family here is narrower. */
const FONTS = "'DejaVu Sans', Verdana, 'Bitstream Vera Sans', Geneva, Arial, sans-serif";
const SUBTITLE_LINES = 4;
const LINE = { title: 24, subtitle: 17 };

/** A drawing as a file: on white paper, title and subtitle above. */
export function svgOf({ title, about }: Chart, { note = "", size, body }: Drawing): string {
  const room = size.width - 2 * MARGIN;
  const subtitle = `${note} ${about}`.trim();
  const lines = wrapText(subtitle, { size: SIZES.subtitle }, room, SUBTITLE_LINES);
  const top = MARGIN + LINE.title + lines.length * LINE.subtitle + 18;
  const height = top + size.height + MARGIN;
  const heading = fitText(title, { size: SIZES.title, weight: "bold" }, room);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${height}" ` +
    `viewBox="0 0 ${size.width} ${height}" role="img" font-family="${FONTS}">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(subtitle)}</desc>`,
    `<rect width="${size.width}" height="${height}" fill="${SURFACE.paper}"/>`,
    textAt(MARGIN, MARGIN + 10, heading, { size: SIZES.title, weight: "bold" }),
    ...lines.map((line, i) =>
      textAt(MARGIN, MARGIN + LINE.title + 12 + i * LINE.subtitle, line, { size: SIZES.subtitle, colour: "grey" })
    ),
    `<g transform="translate(0 ${top})">`,
    body,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

/** How a text looks; `align` says which of its ends is at x. */
export interface TextLook {
  readonly size?: number;
  readonly colour?: Colour;
  readonly weight?: "normal" | "bold";
  readonly align?: "left" | "center" | "right";
}

/** A line of text, its middle at height y. */
export function textAt(x: number, y: number, text: string, look: TextLook = {}): string {
  const { size = SIZES.note, colour = "ink", weight = "normal", align = "left" } = look;
  const anchor = { left: "", center: ' text-anchor="middle"', right: ' text-anchor="end"' }[align];
  const bold = weight === "bold" ? ' font-weight="bold"' : "";
  // The baseline lies about a third of the font size below the middle of its letters.
  const baseline = rounded(y + size * 0.36);
  return `<text class="${colour}" x="${rounded(x)}" y="${baseline}" font-size="${size}" fill="${TEXTS[colour]}"` +
    `${anchor}${bold}>${escaped(text)}</text>`;
}

/** A box with round corners, in a tint of its colour. */
export function boxAt(
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
  colour: Colour,
  radius = 6,
): string {
  const size = `width="${rounded(width)}" height="${rounded(height)}" rx="${radius}"`;
  const look = `fill="${MARKS[colour]}" fill-opacity="0.08" stroke="${MARKS[colour]}" stroke-width="1.5"`;
  return `<rect class="${colour}" x="${rounded(x)}" y="${rounded(y)}" ${size} ${look}/>`;
}

/** A place in a drawing. */
export type Place = readonly [x: number, y: number];

/** An arrow along straight lines through these places, its head at the last one. */
export function arrowAlong(places: readonly Place[], colour: Colour, dashed = false): string {
  const [from, to] = places.slice(-2);
  const length = Math.sqrt((to[0] - from[0]) ** 2 + (to[1] - from[1]) ** 2);
  const [dx, dy] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
  const [head, half] = [9, 4.5];
  const back: Place = [to[0] - dx * head, to[1] - dy * head];
  // The line ends inside the head, so that it does not blunt the tip.
  const line = [...places.slice(0, -1), [back[0] + dx, back[1] + dy] as const];
  const sides: Place[] = [to, [back[0] - dy * half, back[1] + dx * half], [back[0] + dy * half, back[1] - dx * half]];
  return `<path class="${colour} line" d="${pathOf(line)}" fill="none" stroke="${MARKS[colour]}" stroke-width="1.6" ` +
    `stroke-linejoin="round"${dashed ? ' stroke-dasharray="5 3"' : ""}/>` +
    `<path class="${colour}" d="${pathOf(sides)}Z" fill="${MARKS[colour]}"/>`;
}

function pathOf(places: readonly Place[]): string {
  return places.map(([x, y], i) => `${i === 0 ? "M" : "L"}${rounded(x)} ${rounded(y)}`).join("");
}

/** A length in pixels, to a tenth. */
export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
