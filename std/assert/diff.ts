import { inspect } from "node:util";

/** Longer values are cut in messages: a diff of thousands of elements helps nobody. */
const longest = 1000;

/** A value as text, properties in sorted order, one a line when it is long. */
export function format(value: unknown): string {
  return inspect(value, { depth: 20, sorted: true, maxArrayLength: longest, maxStringLength: null, breakLength: 80 });
}

/** The lines that differ between two values, `-` for the actual and `+` for the expected ones, with those around them. */
export function difference(actual: unknown, expected: unknown): string {
  const left = lines(actual);
  const right = lines(expected);
  const shorter = Math.min(left.length, right.length);
  let head = 0;
  while (head < shorter && left[head] === right[head]) head++;
  let tail = 0;
  while (tail < shorter - head && left.at(-1 - tail) === right.at(-1 - tail)) tail++;
  const before = left.slice(Math.max(0, head - 3), head).map((line) => `    ${line}`);
  const after = left.slice(left.length - tail).slice(0, 3).map((line) => `    ${line}`);
  const middle = [
    ...left.slice(head, left.length - tail).map((line) => `-   ${line}`),
    ...right.slice(head, right.length - tail).map((line) => `+   ${line}`),
  ];
  if (middle.length === 0) middle.push(`    (the first ${longest} elements look the same)`);
  return ["", "", "    [Diff] Actual / Expected", "", "", ...before, ...middle, ...after, ""].join("\n");
}

/** Arrays go one element a line, so that the diff points at the elements that differ. */
function lines(value: unknown): string[] {
  const list = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
  if (!list) return typeof value === "string" ? format(value).split("\\n") : format(value).split("\n");
  const items = Array.from(value as ArrayLike<unknown>).slice(0, longest);
  return [`${value.constructor.name}(${(value as ArrayLike<unknown>).length}) [`]
    .concat(items.flatMap((item) => `  ${format(item)},`.split("\n")), "]");
}
