/** A row of `deno task bench`: what was measured, the result, and the target. */
import type { Backend } from "../../core/tensor/backend.ts";
import type { Spread } from "../measure.ts";

/** One figure. */
export interface Row {
  what: string;
  spread: Spread;
  /** "ms", "µs", "s", "MB", "GB/s", "×", "GFLOP/s". */
  unit: string;
  /** The target of the median, in the same unit; null if there is none. */
  target: Target | null;
}

/** A bound for the median. */
export interface Target {
  bound: "most" | "least";
  value: number;
}

/** A group of figures, which `deno task bench NAME` measures alone. */
export interface Section {
  name: string;
  about: string;
  /** False if it takes so long, or needs so much, that it only runs by name. */
  byDefault: boolean;
  measure(settings: Settings): Promise<Row[]> | Row[];
}

/** What to measure, and how long. */
export interface Settings {
  /** Native kernels, if nothing else was asked for, on one thread. */
  backend: Backend;
  /** How often long measurements are repeated. */
  runs: number;
}

/** An upper bound. */
export function atMost(value: number): Target {
  return { bound: "most", value };
}

/** A lower bound. */
export function atLeast(value: number): Target {
  return { bound: "least", value };
}

/** Whether a figure meets its target; null if it has none. */
export function isMet({ spread, target }: Row): boolean | null {
  if (target === null) return null;
  return target.bound === "most" ? spread.median <= target.value : spread.median >= target.value;
}
