/**
 * `--assert`: a condition on figures that a comparison must satisfy, for continuous integration.
 *
 *     assertion = operand operator operand
 *     operator  = ">" | ">=" | "<" | "<=" | "==" | "!="
 *     operand   = number | number "%" | name "." figure
 *     name      = an experiment, which stands for the mean over its seeds, or a run; in double quotes where it contains
 *                 an operator's characters
 *
 * Names contain dots, and so do figures (`best.accuracy`): the figure is the longest suffix that is one.
 */
import { suggestion } from "../text/suggestion.ts";
import { type Condition, holds, parseCondition, type Piece, typedNumber, wrong } from "./condition.ts";
import type { ComparedRun, SeedGroup } from "./groups.ts";

/** An assertion and whether it holds. */
export interface Assertion {
  text: string;
  /** False as well when a side has no value. */
  holds: boolean;
  left: number | null;
  right: number | null;
}

/** What assertions may name. */
interface Compared {
  groups: readonly SeedGroup[];
  rows: readonly ComparedRun[];
}

/**
 * Evaluates an assertion.
 * @throws UsageError for wrong syntax and for unknown names; it points at the place.
 */
export function checkAssertion(text: string, compared: Compared): Assertion {
  const condition = parseCondition("assert", text, false);
  const [left, right] = [condition.left, condition.right].map((side) => valueOf(side, condition, compared));
  const both = left !== null && right !== null;
  return { text, holds: both && holds(left, condition.operator, right), left, right };
}

function valueOf(side: Piece, condition: Condition, compared: Compared): number | null {
  const number = typedNumber(side.text);
  if (number !== null) return number;
  const figures = [...new Set(compared.rows.flatMap(({ metrics }) => Object.keys(metrics)))];
  const { name, figure } = parts(side, condition, figures, compared);
  const value = lookUp(name.text, figure.text, compared);
  if (value !== undefined) return value;
  if (!figures.includes(figure.text)) {
    throw wrong(condition, figure, `No run has a figure "${figure.text}". ${suggestion(figure.text, figures)}`);
  }
  const known = [...new Set([...compared.groups, ...compared.rows].map((one) => "name" in one ? one.name : one.run))];
  throw wrong(
    condition,
    name,
    `There is no experiment or run "${name.text}" in this comparison. ${suggestion(name.text, known)}`,
  );
}

/** Splits `two-layer.best.accuracy` into name and figure. */
function parts(
  side: Piece,
  condition: Condition,
  figures: readonly string[],
  compared: Compared,
): { name: Piece; figure: Piece } {
  const quoted = /^"([^"]*)"\.(.+)$/.exec(side.text);
  if (quoted !== null) {
    const [, name, figure] = quoted;
    return { name: { text: name, at: side.at + 1 }, figure: { text: figure, at: side.at + name.length + 3 } };
  }
  const dots = [...side.text.matchAll(/\./g)].map(({ index }) => index)
    .filter((dot) => dot > 0 && dot < side.text.length - 1);
  if (dots.length === 0) {
    throw wrong(condition, side, 'A number, or NAME.FIGURE as in "two-layer.accuracy", was expected here.');
  }
  const split = (dot: number) => ({
    name: { text: side.text.slice(0, dot), at: side.at },
    figure: { text: side.text.slice(dot + 1), at: side.at + dot + 1 },
  });
  // The longest figure first. Where no split fits, the one with a known figure or name tells what is wrong.
  const splits = dots.map(split);
  return splits.find(({ name, figure }) => lookUp(name.text, figure.text, compared) !== undefined) ??
    splits.find(({ figure }) => figures.includes(figure.text)) ??
    splits.findLast(({ name }) => lookUp(name.text, null, compared) !== undefined) ??
    splits[splits.length - 1];
}

/** The figure of an experiment (its mean) or of a run; undefined when there is no such name or figure. */
function lookUp(name: string, figure: string | null, { groups, rows }: Compared): number | null | undefined {
  const group = groups.find((one) => one.name === name);
  if (group !== undefined) {
    if (figure === null) return null;
    return Object.hasOwn(group.metrics, figure) ? group.metrics[figure]?.mean ?? null : undefined;
  }
  const run = rows.find((one) => one.run === name) ?? rows.find((one) => `${one.group}@seed=${one.draw}` === name);
  if (run === undefined) return undefined;
  if (figure === null) return null;
  return Object.hasOwn(run.metrics, figure) ? run.metrics[figure] : undefined;
}
