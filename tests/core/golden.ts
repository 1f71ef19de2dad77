/** The reference values in tests/golden. */

/** Reads a golden file. */
export function golden<T>(name: string): T {
  return JSON.parse(Deno.readTextFileSync(new URL(`../golden/${name}`, import.meta.url)));
}
