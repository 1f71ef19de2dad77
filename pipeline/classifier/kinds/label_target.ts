/** What labels are: classes, or numbers to predict. Figures ask for it, and load no schemas. */
import type { Target } from "../../define/format.ts";

/** What the params of tensorize say that labels are. */
export function targetOf({ target }: { readonly target?: unknown } = {}): Target {
  return target === "number" ? "number" : "class";
}
