/** How values become colours: shares in shades of one hue, signed numbers in two hues, ranks in three. */
import type { Images } from "./marks.ts";

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** Colours at equal distances of the root of the share: light, Okabe and Ito's blue between, dark. */
export const SHARE_STOPS: readonly Rgb[] = [[250, 251, 253], [166, 205, 230], [0, 114, 178], [0, 50, 92]];

/** The shade of a share from 0 to 1, as CSS. It follows the root: ten wrong ones of 1000 stand out from none. */
export function shareShade(share: number): string {
  const place = Math.sqrt(Math.min(1, Math.max(0, share))) * (SHARE_STOPS.length - 1);
  const lower = Math.min(Math.floor(place), SHARE_STOPS.length - 2);
  return cssOf(mixed(SHARE_STOPS[lower], SHARE_STOPS[lower + 1], place - lower));
}

/** The share from which white text is more legible than black; both have a contrast above 4.5 to 1 there (WCAG AA). */
const WHITE_TEXT_FROM = 0.397;

/** Black or white, whichever is easier to read on the share's shade. */
export function textOnShade(share: number): string {
  return share < WHITE_TEXT_FROM ? "#000000" : "#FFFFFF";
}

const NEGATIVE: Rgb = [0, 82, 140];
const POSITIVE: Rgb = [176, 66, 0];
const WHITE: Rgb = [255, 255, 255];

/** The scale of signed numbers, from −1 through 0 to 1. */
export const SIGNED_STOPS: readonly Rgb[] = [NEGATIVE, WHITE, POSITIVE];

/** The shade of a value from −1 (blue) through 0 (white) to 1 (vermilion), or beyond; NaN is white. */
export function signedShade(value: number): Rgb {
  return mixed(WHITE, value < 0 ? NEGATIVE : POSITIVE, Math.min(1, Math.abs(value)) || 0);
}

/** The number of colours of ranks; pages/style.css has a class for each. */
export const RANKS = 8;

/** The colour of a rank from 0, the worst (ochre), through purple to RANKS − 1, the best (blue). */
export function rankShade(rank: number): Rgb {
  const place = 2 * rank / (RANKS - 1);
  return place < 1 ? mixed(OCHRE, PURPLE, place) : mixed(PURPLE, BLUE, place - 1);
}

const [OCHRE, PURPLE, BLUE]: Rgb[] = [[230, 159, 0], [204, 121, 167], [0, 114, 178]];

/** The colour of a pixel of an image; the canvas rounds and clamps it, and NaN becomes 0. */
export type Paint = (values: ArrayLike<number>, pixel: number) => Rgb;

/** The colours of images: grey or colours from 0 to 255, or a diverging scale from −`limit` to `limit`. */
export function paintOf(colours: Images["colours"]): Paint {
  if (colours === "grey") return (values, i) => [values[i], values[i], values[i]];
  if (colours === "rgb") return (values, i) => [values[3 * i], values[3 * i + 1], values[3 * i + 2]];
  const { limit } = colours;
  return (values, i) => signedShade(limit > 0 ? values[i] / limit : 0);
}

/** The magnitude that 99.5 % of the values do not exceed, so that a few outliers do not make all others pale. */
export function symmetricLimit(values: readonly Float32Array[]): number {
  const sizes = Float32Array.from(values.flatMap((one) => [...one]), Math.abs).filter(Number.isFinite).sort();
  return sizes.length === 0 ? 0 : sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * 0.995))];
}

/** A shade as CSS. */
export function cssOf(shade: Rgb): string {
  return `rgb(${shade.join(", ")})`;
}

function mixed(from: Rgb, to: Rgb, share: number): Rgb {
  return from.map((part, i) => Math.round(part + (to[i] - part) * share)) as unknown as Rgb;
}
