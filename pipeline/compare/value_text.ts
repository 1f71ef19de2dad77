/** Figures of comparisons as text: with their intervals, and no more digits than those allow. */
import type { FigureTerms } from "../define/terms.ts";
import { figureText } from "../text/numbers.ts";
import type { PairedTest, Verdict } from "./paired_test.ts";
import type { Estimate } from "./statistics.ts";

/** More decimal places than float32 has in a value of 1. */
const MAX_PLACES = 6;

type Form = Pick<FigureTerms, "form">;

/** Mean and half of the 95 % interval, to two digits of the latter: "96.77 ± 0.04 %", "404 ± 180". */
export function estimateText(estimate: Estimate | null | undefined, { form }: Form): string {
  if (!estimate?.interval) return figureText(estimate?.mean, form);
  const half = estimate.interval[1] - estimate.mean;
  if (half === 0) return figureText(estimate.mean, form).replace(/^\S+/, "$& ± 0");
  const { scale, max, unit } = scaleOf(form);
  const values = [estimate.mean * scale, half * scale];
  const places = placesOf(values[1], max);
  const isTiny = places === MAX_PLACES && Number(values[1].toFixed(places)) === 0;
  const texts = isTiny
    ? values.map((value, i) => Number(value.toPrecision(i === 0 ? 4 : 2)))
    : values.map((value) => value.toFixed(places));
  return texts.join(" ± ") + unit;
}

/** A difference with its sign, of percentages in points: "+6.80". `reach` is half of its interval. */
export function differenceText(value: number | null, reach: number, { form }: Form): string {
  if (value === null) return "–";
  const { scale, max } = scaleOf(form);
  const text = (value * scale).toFixed(placesOf(reach * scale, max));
  return Number(text) > 0 ? `+${text}` : Number(text) === 0 ? text.replace("-", "") : text;
}

/** A p value: "0.031", "< 0.0001". */
export function pValueText(p: number | null): string {
  if (p === null) return "–";
  return p < 0.0001 ? "< 0.0001" : p.toFixed(p < 0.01 ? 4 : 3);
}

/** A verdict as text. */
export function verdictText({ verdict, n }: Pick<PairedTest, "verdict" | "n">): string {
  const texts: Partial<Record<Verdict, string>> = {
    open: "no significant difference",
    same: "the same for every seed",
    "too few seeds": `not enough seeds: ${n} in common`,
    "no spread": `not testable: no measurable spread over ${n} seeds`,
    "not finite": "not testable: infinite, NaN or missing for a seed",
  };
  return texts[verdict] ?? verdict;
}

function scaleOf(form: FigureTerms["form"]): { scale: number; max: number; unit: string } {
  return form === "percent" ? { scale: 100, max: 2, unit: " %" } : { scale: 1, max: MAX_PLACES, unit: "" };
}

/** The decimal places that show two digits of an uncertainty. */
function placesOf(uncertainty: number, max: number): number {
  if (uncertainty === 0) return Math.min(max, 4);
  return Math.min(max, Math.max(0, 1 - Math.floor(Math.log10(uncertainty))));
}
