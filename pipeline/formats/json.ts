/** JSON artifacts: indented, with a line feed at the end. Equal data in the same order has equal bytes. */
import { FormatError } from "../../core/errors.ts";
import { parseBoundedJson } from "../engine/store/bounded_json.ts";

/** The largest artifact is an evaluation of 256 classes: 256 x 256 counts, one per line. */
const MAX_BYTES = 1 << 24;

/** Serializes a value. */
export function encodeJson(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value, null, 2) + "\n");
}

/** Parses what `encodeJson` wrote, without checking its type. @throws FormatError, with `label`, if it is not JSON. */
export function decodeJson<T = unknown>(bytes: Uint8Array, label = "a JSON artifact"): T {
  if (bytes.length > MAX_BYTES) {
    throw new FormatError(`${label}: expected at most ${MAX_BYTES} bytes of JSON, but found ${bytes.length}.`);
  }
  try {
    return parseBoundedJson(new TextDecoder().decode(bytes), MAX_BYTES) as T;
  } catch (error) {
    throw new FormatError(`${label}: expected JSON, but ${(error as Error).message}.`);
  }
}
