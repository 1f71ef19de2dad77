/** True for everything but objects and functions. */
export function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== "object" && typeof value !== "function");
}

/** True when two objects are made by the same constructor; an object without prototype counts as a plain one. */
export function sameConstructor(a: unknown, b: unknown): boolean {
  return constructorOf(a) === constructorOf(b);
}

function constructorOf(value: unknown): unknown {
  return (value as object).constructor ?? Object;
}
