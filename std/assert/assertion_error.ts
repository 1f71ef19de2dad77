/** What every failed assertion throws. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

/** The end of a failure's first line: the caller's message when there is one. */
export function suffix(msg: string | undefined): string {
  return msg ? `: ${msg}` : ".";
}
