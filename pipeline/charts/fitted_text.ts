/**
 * Fitting text into a given width. Widths in DejaVu Sans are known without a canvas, so that text in SVG fits as well;
 * the other fonts that a viewer may use instead are narrower.
 */

/** Advance widths of the letters from space to "~", in thousandths of the font size, as the font's file has them. */
const REGULAR = [
  [318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636],
  [636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863],
  [748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635],
  [615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636],
  [337, 636, 838],
].flat();
const BOLD = [
  [348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696, 696, 696, 696],
  [696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372, 372, 775, 637, 995],
  [837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716],
  [678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712],
  [365, 712, 838],
].flat();

/** The assumed width of any other letter: that of the widest one in the charts' own texts. */
const OTHER = 1000;

/** A font: its size in pixels and its weight. */
export interface Font {
  readonly size: number;
  readonly weight?: "normal" | "bold";
}

/** The width in pixels of a text; never less than it is in DejaVu Sans for European letters. */
export function textWidth(text: string, { size, weight }: Font): number {
  const thousandths = [...text].reduce((sum, letter) => sum + thousandthsOf(letter, weight), 0);
  return (thousandths * size) / 1000;
}

function thousandthsOf(letter: string, weight: Font["weight"]): number {
  return (weight === "bold" ? BOLD : REGULAR)[letter.codePointAt(0)! - 32] ?? OTHER;
}

/** The text, or as much of it as fits into `room` pixels, with "…" for the rest; `from` is the end that is kept. */
export function fitText(text: string, font: Font, room: number, from: "start" | "end" = "start"): string {
  if (textWidth(text, font) <= room) return text;
  const letters = from === "start" ? [...text] : [...text].reverse();
  let [kept, thousandths] = [0, OTHER];
  for (; kept < letters.length; kept++) {
    thousandths += thousandthsOf(letters[kept], font.weight);
    if ((thousandths * font.size) / 1000 > room) break;
  }
  const fitting = letters.slice(0, kept);
  return from === "start" ? `${fitting.join("").trimEnd()}…` : `…${fitting.reverse().join("")}`;
}

/** The text, or as much of both of its ends as fits into `room` pixels, with "…" between them. */
export function fitEnds(text: string, font: Font, room: number): string {
  if (textWidth(text, font) <= room) return text;
  const half = (room + textWidth("…", font)) / 2;
  return fitText(text, font, half) + fitText(text, font, half, "end").slice(1);
}

/** The largest whole font size up to `largest` in which each of the texts fits into `room` pixels; at least 1. */
export function fittingSize(texts: readonly string[], room: number, largest: number, weight?: Font["weight"]): number {
  const widest = Math.max(1, ...texts.map((text) => textWidth(text, { size: 100, weight })));
  return Math.max(1, Math.min(largest, Math.floor((100 * room) / widest)));
}

/** Breaks a text at spaces into at most `most` lines that fit into `room` pixels; what does not fit ends in "…". */
export function wrapText(text: string, font: Font, room: number, most: number): string[] {
  const lines: string[] = [];
  const words = text.split(/\s+/).filter((word) => word !== "");
  while (words.length > 0) {
    if (lines.length === most - 1) return [...lines, fitText(words.join(" "), font, room)];
    let taken = 1;
    while (taken < words.length && textWidth(words.slice(0, taken + 1).join(" "), font) <= room) taken++;
    lines.push(fitText(words.splice(0, taken).join(" "), font, room));
  }
  return lines;
}
