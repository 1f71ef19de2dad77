/**
 * `--assert`: a condition on figures that a comparison must satisfy, for continuous integration.
 *
 *     assertion = operand operator operand
 *     operator  = ">" | ">=" | "<" | "<=" | "==" | "!="
 *     operand   = number | number "%" | name "." figure
 *     name      = an experiment or its label (the mean over its seeds), or a run; in double quotes if it contains an
 *                 operator
 *
 * Names contain dots, and so do figures (`best.accuracy`): the figure is the longest suffix that is one.
 */
import { suggestion } from "../text/suggestion.ts";
import type { Comparison } from "./compare_runs.ts";
import { type Condition, holds, parseCondition, type Piece, typedNumber, wrong } from "./condition.ts";

/** An assertion and whether it holds. */
export interface Assertion {
  text: string;
  /** False as well when a side has no value. */
  holds: boolean;
  left: number | null;
  right: number | null;
}

/** Figures by the names of experiments and runs. */
type Figures = ReadonlyMap<string, Readonly<Record<string, number | null>>>;

/**
 * Evaluates an assertion.
 * @throws UsageError for wrong syntax and for unknown names; it points at the mistake.
 */
export function checkAssertion(text: string, compared: Compared): Assertion {
  const condition = parseCondition("assert", text, false);
  const [left, right] = [condition.left, condition.right].map((side) => valueOf(side, condition, compared));
  const both = left !== null && right !== null;
  return { text, holds: both && holds(left, condition.operator, right), left, right };
}

type Compared = Pick<Comparison, "groups" | "rows">;

function valueOf(side: Piece, condition: Condition, { groups, rows }: Compared): number | null {
  const number = typedNumber(side.text);
  if (number !== null) return number;
  const means = groups.map(({ name, label, metrics }) => {
    const entries = Object.entries(metrics).map(([figure, estimate]) => [figure, estimate?.mean ?? null]);
    return { name, label, figures: Object.fromEntries(entries) };
  });
  const named: Figures = new Map([
    ...means.map(({ label, figures }) => [label, figures] as const),
    ...rows.map(({ group, draw, metrics }) => [`${group}@seed=${draw}`, metrics] as const),
    ...rows.map(({ run, metrics }) => [run, metrics] as const),
    ...means.map(({ name, figures }) => [name, figures] as const),
  ]);
  const figures = [...new Set(rows.flatMap(({ metrics }) => Object.keys(metrics)))];
  const { name, figure } = parts(side, condition, figures, named);
  const own = named.get(name.text) ?? {};
  if (Object.hasOwn(own, figure.text)) return own[figure.text];
  if (!figures.includes(figure.text)) {
    throw wrong(condition, figure, `No run has a figure "${figure.text}". ${suggestion(figure.text, figures)}`);
  }
  const known = [...new Set([...groups.flatMap(({ name, label }) => [name, label]), ...rows.map(({ run }) => run)])];
  const message = `There is no experiment or run "${name.text}" in this comparison. ${suggestion(name.text, known)}`;
  throw wrong(condition, name, message);
}

/** Splits `two-layer.best.accuracy` into name and figure. */
function parts(side: Piece, condition: Condition, figures: readonly string[], named: Figures) {
  const quoted = /^"([^"]*)"\.(.+)$/.exec(side.text);
  if (quoted !== null) {
    const [, name, figure] = quoted;
    return { name: { text: name, at: side.at + 1 }, figure: { text: figure, at: side.at + name.length + 3 } };
  }
  const splits = [...side.text.matchAll(/(?<=.)\.(?=.)/g)].map(({ index }) => ({
    name: { text: side.text.slice(0, index), at: side.at },
    figure: { text: side.text.slice(index + 1), at: side.at + index + 1 },
  }));
  if (splits.length === 0) {
    throw wrong(condition, side, 'A number, or NAME.FIGURE as in "two-layer.accuracy", was expected here.');
  }
  // The longest figure first. If no split matches, the one with a known figure or name shows what is wrong.
  return splits.find(({ name, figure }) => Object.hasOwn(named.get(name.text) ?? {}, figure.text)) ??
    splits.find(({ figure }) => figures.includes(figure.text)) ??
    splits.findLast(({ name }) => named.has(name.text)) ?? splits[splits.length - 1];
}
