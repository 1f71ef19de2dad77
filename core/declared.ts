/** Definitions: which kind each is, and what need not be written. */

/** A definition as it is written: without `source`, it is the module that exports it; without `about`, it has none. */
export type Written<D, Optional extends keyof D = never> =
  & Omit<D, "source" | "about" | Optional>
  & Partial<Pick<D, ("source" | "about" | Optional) & keyof D>>;

const LISTS = new WeakMap<object, string>();

/** Completes a definition, and records that it belongs to this list of a pipeline ("layers"). */
export function declared<D extends object>(list: string, definition: object): D {
  const complete = { source: "", about: "", ...definition };
  LISTS.set(complete, list);
  return complete as D;
}

/** The list that a value belongs to; null if it is no definition. */
export function listOf(value: unknown): string | null {
  return typeof value === "object" && value !== null ? LISTS.get(value) ?? null : null;
}
