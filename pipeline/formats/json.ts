/** JSON artifacts: indented, with a line feed at the end; equal data in equal order gives equal bytes. */

/** Writes a value. */
export function encodeJson(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value, null, 2) + "\n");
}

/** Reads a value that `encodeJson` wrote. */
export function decodeJson<T>(bytes: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(bytes));
}
