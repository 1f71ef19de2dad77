/** Figures as people read them: with their intervals, and no more digits than those allow. */
import type { Metric } from "./compared_figures.ts";
import type { PairedTest, Verdict } from "./paired_test.ts";
import type { Value } from "./flat_params.ts";
import { type Estimate, halfWidth } from "./statistics.ts";

/** More places than float32 has in a value of 1. */
const MOST_PLACES = 6;

/** A single figure: "96.78 %", "404.1"; "–" where there is none. */
export function figureText(value: number | null | undefined, { form }: Pick<Metric, "form">): string {
  if (value === null || value === undefined) return "–";
  if (form === "percent") return `${(value * 100).toFixed(2)} %`;
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** Mean and half of the 95 % interval, to two digits of the latter: "96.77 ± 0.04 %", "404 ± 180". */
export function estimateText(estimate: Estimate | null | undefined, metric: Pick<Metric, "form">): string {
  if (estimate === null || estimate === undefined) return "–";
  const half = halfWidth(estimate);
  if (half === null) return figureText(estimate.mean, metric);
  if (half === 0) return figureText(estimate.mean, metric).replace(/^\S+/, "$& ± 0");
  const scale = metric.form === "percent" ? 100 : 1;
  const unit = metric.form === "percent" ? " %" : "";
  const places = placesOf(half * scale, metric.form === "percent" ? 2 : MOST_PLACES);
  if (Number((half * scale).toFixed(places)) === 0 && places === MOST_PLACES) {
    return `${Number((estimate.mean * scale).toPrecision(4))} ± ${Number((half * scale).toPrecision(2))}${unit}`;
  }
  return `${(estimate.mean * scale).toFixed(places)} ± ${(half * scale).toFixed(places)}${unit}`;
}

/** A difference with its sign and unit: "+6.80 points" of a percentage. */
export function differenceText(value: number | null, reach: number, { form }: Pick<Metric, "form">): string {
  if (value === null) return "–";
  const scaled = form === "percent" ? value * 100 : value;
  const places = placesOf(form === "percent" ? reach * 100 : reach, form === "percent" ? 2 : MOST_PLACES);
  const text = scaled.toFixed(places);
  return Number(text) > 0 ? `+${text}` : Number(text) === 0 ? text.replace("-", "") : text;
}

/** A probability: "0.031", "< 0.0001". */
export function probabilityText(p: number | null): string {
  if (p === null) return "–";
  return p < 0.0001 ? "< 0.0001" : p.toFixed(p < 0.01 ? 4 : 3);
}

/** A verdict in words. */
export function verdictText({ verdict, n }: Pick<PairedTest, "verdict" | "n">): string {
  const words: Record<Verdict, string> = {
    better: "better",
    worse: "worse",
    open: "no difference shown",
    same: "the same in every seed",
    "too few seeds": `not enough seeds: ${n} in common`,
  };
  return words[verdict];
}

/** A param's value: a list by arrows, a word as it is. */
export function paramText(value: Value | undefined): string {
  if (value === undefined) return "–";
  if (Array.isArray(value)) return value.map((entry) => paramText(entry)).join(" → ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The decimal places that show two digits of an uncertainty. */
function placesOf(uncertainty: number, most: number): number {
  if (uncertainty === 0) return Math.min(most, 4);
  return Math.min(most, Math.max(0, 1 - Math.floor(Math.log10(uncertainty))));
}
