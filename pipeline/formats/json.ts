/** JSON artifacts: indented, with a line feed at the end; equal data in the same order gives equal bytes. */
import { FormatError } from "../../core/errors.ts";
import { parseBoundedJson } from "../engine/store/bounded_json.ts";

/** The largest artifact is an evaluation of 256 classes: 256 x 256 counts, a line each. */
const MOST_BYTES = 1 << 24;

/** Writes a value. */
export function encodeJson(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value, null, 2) + "\n");
}

/**
 * Reads a value that `encodeJson` wrote. Its type is not checked.
 * @throws FormatError when the bytes are not JSON, or more than an artifact has; `label` names them.
 */
export function decodeJson<T = unknown>(bytes: Uint8Array, label = "a JSON artifact"): T {
  if (bytes.length > MOST_BYTES) {
    throw new FormatError(`${label}: expected at most ${MOST_BYTES} bytes of JSON, found ${bytes.length}.`);
  }
  try {
    return parseBoundedJson(new TextDecoder().decode(bytes), MOST_BYTES) as T;
  } catch (error) {
    throw new FormatError(`${label}: expected JSON, but ${(error as Error).message}.`);
  }
}
