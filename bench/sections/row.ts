/** A line of `deno task bench`: what was measured, how it went, and what was wanted. */
import type { Spread } from "../measure.ts";

/** One figure. */
export interface Row {
  what: string;
  spread: Spread;
  /** "ms", "µs", "s", "MB", "GB/s", "×", "GFLOP/s". */
  unit: string;
  /** What the median must be, in the same unit; null for a figure that only informs. */
  target: Target | null;
}

/** A bound for the median. */
export interface Target {
  bound: "most" | "least";
  value: number;
}

/** A group of figures, which `deno task bench NAME` measures by itself. */
export interface Section {
  name: string;
  about: string;
  /** False for one that takes so long, or needs so much, that it must be asked for by its name. */
  byDefault: boolean;
  measure(settings: Settings): Promise<Row[]> | Row[];
}

/** How long to measure. */
export interface Settings {
  /** How often what takes long is repeated. */
  runs: number;
}

/** At most so much. */
export function atMost(value: number): Target {
  return { bound: "most", value };
}

/** At least so much. */
export function atLeast(value: number): Target {
  return { bound: "least", value };
}

/** Whether a figure is what was wanted; null when nothing was. */
export function isMet({ spread, target }: Row): boolean | null {
  if (target === null) return null;
  return target.bound === "most" ? spread.median <= target.value : spread.median >= target.value;
}
