/** What loads or runs code that the module graph does not have: modules of Node, global names and members of objects. */
import { literal, nameIn, nameOf, type Node, unwrapped } from "./syntax_node.ts";

/** What is wrong in a source file: code whose effect on the result cannot be followed. */
export interface CodeProblem {
  /** Counted from 1. */
  readonly line: number;
  /** Continues "FILE:LINE …". */
  readonly what: string;
}

/** What follows from an import that is not followed. */
export const UNNOTICED = "so an edit to it would not change the stage's key";

const MODULES = ["module", "vm", "worker_threads", "child_process", "cluster", "repl", "inspector", "sea", "test"];

/** True for a module of Node that loads or runs code: "node:vm". */
export function isLoader(specifier: string): boolean {
  return MODULES.includes(specifier.replace(/^node:/, "").split("/")[0]);
}

/** Of any object, because that may be the global one by another name: `const g = globalThis; g.eval("…")`. */
const ANYWHERE = ["eval", "Function", "Worker", "SharedWorker"];
const GLOBAL_OBJECTS = ["globalThis", "self", "window", "global", "module"];
/** Names that run or load code when they are taken out of an object: `const { eval: run } = globalThis`. */
const TAKEN = [...ANYWHERE, "constructor", "createRequire", "getBuiltinModule"];
const RENAME = "If it is a name of your own, choose another.";

/** What is wrong with a global name as a value; null if nothing. */
export function problemOfGlobal(name: string): string | null {
  return name === "require" ? `requires a module, ${UNNOTICED}. Use import.` : problemOf(name);
}

/** What is wrong with taking a member of this name out of an object by a pattern; null if nothing. */
export function problemOfPattern(name: string): string | null {
  return TAKEN.includes(name) ? `takes ${name}, which can load or run code that is not followed. ${RENAME}` : null;
}

/** What is wrong with a member that an expression accesses, given the arguments if it is called; null if nothing. */
export function problemOfMember(member: Node, args: readonly Node[]): string | null {
  const name = nameIn(member);
  const isGlobal = GLOBAL_OBJECTS.includes(nameOf(unwrapped(member.object)) ?? "");
  if (name === "require" && isGlobal) return problemOfGlobal(name);
  if (name === "constructor") {
    return "uses the constructor of a value, which can be Function and run code that is a string. Use the class's " +
      "name; only names (.constructor.name) and comparisons are followed.";
  }
  const builtin = args.length === 1 ? literal(args[0]) : null;
  if (name === "createRequire" || (name === "getBuiltinModule" && (builtin === null || isLoader(builtin)))) {
    return `uses ${name}, which can load code that is not followed, ${UNNOTICED}. Use import.`;
  }
  return name === null ? null : problemOf(name);
}

/** The operands by which a node cannot run code, because it only compares, replaces or names them. */
export function harmlessIn(node: Node): Node[] {
  const { type, operator, left, right, argument, object } = node;
  const operands = type === "AssignmentExpression" && operator === "="
    ? [left]
    : type === "BinaryExpression" && /^([!=]==?|instanceof)$/.test(operator)
    ? [left, right]
    : type === "UnaryExpression" && operator === "typeof"
    ? [argument]
    // `value.constructor.name`
    : isMemberAccess(node) && isPlainName(nameIn(node)) && isConstructor(unwrapped(object)!)
    ? [object]
    : [];
  return operands.map((one) => unwrapped(one)!);
}

/** True for `a.b`, `a?.b` and `a["b"]`. */
export function isMemberAccess({ type }: Node): boolean {
  return type === "MemberExpression" || type === "OptionalMemberExpression";
}

function isConstructor(node: Node): boolean {
  return isMemberAccess(node) && nameIn(node) === "constructor";
}

/** A member of a constructor with which it cannot be called. */
function isPlainName(name: string | null): boolean {
  return name !== null && !["call", "apply", "bind"].includes(name);
}

function problemOf(name: string): string | null {
  if (!ANYWHERE.includes(name)) return null;
  return name.endsWith("Worker")
    ? `uses ${name}, whose code is not followed, ${UNNOTICED}. ${RENAME}`
    : `runs code that is a string, whose imports are not followed. Do without ${name}. ${RENAME}`;
}
