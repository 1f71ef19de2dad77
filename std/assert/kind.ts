/** True for everything but objects and functions. */
export function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== "object" && typeof value !== "function");
}

/** Whether two values are the same as keys of a map. */
export function sameValue(a: unknown, b: unknown): boolean {
  return a === b || Object.is(a, b);
}

/** Whether two objects have the same prototype; an object without one counts as a plain one. */
export function samePrototype(a: object, b: object): boolean {
  const [left, right] = [a, b].map((value) => Object.getPrototypeOf(value) ?? Object.prototype);
  return left === right;
}

/** Whether an object is a plain one or an array. */
export function isBasic(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || prototype === Array.prototype;
}

/** All property keys, own and inherited ones, except those of every object or array. */
export function keysOf(value: object): Set<string | symbol> {
  const keys = new Set<string | symbol>();
  for (let at: object | null = value; at !== null; at = Object.getPrototypeOf(at)) {
    if (at === Object.prototype || at === Array.prototype) break;
    for (const key of Reflect.ownKeys(at)) keys.add(key);
  }
  return keys;
}

/** Classes whose instances are equal if they are written alike. */
const WRITTEN_ALIKE = new Set([
  ...[Intl.Locale, RegExp, URL, URLSearchParams],
  ...[Temporal.Duration, Temporal.Instant, Temporal.PlainDate, Temporal.PlainDateTime, Temporal.PlainTime],
  ...[Temporal.PlainYearMonth, Temporal.PlainMonthDay, Temporal.ZonedDateTime],
].map(({ prototype }) => prototype as object));

/** The text that identifies an instance of such a class; null for other objects. */
export function textOf(value: object): string | null {
  return WRITTEN_ALIKE.has(Object.getPrototypeOf(value)) ? String(value) : null;
}
