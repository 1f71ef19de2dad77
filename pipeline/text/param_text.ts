/** Params as people read them. */

/** Params by path: `optimizer.lr` → 0.001. A list is one value; what is undefined is left out. */
export function flatParams(params: unknown, path = ""): [path: string, value: unknown][] {
  if (params === undefined) return [];
  if (typeof params !== "object" || params === null || Array.isArray(params)) return [[path, params]];
  return Object.entries(params).flatMap(([name, value]) => flatParams(value, path === "" ? name : `${path}.${name}`));
}

/** A value: a list by arrows, a word as it is; "–" for one that is not there. */
export function paramText(value: unknown): string {
  if (value === undefined) return "–";
  if (Array.isArray(value)) return value.map(paramText).join(" → ");
  return typeof value === "string" ? value : JSON.stringify(value);
}
