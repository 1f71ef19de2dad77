/**
 * Colours for values on both sides of 0: blue below, white at 0, vermilion above, so that the sign shows to colour-blind
 * people too. The ends are Okabe and Ito's hues, darkened alike.
 */
import type { Paint } from "./draw_image.ts";

type Rgb = readonly [number, number, number];

const NEGATIVE: Rgb = [0, 82, 140];
const POSITIVE: Rgb = [176, 66, 0];
const WHITE: Rgb = [255, 255, 255];

/** The colour of a value between −`limit` and `limit`; values beyond have the end's colour, NaN is white. */
export function divergingPaint(limit: number): Paint {
  return (value) => {
    const share = limit > 0 && value === value ? Math.min(1, Math.abs(value) / limit) : 0;
    const end = value < 0 ? NEGATIVE : POSITIVE;
    return WHITE.map((from, i) => Math.round(from + (end[i] - from) * share)) as unknown as Rgb;
  };
}

/** The scale of a set of values: the size that 99.5 % of them do not exceed, so that a few do not pale all others. */
export function symmetricLimit(values: readonly Float32Array[]): number {
  const sizes = Float32Array.from(values.flatMap((one) => [...one]), Math.abs).filter(Number.isFinite).sort();
  return sizes.length === 0 ? 0 : sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * 0.995))];
}
