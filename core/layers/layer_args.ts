/**
 * Arguments of layers: `linear(784,30)`, `dropout(0.2)`, `dropout(p=0.2)`. They have a small language of their own, and
 * no zod, because pages that carry a model read layers as well, and zod would be most of such a page's code.
 */

/** One argument: a whole number, a number, true or false, or one of some words. */
export type ArgSpec =
  | { readonly type: "whole"; readonly min?: number; readonly max?: number; readonly default?: number }
  | { readonly type: "number"; readonly min?: number; readonly below?: number; readonly default?: number }
  | { readonly type: "boolean"; readonly default?: boolean }
  | { readonly type: "word"; readonly values: readonly string[]; readonly default?: string };

/** The arguments of a layer by name, in the order in which they are written. */
export type ArgSpecs = Readonly<Record<string, ArgSpec>>;

/** The values of arguments. */
export type ArgValues<A extends ArgSpecs> = {
  readonly [K in keyof A]: A[K]["type"] extends "boolean" ? boolean : A[K]["type"] extends "word" ? string : number;
};
