/** Options with dots in their names are nested objects: `--a.b 1` is `{ a: { b: 1 } }`. */
type Nested = { [name: string]: unknown };

/** Sets the value under a name, or adds it to the list there. Names that would change a prototype set nothing. */
export function assign(result: Nested, name: string, value: unknown, collect: boolean): void {
  const path = name.split(".");
  const last = path.pop()!;
  let object = result;
  for (const part of path) {
    if (isOfPrototype(object, part)) return;
    object = (object[part] ??= {}) as Nested;
  }
  if (isOfPrototype(object, last)) return;
  const before = object[last];
  if (!collect) object[last] = value;
  else if (Array.isArray(before)) before.push(value);
  else object[last] = before ? [before, value] : [value];
}

/** Whether there is a value under a name. */
export function has(result: Nested, name: string): boolean {
  let object: unknown = result;
  for (const part of name.split(".")) {
    if (!Object.hasOwn(object as Nested, part)) return false;
    object = (object as Nested)[part];
  }
  return true;
}

function isOfPrototype(object: Nested, name: string): boolean {
  return name === "__proto__" || (name === "constructor" && typeof object[name] === "function");
}
