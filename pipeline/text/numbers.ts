/** Numbers as people read them. */

export { bytesText } from "./bytes_text.ts";

/** 0.0421 → "42 ms", 6.24 → "6.2 s", 125 → "2 min 5 s". */
export function secondsText(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** 23860 → "23,860". */
export function countText(count: number): string {
  return count.toLocaleString("en-US");
}

/** 0.9671 → "96.71 %". */
export function percentText(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

/** A figure with 4 significant digits; "–" for one that is not there. */
export function figureText(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** "2026-11-25T12:40:07.123Z" → "2026-11-25 12:40:07 UTC". */
export function timeText(iso: string): string {
  return iso.replace(/^(.{10})T(.{8}).*$/, "$1 $2 UTC");
}
