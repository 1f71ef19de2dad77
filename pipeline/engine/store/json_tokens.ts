/** Faults of valid JSON that JSON.parse does not report: a name that an object has twice, an integer that it rounds. */

/** A string, a bracket, a comma, a colon, or anything else between those. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/gs;

/** The first name that an object has twice, however spelled ("lr", "\u006cr"), and the offsets of both; or null. */
export function repeatedName(text: string): { name: string; first: number; again: number } | null {
  /** The names so far of each object around the token, and their offsets; null for a list. */
  const around: (Map<string, number> | null)[] = [];
  let before = "";
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const names = around.at(-1);
    if (token === "{" || token === "[") around.push(token === "{" ? new Map() : null);
    else if (token === "}" || token === "]") around.pop();
    else if (names && token.startsWith('"') && before !== ":") {
      const name: string = JSON.parse(token);
      const first = names.get(name);
      if (first !== undefined) return { name, first, again: index };
      names.set(name, index);
    }
    before = token;
  }
  return null;
}

/** The first integer that is read as another one, because no float64 holds it (2^53 + 1), and its offset; or null. */
export function roundedInteger(text: string): { integer: string; index: number } | null {
  for (const { 0: integer, index } of text.matchAll(TOKEN)) {
    if (/^-?\d{16,}$/.test(integer) && !isExact(integer)) return { integer, index };
  }
  return null;
}

/** True if the float64 is this integer, or is written with the same digits, as JSON.stringify does for 123e18. */
function isExact(integer: string): boolean {
  const value = Number(integer);
  return String(value) === integer || (Number.isFinite(value) && BigInt(value) === BigInt(integer));
}
