/** Figures as people read them. */
import { countText, figureText as numberText, percentText } from "./numbers.ts";

/** A value by its figure's form: "96.71 %", "0.1234", "9,671"; "–" for one that is not there. */
export function figureText(value: unknown, form: "percent" | "number" | "count" | "detail"): string {
  if (typeof value !== "number") return "–";
  if (form === "percent") return percentText(value);
  return form === "count" ? countText(value) : numberText(value);
}
