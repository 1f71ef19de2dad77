/** The shapes of parsed values, as data: what is in a cache may come from anybody. */
import { isJsonObject, parseBoundedJson } from "../store/bounded_json.ts";

/** Whether a value has a shape. */
export type Shape = (value: unknown) => boolean;

export const text: Shape = (value) => typeof value === "string";
export const number: Shape = (value) => typeof value === "number";
/** SHA-256 as hex digits. */
export const digest: Shape = (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);

/** One of several shapes. */
export const either = (...shapes: Shape[]): Shape => (value) => shapes.some((shape) => shape(value));
/** A field that may be left out. */
export const optional = (shape: Shape): Shape => either(shape, (value) => value === undefined);
export const list = (shape: Shape): Shape => (value) => Array.isArray(value) && value.every(shape);
/** An object whose fields all have names, and values, of these shapes. */
export const record = (name: Shape, shape: Shape): Shape => (value) =>
  isJsonObject(value) && Object.entries(value).every(([key, field]) => name(key) && shape(field));
/** An object with these fields; it can have others. */
export const object = (fields: Readonly<Record<string, Shape>>): Shape => {
  const shapes = Object.entries(fields);
  return (value) => isJsonObject(value) && shapes.every(([name, shape]) => shape(value[name]));
};

/** The value of a JSON text; null if it is not valid, too long, or has another shape. */
export function parsedAs<T>(json: string, maxCharacters: number, shape: Shape): T | null {
  try {
    const value = parseBoundedJson(json, maxCharacters);
    return shape(value) ? value as T : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
