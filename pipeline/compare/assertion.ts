/**
 * `--assert`: a condition on figures that a comparison must satisfy, for continuous integration.
 *
 *     assertion = operand operator operand
 *     operator  = ">" | ">=" | "<" | "<=" | "==" | "!="
 *     operand   = number | number "%" | name "." figure
 *     name      = an experiment or its label (the mean over its seeds), or a run; in double quotes if it contains an
 *                 operator
 *
 * Names contain dots, and so do figures (`validation.accuracy`): the figure is the longest suffix that is one.
 */
import { figureText } from "../text/numbers.ts";
import { suggestion } from "../text/suggestion.ts";
import type { Comparison } from "./compare_runs.ts";
import { type Condition, holds, parseCondition, type Piece, typedNumber, wrong } from "./condition.ts";
import { differingAmong } from "./compared_figures.ts";
import type { ComparedRun } from "./groups.ts";

/** An assertion and whether it holds. */
export interface Assertion {
  text: string;
  /** False as well when a side has no finite value, or the sides are not comparable. */
  holds: boolean;
  left: number | null;
  right: number | null;
  /** Why there is nothing to compare, if that is so: the runs without a finite value, or what the sides differ in. */
  reason: string | null;
}

/** A side: its value, and the figure and the runs that it comes from. */
interface Side {
  value: number | null;
  figure: string | null;
  runs: readonly ComparedRun[];
}

type Compared = Pick<Comparison, "groups" | "rows" | "dependsOn">;

/** Evaluates an assertion. @throws UsageError for wrong syntax and for unknown names; it points at the mistake. */
export function checkAssertion(text: string, compared: Compared): Assertion {
  const condition = parseCondition("assert", text, false);
  const sides = [condition.left, condition.right].map((side) => sideOf(side, condition, compared));
  const [left, right] = sides.map(({ value }) => value);
  const reason = withoutValue(sides) ?? incomparable(sides, compared);
  const both = left !== null && right !== null;
  return { text, holds: both && reason === null && holds(left, condition.operator, right), left, right, reason };
}

/** Names the runs, and so the seeds, whose figures are infinite, NaN or missing; null if there are none. */
function withoutValue(sides: readonly Side[]): string | null {
  const causes = sides.flatMap(({ figure, runs }) =>
    runs.flatMap(({ run, draw, metrics: { [figure ?? ""]: value } }) => {
      if (Number.isFinite(value)) return [];
      const found = value === null ? "has no value" : `is ${figureText(value, "number")}`;
      return `${figure} of ${run} (seed ${draw}) ${found}`;
    })
  );
  return causes.length === 0 ? null : [...new Set(causes)].join(", ");
}

/** Says what the runs of both sides differ in, on which the figures depend; null if there is nothing. */
function incomparable(sides: readonly Side[], { dependsOn }: Compared): string | null {
  const runs = sides.flatMap(({ runs }) => runs);
  const names = sides.flatMap(({ figure }) => figure === null ? [] : dependsOn[figure] ?? []);
  const differing = differingAmong(runs, [...new Set(names)]);
  return differing.length === 0 ? null : `not compared across different ${differing.join(", ")}`;
}

function sideOf(side: Piece, condition: Condition, { groups, rows }: Compared): Side {
  const number = typedNumber(side.text);
  if (number !== null) return { value: number, figure: null, runs: [] };
  const members = (name: string) => rows.filter(({ group }) => group === name);
  const named = new Map<string, readonly ComparedRun[]>([
    ...groups.map(({ name, label }) => [label, members(name)] as const),
    ...rows.map((row) => [`${row.group}@seed=${row.draw}`, [row]] as const),
    ...rows.map((row) => [row.run, [row]] as const),
    ...groups.map(({ name }) => [name, members(name)] as const),
  ]);
  const figures = [...new Set(rows.flatMap(({ metrics }) => Object.keys(metrics)))];
  const has = (name: string, figure: string) =>
    named.get(name)?.some(({ metrics }) => Object.hasOwn(metrics, figure)) ?? false;
  const { name, figure } = parts(side, condition, figures, named, has);
  if (has(name.text, figure.text)) {
    const runs = named.get(name.text)!.filter(({ metrics }) => Object.hasOwn(metrics, figure.text));
    const isRun = rows.some(({ run }) => run === name.text);
    const group = groups.find((group) => group.name === name.text) ??
      (isRun ? undefined : groups.find(({ label }) => label === name.text));
    const value = group === undefined ? runs[0].metrics[figure.text] : group.metrics[figure.text]?.mean ?? null;
    return { value, figure: figure.text, runs };
  }
  if (!figures.includes(figure.text)) {
    throw wrong(condition, figure, `No run has a figure "${figure.text}". ${suggestion(figure.text, figures)}`);
  }
  const known = [...new Set([...groups.flatMap(({ name, label }) => [name, label]), ...rows.map(({ run }) => run)])];
  const message = `There is no experiment or run "${name.text}" in this comparison. ${suggestion(name.text, known)}`;
  throw wrong(condition, name, message);
}

function parts(
  side: Piece,
  condition: Condition,
  figures: readonly string[],
  named: ReadonlyMap<string, unknown>,
  has: (name: string, figure: string) => boolean,
) {
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
  return splits.find(({ name, figure }) => has(name.text, figure.text)) ??
    splits.find(({ figure }) => figures.includes(figure.text)) ??
    splits.findLast(({ name }) => named.has(name.text)) ?? splits[splits.length - 1];
}
