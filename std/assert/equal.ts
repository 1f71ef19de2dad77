import { isPrimitive, sameConstructor } from "./kind.ts";

/**
 * True when two values have the same structure: same prototypes, same own enumerable properties, same entries of maps and
 * sets. Numbers are compared like `Map` compares keys: NaN equals NaN and 0 equals -0.
 * @throws TypeError for a WeakMap or a WeakSet, whose entries cannot be seen.
 */
export function equal(a: unknown, b: unknown): boolean {
  return compare(a, b, new Map());
}

/** `seen` pairs the objects that are being compared further up, so that cycles end. */
function compare(a: unknown, b: unknown, seen: Map<unknown, unknown>): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  if (isPrimitive(a) || isPrimitive(b)) return false;
  if (typeof a === "function" || typeof b === "function" || !sameConstructor(a, b)) return false;
  if (a instanceof WeakMap || a instanceof WeakSet) {
    throw new TypeError(`cannot compare ${a.constructor.name} instances`);
  }
  if (seen.get(a) === b) return true;
  seen.set(a, b);
  if (a instanceof Date) return Object.is(a.getTime(), (b as Date).getTime());
  if (a instanceof RegExp || a instanceof URL) return String(a) === String(b);
  if (ArrayBuffer.isView(a)) return sameBuffers(a, b as ArrayBufferView);
  if (a instanceof ArrayBuffer) return sameBuffers(new Uint8Array(a), new Uint8Array(b as ArrayBuffer));
  if (a instanceof Set) return sameSets(a, b as Set<unknown>, seen);
  if (a instanceof Map) return sameMaps(a, b as Map<unknown, unknown>, seen);
  return sameProperties(a as object, b as object, seen);
}

function sameBuffers(a: ArrayBufferView, b: ArrayBufferView): boolean {
  if (a.byteLength !== b.byteLength) return false;
  if (a instanceof DataView) {
    return sameBuffers(
      new Uint8Array(a.buffer, a.byteOffset, a.byteLength),
      new Uint8Array(b.buffer, b.byteOffset, b.byteLength),
    );
  }
  const left = a as Uint8Array;
  const right = b as Uint8Array;
  for (let i = 0; i < left.length; i++) {
    if (left[i] !== right[i] && !(Number.isNaN(left[i]) && Number.isNaN(right[i]))) return false;
  }
  return true;
}

/** Compares with a fresh copy of `seen`: an attempt that fails must leave no pairs behind. */
function attempt(a: unknown, b: unknown, seen: Map<unknown, unknown>): boolean {
  return compare(a, b, new Map(seen));
}

function sameSets(a: Set<unknown>, b: Set<unknown>, seen: Map<unknown, unknown>): boolean {
  if (a.size !== b.size) return false;
  const left = [...b];
  for (const item of a) {
    const at = left.findIndex((other) => attempt(item, other, seen));
    if (at < 0) return false;
    left.splice(at, 1);
  }
  return true;
}

function sameMaps(a: Map<unknown, unknown>, b: Map<unknown, unknown>, seen: Map<unknown, unknown>): boolean {
  if (a.size !== b.size) return false;
  const left = [...b];
  for (const [key, value] of a) {
    const at = left.findIndex((other) => attempt(key, other[0], seen) && attempt(value, other[1], seen));
    if (at < 0) return false;
    left.splice(at, 1);
  }
  return true;
}

/** Own enumerable properties, symbols among them; and an error's message, which is not enumerable. */
function sameProperties(a: object, b: object, seen: Map<unknown, unknown>): boolean {
  const keys = ownKeys(a);
  if (keys.length !== ownKeys(b).length) return false;
  if (Array.isArray(a) && a.length !== (b as unknown[]).length) return false;
  if (a instanceof Error && a.message !== (b as Error).message) return false;
  return keys.every((key) =>
    Object.hasOwn(b, key) && compare(a[key as keyof typeof a], b[key as keyof typeof b], seen)
  );
}

function ownKeys(value: object): (string | symbol)[] {
  return Reflect.ownKeys(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key));
}
