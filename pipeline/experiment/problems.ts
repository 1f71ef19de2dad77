/** Checks values with zod, and explains mistakes: where, what was expected and found, and a suggestion for a typo. */
import type { z } from "zod";
import { withoutSecrets } from "../text/secrets.ts";
import { nearest } from "../text/suggestion.ts";

/** A mistake in an experiment. */
export interface Problem {
  /** JSON path: `pipeline.train.epochs`. */
  path: string;
  message: string;
}

/** A malicious file can have a hundred thousand problems; more than this are not examined. */
const MAX_ISSUES = 100;

/** Parses `input` by `schema`. If it is invalid, the result is that of `reject`, which gets the first problems. */
export function check<T>(schema: z.ZodType<T>, input: unknown, reject: (problems: readonly Problem[]) => never): T {
  const { data, error } = schema.safeParse(input, { error: expectation });
  if (error === undefined) return data;
  const issues = error.issues.slice(0, MAX_ISSUES).flatMap(issuesOfForm).slice(0, MAX_ISSUES);
  return reject(
    issues.filter((issue) => !issues.some((other) => isInside(other, issue)))
      .flatMap((issue) => problemsOfIssue(issue, input)),
  );
}

/** For a union, the mistakes in its only form that has the type of the value; otherwise the issue itself. */
function issuesOfForm(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const isType = ({ code, path }: z.core.$ZodIssue) => code === "invalid_type" && path.length === 0;
  const forms = issue.errors.filter((form) => !form.some(isType));
  return forms.length === 1 ? forms[0].map((one) => ({ ...one, path: [...issue.path, ...one.path] })) : [issue];
}

/** True if `other` is the same problem at a deeper path: in a layer instead of the whole model. */
function isInside(other: z.core.$ZodIssue, issue: z.core.$ZodIssue): boolean {
  return other.message === issue.message && other.path.length > issue.path.length &&
    issue.path.every((segment, i) => segment === other.path[i]);
}

function problemsOfIssue(issue: z.core.$ZodIssue, input: unknown): Problem[] {
  const { code, message } = issue;
  const path = issue.path.map(String);
  if (code === "unrecognized_keys") {
    return issue.keys.slice(0, MAX_ISSUES).map((key) => {
      const meant = nearest(key, message.split(", "));
      const advice = meant === null ? "" : `; did you mean "${meant}"?`;
      return { path: [...path, key].join("."), message: `unknown field${advice} (available fields: ${message})` };
    });
  }
  const form = code === "invalid_union" ? meantForm(issue, valueAt(input, path)) : undefined;
  if (form !== undefined) {
    return form.flatMap((inner) => problemsOfIssue({ ...inner, path: [...issue.path, ...inner.path] }, input));
  }
  const value = valueAt(input, path);
  const meant = code === "invalid_value" || code === "invalid_union" ? meantValue(value, message) : null;
  const found = shown(value) + (meant === null ? "" : `; did you mean "${meant}"?`);
  // A custom message is a complete sentence or a rule; any other message is what was expected.
  const text = code !== "custom"
    ? `expected ${message}, but found ${found}`
    : message.endsWith(".")
    ? message
    : `${message}; found ${found}`;
  return [{ path: path.join(".") || "the whole file", message: text }];
}

/** What is wrong with the form of a union that was meant: an object by one of its fields, a text by its value. */
function meantForm({ errors }: z.core.$ZodIssueInvalidUnion, value: unknown): z.core.$ZodIssue[] | undefined {
  const isInside = ({ code, path }: z.core.$ZodIssue) => path.length > 0 || /^(custom|unrecognized_keys)$/.test(code);
  const [closest] = errors.filter((issues) => issues.some(isInside)).sort((a, b) => a.length - b.length);
  return closest ??
    errors.find(([{ code }]) => code === "invalid_value" && typeof value === "string");
}

/** What a schema without its own message expects; for an object with unknown fields, the fields it has. */
function expectation(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return (TYPES[issue.expected as string] ?? issue.expected) + namesIn(issue.inst);
    case "too_small":
      return `${sizeOf(issue)} ${issue.inclusive === false ? "greater than" : "at least"} ${issue.minimum}`;
    case "too_big":
      return `${sizeOf(issue)} ${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}`;
    case "invalid_value":
      return alternatives(issue.values);
    case "invalid_union":
      return forms(issue.inst as z.ZodType, issue.discriminator);
    case "unrecognized_keys":
      return Object.keys((issue.inst as z.ZodObject).shape ?? {}).join(", ");
  }
}

/** Descriptions of zod's types. */
const TYPES: Record<string, string> = {
  array: "a list",
  boolean: "true or false",
  enum: "a name",
  int: "an integer",
  number: "a number",
  object: "an object",
  string: "a string",
  union: "an object",
};

/** For objects that are told apart by a field, such as losses by their name: that field, and its values. */
function namesIn(schema: unknown): string {
  const { discriminator } = (schema as z.ZodType).def as { discriminator?: string };
  return discriminator === undefined ? "" : ` with "${discriminator}": ${forms(schema as z.ZodType, discriminator)}`;
}

/** What is too small or too big. */
function sizeOf({ origin }: z.core.$ZodRawIssue): string {
  return origin === "array" ? "a list of" : origin === "string" ? "a string with a length of" : "a number";
}

/** The forms of a union: the values of its discriminator, its own values, or their types. */
function forms({ _zod: union, def }: z.ZodType, discriminator: unknown): string {
  const values = typeof discriminator === "string" ? union.propValues?.[discriminator] : union.values;
  if (values !== undefined) return alternatives([...values]);
  const types = (def as z.core.$ZodUnionDef).options.map((form) => TYPES[form._zod.def.type] ?? form._zod.def.type);
  return [...new Set(types)].join(" or ");
}

function alternatives(values: readonly unknown[]): string {
  return values.filter((value) => value !== undefined).map((value) => JSON.stringify(value)).join(" or ");
}

/** Of the alternatives, the one that is most like a text. */
function meantValue(value: unknown, alternatives: string): string | null {
  const texts = alternatives.split(" or ").flatMap((one) => /^"(.*)"$/.exec(one)?.[1] ?? []);
  return typeof value === "string" ? nearest(value, texts) : null;
}

/** A value in messages: as JSON, shortened, without passwords. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value);
  // Of an address that is not valid, it is not known where a password ends.
  const text = withoutSecrets(JSON.stringify(value)).replace(/\/\/[^"]*@/g, "//…@");
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** The value at a path; undefined if there is none. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((at, segment) => Object.hasOwn(Object(at), segment) ? Object(at)[segment] : undefined, value);
}
