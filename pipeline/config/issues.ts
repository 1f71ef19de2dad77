/** Puts what zod found wrong into words: where, what was expected, what was found, and the nearest valid name. */
import type { z } from "zod";
import { nearest } from "./nearest.ts";

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

/** The problems in zod's error. `input` is what was checked, `schema` the experiment's JSON Schema. */
export function problemsOf(error: z.ZodError, input: unknown, schema: unknown): Problem[] {
  return error.issues.flatMap((issue) => problemsOfIssue(issue, input, schema as SchemaNode));
}

function problemsOfIssue(issue: z.core.$ZodIssue, input: unknown, schema: SchemaNode): Problem[] {
  const path = issue.path.map(String);
  const found = valueAt(input, path);
  if (issue.code === "unrecognized_keys") {
    const known = fieldsAt(schema, path, input);
    return issue.keys.map((key) => ({ path: [...path, key].join("."), message: unknownField(key, known) }));
  }
  return [{ path: path.join(".") || "the whole file", message: `${expectation(issue)}, but found ${inWords(found)}` }];
}

function unknownField(key: string, known: string[]): string {
  const meant = nearest(key, known);
  const fields = `known fields: ${known.join(", ")}`;
  return meant === null ? `unknown field (${fields})` : `unknown field; did you mean "${meant}"? (${fields})`;
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${withArticle(issue.expected === "int" ? "whole number" : issue.expected)}`;
    case "too_small":
      return `expected ${issue.origin === "array" ? "a list of" : "a number"} ${
        issue.inclusive ? "at least" : "greater than"
      } ${issue.minimum}`;
    case "too_big":
      return `expected a number ${issue.inclusive ? "at most" : "less than"} ${issue.maximum}`;
    case "invalid_value":
      return `expected ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}`;
    case "invalid_format":
      return `expected ${issue.message}`;
    case "invalid_union":
      return unionText(issue);
    default:
      return issue.message;
  }
}

/** A union is told apart by one field: "name" of an optimizer, "from" of a source. */
function unionText({ discriminator, options }: { discriminator?: string; options?: unknown }): string {
  if (discriminator === undefined || !Array.isArray(options)) return "expected one of the allowed forms";
  return `expected "${discriminator}" to be ${options.map((value) => JSON.stringify(value)).join(" or ")}`;
}

function withArticle(noun: string): string {
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`;
}

function inWords(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function valueAt(input: unknown, path: readonly string[]): unknown {
  return path.reduce((at, segment) => (at as Record<string, unknown> | null | undefined)?.[segment], input);
}

/** The fields that may stand at `path`; among alternatives, those of the one whose `name` or `from` was chosen. */
function fieldsAt(schema: SchemaNode, path: readonly string[], input: unknown): string[] {
  let node: SchemaNode | undefined = schema;
  let value = input;
  for (const segment of [...path, null]) {
    const alternatives: SchemaNode[] | undefined = node?.oneOf ?? node?.anyOf;
    if (alternatives) node = alternatives.find((one) => matches(one, value)) ?? alternatives[0];
    if (segment === null) break;
    node = node?.properties?.[segment] ?? node?.items;
    value = (value as Record<string, unknown> | undefined)?.[segment];
  }
  return Object.keys(node?.properties ?? {});
}

function matches(node: SchemaNode, value: unknown): boolean {
  return Object.entries(node.properties ?? {}).every(([name, field]) =>
    field.const === undefined || (value as Record<string, unknown>)[name] === field.const
  );
}
