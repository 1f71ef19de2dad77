/** What gives other numbers on another machine, or in another run: a note for code of users, which no lint rule checks. */
import { nameIn, nameOf, type Node, unwrapped } from "./syntax_node.ts";

/** The functions of Math whose results the language standard fixes to the last bit. */
export const EXACT_MATH: readonly string[] = [
  "abs",
  "ceil",
  "clz32",
  "floor",
  "fround",
  "f16round",
  "imul",
  "max",
  "min",
  "round",
  "sign",
  "sqrt",
  "trunc",
];
const ROUNDED = "whose last bits differ between engines";
const OTHER_EVERY_TIME = "which is another one in every run";

/** What is inexact about a node, "Math.exp, whose …"; null for nothing. `isOwn` tells names that the module defines. */
export function inexactUse(node: Node, isOwn: (name: string) => boolean): string | null {
  const { type, operator } = node;
  if ((type === "BinaryExpression" && operator === "**") || (type === "AssignmentExpression" && operator === "**=")) {
    return `${operator}, ${ROUNDED}`;
  }
  if (type === "NewExpression" && nameOf(node.callee) === "Date" && node.arguments.length === 0 && !isOwn("Date")) {
    return `new Date(), ${OTHER_EVERY_TIME}`;
  }
  if (type !== "MemberExpression") return null;
  const [object, member] = [nameOf(unwrapped(node.object)), nameIn(node)];
  if (object === null || member === null || isOwn(object)) return null;
  const name = `${object}.${member}`;
  if (object === "Math" && member !== "random") {
    return EXACT_MATH.includes(member) || /^[A-Z]/.test(member) ? null : `${name}, ${ROUNDED}`;
  }
  const changes = ["Math.random", "Date.now", "performance.now", "crypto.getRandomValues", "crypto.randomUUID"];
  return changes.includes(name) ? `${name}, ${OTHER_EVERY_TIME}` : null;
}
