/** Checks values with zod, and says what is wrong: where, what was expected, what was found, and the nearest valid name. */
import type { z } from "zod";
import { nearest } from "../text/suggestion.ts";

/** One thing that is wrong with an experiment. */
export interface Problem {
  /** JSON path: `pipeline.train.epochs`. */
  path: string;
  message: string;
}

/** Nobody reads more problems than this, and a file can be made to have a hundred thousand. */
const MOST_ISSUES = 100;

/** What `schema` makes of `input`; or what `refuse` gives or throws for the problems, the first hundred of them. */
export function check<T>(schema: z.ZodType<T>, input: unknown, refuse: (problems: readonly Problem[]) => never): T {
  const { data, error } = schema.safeParse(input, { error: expectation });
  if (error === undefined) return data;
  const issues = error.issues.slice(0, MOST_ISSUES);
  return refuse(
    issues.filter((issue) => !issues.some((other) => isInside(other, issue)))
      .flatMap((issue) => problemsOfIssue(issue, input)),
  );
}

/** True when `other` says the same as `issue` of a place inside: of the layer, not of the whole model. */
function isInside(other: z.core.$ZodIssue, issue: z.core.$ZodIssue): boolean {
  return other.message === issue.message && other.path.length > issue.path.length &&
    issue.path.every((segment, i) => segment === other.path[i]);
}

function problemsOfIssue(issue: z.core.$ZodIssue, input: unknown): Problem[] {
  const { code, message } = issue;
  const path = issue.path.map(String);
  if (code === "unrecognized_keys") {
    return issue.keys.slice(0, MOST_ISSUES).map((key) => {
      const meant = nearest(key, message.split(", "));
      const advice = meant === null ? "" : `; did you mean "${meant}"?`;
      return { path: [...path, key].join("."), message: `unknown field${advice} (known fields: ${message})` };
    });
  }
  const found = shown(valueAt(input, path));
  // A custom sentence says everything itself; a custom phrase states a rule; anything else is what was expected.
  const text = code !== "custom"
    ? `expected ${message}, but found ${found}`
    : message.endsWith(".")
    ? message
    : `${message}; found ${found}`;
  return [{ path: path.join(".") || "the whole file", message: text }];
}

/** What a schema without a message of its own expects; of an object with unknown fields, the known ones. */
function expectation(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return TYPES[issue.expected as string] ?? issue.expected;
    case "too_small":
      return `${SIZES[issue.origin as string] ?? "a number"} ${
        issue.inclusive ? "at least" : "greater than"
      } ${issue.minimum}`;
    case "too_big":
      return `${SIZES[issue.origin as string] ?? "a number"} ${
        issue.inclusive ? "at most" : "less than"
      } ${issue.maximum}`;
    case "invalid_value":
      return alternatives(issue.values);
    case "invalid_union":
      return forms(issue.inst as z.ZodType, issue.discriminator);
    case "unrecognized_keys":
      return Object.keys((issue.inst as z.ZodObject).shape ?? {}).join(", ");
  }
}

/** What zod calls a type, in words. */
const TYPES: Record<string, string> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "an object",
  string: "a string",
};

/** What is too small or too big, unless it is a number: "a list of at least 1". */
const SIZES: Record<string, string> = { array: "a list of", string: "a string with a length of" };

/** The forms of a union: the values of the field that tells them apart, its own values, or else their types. */
function forms({ _zod: union, def }: z.ZodType, discriminator: unknown): string {
  const values = typeof discriminator === "string" ? union.propValues?.[discriminator] : union.values;
  if (values !== undefined) return alternatives([...values]);
  const types = (def as z.core.$ZodUnionDef).options.map((form) => TYPES[form._zod.def.type] ?? form._zod.def.type);
  return [...new Set(types)].join(" or ");
}

function alternatives(values: readonly unknown[]): string {
  return values.filter((value) => value !== undefined).map((value) => JSON.stringify(value)).join(" or ");
}

/** A value as messages show it: JSON, shortened. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value);
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** The value at a path; undefined where there is none. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((at, segment) => Object.hasOwn(Object(at), segment) ? Object(at)[segment] : undefined, value);
}
