import { isBasic, isPrimitive, keysOf, samePrototype, sameValue, textOf } from "./kind.ts";

/**
 * True when two values have the same structure: same prototypes, same properties, same entries of maps and sets. Numbers
 * are compared as `Map` compares keys: NaN equals NaN and 0 equals -0.
 * @throws TypeError for a WeakMap or a WeakSet, whose entries cannot be seen.
 */
export function equal(a: unknown, b: unknown): boolean {
  return compare(a, b, new Map());
}

/** `seen` pairs the objects that have been compared, so that cycles end. */
function compare(a: unknown, b: unknown, seen: Map<unknown, unknown>): boolean {
  if (sameValue(a, b)) return true;
  if (isPrimitive(a) || isPrimitive(b) || typeof a === "function" || typeof b === "function") return false;
  if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime());
  if (!samePrototype(a!, b!)) return false;
  if (ArrayBuffer.isView(a) && !(a instanceof DataView)) return sameNumbers(a as Uint8Array, b as Uint8Array);
  if (a instanceof ArrayBuffer || a instanceof SharedArrayBuffer) {
    return sameNumbers(new Uint8Array(a), new Uint8Array(b as ArrayBuffer));
  }
  if (a instanceof WeakMap || a instanceof WeakSet) {
    throw new TypeError(`Cannot compare ${a instanceof WeakMap ? "WeakMap" : "WeakSet"} instances`);
  }
  if (a instanceof WeakRef) return compare(a.deref(), (b as WeakRef<WeakKey>).deref(), seen);
  if (seen.get(a) === b) return true;
  if (Object.keys(a!).length !== Object.keys(b!).length) return false;
  seen.set(a, b);
  if (isCollection(a) && isCollection(b)) return sameEntries(a, b, seen);
  const text = textOf(a!);
  return text === null ? sameProperties(a!, b!, seen) : text === String(b);
}

function sameNumbers(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((value, i) => sameValue(value, b[i]));
}

function isCollection(value: unknown): value is Map<unknown, unknown> | Set<unknown> {
  return value instanceof Map || value instanceof Set;
}

/** Whether each entry of one collection equals an entry of the other. Objects may be keys, so keys are compared too. */
function sameEntries(
  a: Map<unknown, unknown> | Set<unknown>,
  b: Map<unknown, unknown> | Set<unknown>,
  seen: Map<unknown, unknown>,
): boolean {
  if (a.size !== b.size) return false;
  if ([...a.keys()].every(isPrimitive)) {
    return [...a.keys()].every((key) =>
      b.has(key) && (a instanceof Set || compare(a.get(key), (b as Map<unknown, unknown>).get(key), seen))
    );
  }
  const entries = [...b.entries()];
  return [...a.entries()].every(([key, value]) =>
    entries.some(([otherKey, other]) =>
      compare(key, otherKey, seen) && ((key === value && otherKey === other) || compare(value, other, seen))
    )
  );
}

/** Own properties of plain objects and arrays; of instances also those that they inherit, getters among them. */
function sameProperties(a: object, b: object, seen: Map<unknown, unknown>): boolean {
  const keys = isBasic(a) ? Reflect.ownKeys({ ...a, ...b }) : [...new Set([...keysOf(a), ...keysOf(b)])];
  return keys.every((key) =>
    compare(a[key as keyof typeof a], b[key as keyof typeof b], seen) && (key in a) === (key in b)
  );
}
