/**
 * The shades of a heat map: one hue from near white to dark blue, so that order shows without telling hues apart.
 */

/** Colours at equal distances of the root of the share: light, Okabe and Ito's blue between, dark. */
const STOPS: readonly (readonly [number, number, number])[] = [[250, 251, 253], [166, 205, 230], [0, 114, 178], [
  0,
  50,
  92,
]];

/**
 * The shade of a share from 0 to 1. Shades follow the square root: of a class of 1000, ten wrong ones already stand out
 * from none.
 */
export function cellColour(share: number): string {
  return `rgb(${shade(share).join(", ")})`;
}

/**
 * The share from which white text is easier to read than black: there both have a contrast above 4.5 to 1 (WCAG 2.1,
 * AA), below it black has more, above it white.
 */
const WHITE_TEXT_FROM = 0.397;

/** Black or white, whichever is easier to read on the share's shade. */
export function cellTextColour(share: number): string {
  return share < WHITE_TEXT_FROM ? "#000000" : "#FFFFFF";
}

function shade(share: number): number[] {
  const place = Math.sqrt(Math.min(1, Math.max(0, share))) * (STOPS.length - 1);
  const lower = Math.min(Math.floor(place), STOPS.length - 2);
  return STOPS[lower].map((from, i) => Math.round(from + (STOPS[lower + 1][i] - from) * (place - lower)));
}
