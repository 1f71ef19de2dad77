/**
 * Replaces by functions that throw everything that the numeric path must not call: what the lint rules keep out of our
 * own files, so that it is kept out of the packages as well. Load it before anything else.
 */

/** The functions of Math whose results the standard leaves to the engine, and the one that cannot be seeded. */
const INEXACT = [
  ...["acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "cos", "cosh", "exp", "expm1", "hypot"],
  ...["log", "log10", "log1p", "log2", "pow", "sin", "sinh", "tan", "tanh", "random"],
];

function refuse(owner: object, names: readonly string[], what: string): void {
  for (const name of names) {
    Object.defineProperty(owner, name, {
      value() {
        throw new Error(`${what}.${name} was called in the numeric path`);
      },
    });
  }
}

refuse(Math, INEXACT, "Math");
refuse(Date, ["now"], "Date");
refuse(performance, ["now"], "performance");
refuse(crypto, ["getRandomValues", "randomUUID"], "crypto");
refuse(Number.prototype, ["toLocaleString"], "Number");
refuse(String.prototype, ["localeCompare", "toLocaleUpperCase", "toLocaleLowerCase"], "String");
globalThis.Date = class extends Date {
  constructor(...args: ConstructorParameters<typeof Date> | []) {
    if (args.length === 0) throw new Error("new Date() was called in the numeric path");
    super(...args as [number]);
  }
} as DateConstructor;
