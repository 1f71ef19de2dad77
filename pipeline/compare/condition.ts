/** Conditions on the command line, `train.optimizer.lr<0.01`: operators, and messages that point at the mistake. */
import { UsageError } from "../engine/run_errors.ts";

const OPERATORS = {
  ">": (a: number, b: number) => a > b,
  ">=": (a: number, b: number) => a >= b,
  "<": (a: number, b: number) => a < b,
  "<=": (a: number, b: number) => a <= b,
  "==": (a: number, b: number) => a === b,
  "!=": (a: number, b: number) => a !== b,
};

/** How two values are compared. */
export type Operator = keyof typeof OPERATORS;

/** A piece of a text and where it starts. */
export interface Piece {
  text: string;
  at: number;
}

/** A parsed condition, both sides without the spaces around them. */
export interface Condition {
  /** The option and its whole text, for messages. */
  option: string;
  text: string;
  left: Piece;
  operator: Operator;
  right: Piece;
}

/**
 * Splits a condition at its only operator outside double quotes. With `single`, one `=` is read as `==`; otherwise it is
 * part of a name, as in `two-layer@seed=7`.
 * @throws UsageError that shows the position.
 */
export function parseCondition(option: string, text: string, single: boolean): Condition {
  const fail = (place: Piece, message: string) => wrong({ option, text }, place, message);
  const bare = text.replaceAll(/"[^"]*"/g, (quoted) => "_".repeat(quoted.length));
  const open = bare.indexOf('"');
  if (open >= 0) throw fail({ text: text.slice(open), at: open }, "This quote is not closed.");
  const [first, second] = bare.matchAll(single ? />=|<=|==|!=|=|<|>/g : />=|<=|==|!=|<|>/g);
  if (first === undefined) {
    const known = Object.keys(OPERATORS).join(" ");
    throw fail({ text: "", at: text.length }, `There is no operator; one of ${known} was expected.`);
  }
  if (second !== undefined) {
    const message = `A condition has one operator, but this is a second one. Give --${option} twice.`;
    throw fail({ text: second[0], at: second.index }, message);
  }
  const [left, right] = [[0, first.index], [first.index + first[0].length, text.length]].map(([from, to]): Piece => {
    const part = text.slice(from, to);
    const side = { text: part.trim(), at: from + part.length - part.trimStart().length };
    if (side.text === "") throw fail(side, `There is nothing on this side of ${first[0]}.`);
    return side;
  });
  return { option, text, left, operator: first[0] === "=" ? "==" : first[0] as Operator, right };
}

/** Whether the condition holds for these numbers; none holds for infinity and NaN. */
export function holds(left: number, operator: Operator, right: number): boolean {
  return Number.isFinite(left) && Number.isFinite(right) && OPERATORS[operator](left, right);
}

/** A number on the command line: 0.95, 1e-3, 95%; null for anything else. */
export function typedNumber(text: string): number | null {
  const [, digits, percent] = /^([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*(%?)$/i.exec(text) ?? [];
  if (digits === undefined) return null;
  return percent === "%" ? Number(digits) / 100 : Number(digits);
}

/** The error that shows the option's text, points at the mistake, and says what is wrong. */
export function wrong({ option, text }: Pick<Condition, "option" | "text">, place: Piece, message: string): UsageError {
  const lead = `--${option} '`;
  const marks = " ".repeat(lead.length + place.at) + "^".repeat(Math.max(1, [...place.text].length));
  return new UsageError(`${message}\n  ${lead}${text}'\n  ${marks}`);
}
