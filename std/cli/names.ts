/** One name, several, or none. */
export type Names = string | readonly string[] | undefined;

/** Every name of an option, mapped to its other names. */
export function aliasesOf(alias: Record<string, string | readonly string[]>): Map<string, readonly string[]> {
  const map = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(alias)) {
    const names = [key, ...list(value)];
    for (const name of names) map.set(name, names.filter((other) => other !== name));
  }
  return map;
}

/** The given names and all their aliases. */
export function nameSet(given: Names, aliases: Map<string, readonly string[]>): Set<string> {
  return new Set(list(given).flatMap((name) => [name, ...aliases.get(name) ?? []]));
}

function list(given: Names): readonly string[] {
  return given === undefined ? [] : typeof given === "string" ? [given] : given;
}
