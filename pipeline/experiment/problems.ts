/** Puts what zod found wrong into words: where, what was expected, what was found, and the nearest valid name. */
import type { z } from "zod";
import { nearest } from "../text/suggestion.ts";

/** One thing that is wrong with an experiment. */
export interface Problem {
  /** JSON path: `pipeline.train.epochs`. */
  path: string;
  message: string;
}

/** What a place in an experiment may hold, as JSON Schema says it. */
interface SchemaNode {
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  anyOf?: SchemaNode[];
  oneOf?: SchemaNode[];
  const?: unknown;
}

/** Nobody reads more problems than this, and a file can be made to have a hundred thousand. */
const MOST_ISSUES = 100;

/**
 * The problems in zod's error, or the first of them where there are hundreds. `input` is what was checked, `schema` the
 * experiment's JSON Schema.
 */
export function problemsOf({ issues }: z.ZodError, input: unknown, schema: unknown): Problem[] {
  const first = issues.slice(0, MOST_ISSUES);
  return first.filter((issue) => !first.some((other) => saysMore(other, issue)))
    .flatMap((issue) => problemsOfIssue(issue, input, schema as SchemaNode));
}

/** True when `other` says the same as `issue` of a place inside: of the layer, not of the whole model. */
function saysMore(other: z.core.$ZodIssue, issue: z.core.$ZodIssue): boolean {
  return other.message === issue.message && other.path.length > issue.path.length &&
    issue.path.every((segment, i) => segment === other.path[i]);
}

function problemsOfIssue(issue: z.core.$ZodIssue, input: unknown, schema: SchemaNode): Problem[] {
  const path = issue.path.map(String);
  const found = valueAt(input, path);
  if (issue.code === "unrecognized_keys") {
    const known = fieldsAt(schema, path, input);
    return issue.keys.slice(0, MOST_ISSUES).map((key) => ({
      path: [...path, key].join("."),
      message: unknownField(key, known),
    }));
  }
  return [{ path: path.join(".") || "the whole file", message: messageOf(issue, found, path, input, schema) }];
}

function messageOf(
  issue: z.core.$ZodIssue,
  found: unknown,
  path: readonly string[],
  input: unknown,
  schema: SchemaNode,
): string {
  if (issue.code === "custom") {
    // A whole sentence comes from core and names what it found; a phrase comes from a param's rule.
    return issue.message.endsWith(".") ? issue.message : `${issue.message}; found ${inWords(found)}`;
  }
  const expected = issue.code === "invalid_union" ? choices(path, input, schema) : expectation(issue);
  return `expected ${expected}, but found ${inWords(found)}`;
}

function unknownField(key: string, known: string[]): string {
  const meant = nearest(key, known);
  const fields = `known fields: ${known.join(", ")}`;
  return meant === null ? `unknown field (${fields})` : `unknown field; did you mean "${meant}"? (${fields})`;
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return TYPES[issue.expected] ?? issue.expected;
    case "too_small":
      return `${kindOf(issue.origin)} ${issue.inclusive ? "at least" : "greater than"} ${issue.minimum}`;
    case "too_big":
      return `${kindOf(issue.origin)} ${issue.inclusive ? "at most" : "less than"} ${issue.maximum}`;
    case "invalid_value":
      return issue.values.map((value) => JSON.stringify(value)).join(" or ");
    default:
      return issue.message;
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

/** What is too small or too big: "a list of at least 1". */
function kindOf(origin: string): string {
  if (origin === "array") return "a list of";
  return origin === "string" ? "a string with a length of" : "a number";
}

/** The forms of a union are told apart by one field, the last of the path: "name" of an optimizer, "from" of a source. */
function choices(path: readonly string[], input: unknown, schema: SchemaNode): string {
  const union = nodeAt(schema, path.slice(0, -1), input);
  const values = alternativesOf(union).map((form) => form.properties?.[path[path.length - 1]]?.const);
  return values.map((value) => JSON.stringify(value)).join(" or ");
}

/** A value as a message shows it: JSON, not too long. */
export function inWords(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value);
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function valueAt(input: unknown, path: readonly string[]): unknown {
  return path.reduce((at, segment) => (at as Record<string, unknown> | null | undefined)?.[segment], input);
}

/** The fields that may stand at `path`; among alternatives, those of the one whose `name` or `from` was chosen. */
function fieldsAt(schema: SchemaNode, path: readonly string[], input: unknown): string[] {
  const node = chosen(nodeAt(schema, path, input), valueAt(input, path));
  return Object.keys(node?.properties ?? {});
}

function nodeAt(schema: SchemaNode, path: readonly string[], input: unknown): SchemaNode | undefined {
  return path.reduce<SchemaNode | undefined>((node, segment, depth) => {
    const form = chosen(node, valueAt(input, path.slice(0, depth)));
    return form?.properties?.[segment] ?? form?.items;
  }, schema);
}

/** The alternative that `value` has the form of; a node without alternatives itself. */
function chosen(node: SchemaNode | undefined, value: unknown): SchemaNode | undefined {
  const alternatives = alternativesOf(node);
  return alternatives.find((one) => matches(one, value)) ?? alternatives[0] ?? node;
}

function alternativesOf(node: SchemaNode | undefined): SchemaNode[] {
  return node?.oneOf ?? node?.anyOf ?? [];
}

function matches(node: SchemaNode, value: unknown): boolean {
  return Object.entries(node.properties ?? {}).every(([name, field]) =>
    field.const === undefined || (value as Record<string, unknown>)[name] === field.const
  );
}
