/**
 * Drawings as SVG: sharp at any size, small, with texts that can be searched and read aloud. The functions give markup;
 * every text in it is escaped. No drawing library is loaded.
 */
import { brokenText, cutText } from "./text_widths.ts";
import { MARGIN, SIZES, SURFACE, TEXTS } from "./chart_theme.ts";

/** DejaVu Sans where it is installed; every other family here is narrower. */
const FONTS = "'DejaVu Sans', Verdana, 'Bitstream Vera Sans', Geneva, Arial, sans-serif";

/** How a text looks; `align` says which of its ends is at x. */
export interface TextLook {
  size?: number;
  colour?: string;
  weight?: "normal" | "bold";
  align?: "left" | "center" | "right";
}

/** A whole drawing; `body` is drawn below the heading, its own y counted from there. */
export interface Drawing {
  title: string;
  subtitle: string;
  width: number;
  /** Height of the body. */
  height: number;
  body: string[];
}

const SUBTITLE_LINES = 4;
const LINE = { title: 24, subtitle: 17 };

/** Puts a drawing on white paper, title and subtitle above. */
export function svgOf({ title, subtitle, width, height, body }: Drawing): string {
  const room = width - 2 * MARGIN;
  const lines = brokenText(subtitle, room, SIZES.subtitle, SUBTITLE_LINES);
  const top = MARGIN + LINE.title + lines.length * LINE.subtitle + 18;
  const total = top + height + MARGIN;
  const heading = cutText(title, room, SIZES.title, "bold");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}" ` +
    `role="img" font-family="${FONTS}">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(subtitle)}</desc>`,
    `<rect width="${width}" height="${total}" fill="${SURFACE.paper}"/>`,
    textAt(MARGIN, MARGIN + 10, heading, { size: SIZES.title, weight: "bold" }),
    ...lines.map((line, i) =>
      textAt(MARGIN, MARGIN + LINE.title + 12 + i * LINE.subtitle, line, { size: SIZES.subtitle, colour: TEXTS.muted })
    ),
    `<g transform="translate(0 ${top})">`,
    ...body,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

/** A line of text, its middle at height y. */
export function textAt(x: number, y: number, text: string, look: TextLook = {}): string {
  const { size = SIZES.note, colour = TEXTS.ink, weight = "normal", align = "left" } = look;
  const anchor = { left: "", center: ' text-anchor="middle"', right: ' text-anchor="end"' }[align];
  const bold = weight === "bold" ? ' font-weight="bold"' : "";
  // The baseline lies about a third of the font size below the middle of its letters.
  const baseline = rounded(y + size * 0.36);
  return `<text x="${rounded(x)}" y="${baseline}" font-size="${size}" fill="${colour}"${anchor}${bold}>` +
    `${escaped(text)}</text>`;
}

/** A box with round corners. */
export function boxAt(
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
  { fill, stroke, radius = 6, line = 1.5 }: { fill: string; stroke: string; radius?: number; line?: number },
): string {
  return `<rect x="${rounded(x)}" y="${rounded(y)}" width="${rounded(width)}" height="${rounded(height)}" ` +
    `rx="${radius}" fill="${fill}" stroke="${stroke}" stroke-width="${line}"/>`;
}

/** A place in a drawing. */
export type Place = readonly [x: number, y: number];

/** An arrow along straight lines through these places, its head at the last one. */
export function arrowAlong(
  places: readonly Place[],
  { colour, dashed = false }: { colour: string; dashed?: boolean },
): string {
  const [from, to] = places.slice(-2);
  const length = Math.sqrt((to[0] - from[0]) ** 2 + (to[1] - from[1]) ** 2);
  const [dx, dy] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
  const [head, half] = [9, 4.5];
  const back: Place = [to[0] - dx * head, to[1] - dy * head];
  // The line ends inside the head, so that it does not blunt the tip.
  const line = [...places.slice(0, -1), [back[0] + dx, back[1] + dy] as const];
  const sides: Place[] = [to, [back[0] - dy * half, back[1] + dx * half], [back[0] + dy * half, back[1] - dx * half]];
  return `<path d="${pathOf(line)}" fill="none" stroke="${colour}" stroke-width="1.6" stroke-linejoin="round"` +
    `${dashed ? ' stroke-dasharray="5 3"' : ""}/>` +
    `<path d="${pathOf(sides)}Z" fill="${colour}"/>`;
}

function pathOf(places: readonly Place[]): string {
  return places.map(([x, y], i) => `${i === 0 ? "M" : "L"}${rounded(x)} ${rounded(y)}`).join("");
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A text as markup has it. Letters that XML forbids are left out. */
export function escaped(text: string): string {
  // deno-lint-ignore no-control-regex -- these are the letters in question.
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
