/** Params as text for people. */

/** Params by path: `optimizer.lr` → 0.001. A list is one value; undefined ones are omitted. */
export function flatParams(params: unknown, path = ""): [path: string, value: unknown][] {
  if (params === undefined) return [];
  if (typeof params !== "object" || params === null || Array.isArray(params)) return [[path, params]];
  return Object.entries(params).flatMap(([name, value]) => flatParams(value, path === "" ? name : `${path}.${name}`));
}

/** A value as text: lists with arrows, strings without quotes, digests cut, "–" for undefined. */
export function paramText(value: unknown): string {
  if (value === undefined) return "–";
  if (Array.isArray(value)) return value.map(paramText).join(" → ");
  return typeof value === "string" ? digestText(value) : JSON.stringify(value);
}

/** A text with the starts of the digests in it, which tell them from others: "cc9aac05aa…". */
export function digestText(text: string): string {
  return text.replaceAll(/\b([0-9a-f]{10})[0-9a-f]{30,}\b/g, "$1…");
}
