/** Figures of comparisons as people read them: with their intervals, and no more digits than those allow. */
import type { FigureTerms } from "../define/terms.ts";
import { figureText } from "../text/numbers.ts";
import type { PairedTest, Verdict } from "./paired_test.ts";
import { type Estimate, halfWidth } from "./statistics.ts";

/** More places than float32 has in a value of 1. */
const MOST_PLACES = 6;

type Form = Pick<FigureTerms, "form">;

/** Mean and half of the 95 % interval, to two digits of the latter: "96.77 ± 0.04 %", "404 ± 180". */
export function estimateText(estimate: Estimate | null | undefined, { form }: Form): string {
  if (estimate === null || estimate === undefined) return "–";
  const half = halfWidth(estimate);
  if (half === null) return figureText(estimate.mean, form);
  if (half === 0) return figureText(estimate.mean, form).replace(/^\S+/, "$& ± 0");
  const { scale, most, unit } = scaleOf(form);
  const places = placesOf(half * scale, most);
  if (Number((half * scale).toFixed(places)) === 0 && places === MOST_PLACES) {
    return `${Number((estimate.mean * scale).toPrecision(4))} ± ${Number((half * scale).toPrecision(2))}${unit}`;
  }
  return `${(estimate.mean * scale).toFixed(places)} ± ${(half * scale).toFixed(places)}${unit}`;
}

/** A difference with its sign, of percentages in points: "+6.80". `reach` is half of its interval. */
export function differenceText(value: number | null, reach: number, { form }: Form): string {
  if (value === null) return "–";
  const { scale, most } = scaleOf(form);
  const text = (value * scale).toFixed(placesOf(reach * scale, most));
  return Number(text) > 0 ? `+${text}` : Number(text) === 0 ? text.replace("-", "") : text;
}

/** A p value: "0.031", "< 0.0001". */
export function pValueText(p: number | null): string {
  if (p === null) return "–";
  return p < 0.0001 ? "< 0.0001" : p.toFixed(p < 0.01 ? 4 : 3);
}

/** A verdict in words. */
export function verdictText({ verdict, n }: Pick<PairedTest, "verdict" | "n">): string {
  const words: Record<Verdict, string> = {
    better: "better",
    worse: "worse",
    open: "no significant difference",
    same: "the same for every seed",
    "too few seeds": `not enough seeds: ${n} in common`,
  };
  return words[verdict];
}

function scaleOf(form: FigureTerms["form"]): { scale: number; most: number; unit: string } {
  return form === "percent" ? { scale: 100, most: 2, unit: " %" } : { scale: 1, most: MOST_PLACES, unit: "" };
}

/** The decimal places that show two digits of an uncertainty. */
function placesOf(uncertainty: number, most: number): number {
  if (uncertainty === 0) return Math.min(most, 4);
  return Math.min(most, Math.max(0, 1 - Math.floor(Math.log10(uncertainty))));
}
