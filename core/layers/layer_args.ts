/** The arguments of layers: `linear(784,30)`, `dropout(p=0.2)`. Without zod, which would be most of a page's code. */
import { FormatError } from "../errors.ts";

/** One argument: a number, true or false, or one of several words. It is required if it has no default. */
export type ArgSpec =
  | {
    readonly type: "integer" | "number";
    /** The smallest and the largest value, and an exclusive upper bound. */
    readonly min?: number;
    readonly max?: number;
    readonly below?: number;
    readonly default?: number;
  }
  | { readonly type: "boolean"; readonly default?: boolean }
  | { readonly type: "word"; readonly values: readonly string[]; readonly default?: string };

/** A size, or a number of channels. */
export const POSITIVE_INTEGER = { type: "integer", min: 1 } as const;

/** The arguments of a layer by name, in their order in the text. */
export type ArgSpecs = Readonly<Record<string, ArgSpec>>;

type ValueOf = { integer: number; number: number; boolean: boolean; word: string };

/** The values of arguments, by name. */
export type ArgValues<A extends ArgSpecs> = { readonly [K in keyof A]: ValueOf[A[K]["type"]] };

/** The syntax of a layer, for messages: "linear(in,out)", "dropout(p=0.5)", "relu". */
export function usageOf(name: string, specs: ArgSpecs): string {
  const args = Object.entries(specs).map(([arg, { default: value }]) => value === undefined ? arg : `${arg}=${value}`);
  return args.length === 0 ? name : `${name}(${args.join(",")})`;
}

/**
 * The canonical text between the parentheses: arguments that equal their defaults are left out, and from the first
 * such one, or true or false, on they are written by name: "1,6,5,padding=2", "784,30,bias=false".
 */
export function argsText(specs: ArgSpecs, values: ArgValues<ArgSpecs>): string {
  const all = Object.entries(specs).map(([name, spec]) => ({
    name,
    value: values[name],
    isDefault: values[name] === spec.default,
  }));
  const firstNamed = all.findIndex(({ value, isDefault }) => isDefault || typeof value === "boolean");
  return all.flatMap(({ name, value, isDefault }, i) =>
    isDefault ? [] : [firstNamed >= 0 && firstNamed <= i ? `${name}=${value}` : `${value}`]
  ).join(",");
}

/** Parses the text between the parentheses. @throws FormatError that explains the error and the layer's syntax. */
export function parseArgs(layer: string, specs: ArgSpecs, given: string): ArgValues<ArgSpecs> {
  const names = Object.keys(specs);
  const fail = (what: string) => new FormatError(`${layer}(${given}): ${what}. Write ${usageOf(layer, specs)}.`);
  const texts = new Map<string, string>();
  const parts = given.trim() === "" ? [] : given.split(",");
  if (parts.length > names.length) throw fail("too many arguments");
  parts.forEach((part, i) => {
    const equals = part.indexOf("=");
    const name = equals < 0 ? names[i] : part.slice(0, equals).trim();
    if (!names.includes(name)) throw fail(`there is no argument "${name}"`);
    if (texts.has(name)) throw fail(`"${name}" is given twice`);
    texts.set(name, part.slice(equals + 1).trim());
  });
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => {
      const text = texts.get(name);
      const value = text === undefined ? spec.default : parseValue(spec, text);
      if (value !== undefined) return [name, value];
      throw fail(
        text === undefined ? `"${name}" is missing` : `"${name}" must be ${kindOf(spec, text)}, but is "${text}"`,
      );
    }),
  );
}

function parseValue(spec: ArgSpec, text: string): number | boolean | string | undefined {
  if (spec.type === "word") return spec.values.find((value) => value === text);
  if (spec.type === "boolean") return text === "true" ? true : text === "false" ? false : undefined;
  const { min = -Infinity, max = Number.MAX_SAFE_INTEGER, below = Infinity } = spec;
  const value = (spec.type === "integer" ? /^\d+$/ : /^[-+.\de]+$/i).test(text) ? Number(text) : NaN;
  return value >= min && value <= max && value < below ? value : undefined;
}

/** The valid values of an argument: "an integer of at least 1"; the limit of all numbers if a text is above it. */
function kindOf(spec: ArgSpec, text: string): string {
  if (spec.type === "boolean") return "true or false";
  if (spec.type === "word") return `one of ${spec.values.join(", ")}`;
  const limit = Number(text) > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : undefined;
  const max = spec.max ?? (spec.below === undefined ? limit : undefined);
  const bounds = Object.entries({ "of at least": spec.min, "at most": max, "below": spec.below });
  const bounded = bounds.filter(([, bound]) => bound !== undefined).map((bound) => bound.join(" ")).join(" and ");
  return `${spec.type === "integer" ? "an integer" : "a number"} ${bounded}`.trim();
}
