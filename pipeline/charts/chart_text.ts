/**
 * Texts that fit: lines broken to a width, words cut with an ellipsis, numbers in one fixed notation (never the
 * machine's locale).
 */
import { measureWidth } from "./canvas.ts";
import { cssFont, type Heading, SIZES } from "./chart_theme.ts";

/** The text, or as much of it as fits into `maxWidth` pixels, ended by "…". */
export function fitText(text: string, font: string, maxWidth: number): string {
  if (measureWidth(text, font) <= maxWidth) return text;
  const letters = [...text];
  while (letters.length > 0 && measureWidth(letters.join("") + "…", font) > maxWidth) letters.pop();
  return letters.join("").trimEnd() + "…";
}

/** The largest whole font size up to `largest` in which each of the texts fits into `maxWidth` pixels; at least 1. */
export function fittingSize(
  texts: readonly string[],
  maxWidth: number,
  largest: number,
  weight: "normal" | "bold" = "normal",
): number {
  const widest = Math.max(0, ...[...new Set(texts)].map((text) => measureWidth(text, cssFont(100, weight))));
  return Math.max(1, Math.min(largest, Math.floor((100 * maxWidth) / Math.max(widest, 1))));
}

/** Breaks a text into lines of at most `maxWidth` pixels, and at most `maxLines`; what does not fit ends in "…". */
export function wrapText(text: string, font: string, maxWidth: number, maxLines = 2): string[] {
  const lines: string[] = [];
  const words = text.split(/\s+/).filter((word) => word !== "");
  while (words.length > 0) {
    if (lines.length === maxLines - 1) return [...lines, fitText(words.join(" "), font, maxWidth)];
    let taken = 1;
    while (taken < words.length && measureWidth(words.slice(0, taken + 1).join(" "), font) <= maxWidth) taken++;
    lines.push(fitText(words.splice(0, taken).join(" "), font, maxWidth));
  }
  return lines;
}

/** Title and subtitle of a chart, broken into lines of at most `room` pixels. */
export function heading(title: string, subtitle: string, room: number): Heading {
  return {
    title: wrapText(title, cssFont(SIZES.title, "bold"), room),
    subtitle: wrapText(subtitle, cssFont(SIZES.subtitle), room, 3),
  };
}

/** A share of 1 as a percentage, "96.74%"; "–" when there is none. */
export function formatPercent(share: number | null, digits = 2): string {
  return share === null || !Number.isFinite(share) ? "–" : `${(share * 100).toFixed(digits)}%`;
}

/** A whole number with groups of three digits, "10,000". */
export function formatCount(count: number): string {
  return Math.round(count).toFixed(0).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A count in at most four letters: "950", "9.9k", "120k", "1.0M". */
export function formatShortCount(count: number): string {
  if (count < 1000) return Math.round(count).toFixed(0);
  const [unit, letter] = count < 999_500 ? [1000, "k"] : [1_000_000, "M"];
  const value = count / unit;
  return value.toFixed(value < 9.95 ? 1 : 0) + letter;
}

/** A measured value with about four significant digits, "1.498"; very large and very small ones as "1.20e-7". */
export function formatValue(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9 || (size > 0 && size < 1e-4)) return value.toExponential(2);
  if (size >= 1000) return formatCount(value);
  return value.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 4);
}

/** The value of a tick, without the digits that rounding left behind: "0.2", "50", "20,000", "1e+8". */
export function formatTick(value: number): string {
  const plain = Number(value.toPrecision(9));
  if (Math.abs(plain) >= 1e7) return plain.toExponential().replace("e+", "e");
  return Number.isInteger(plain) ? formatCount(plain) : String(plain);
}
