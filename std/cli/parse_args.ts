import { aliasesOf, type Names, nameSet } from "./names.ts";

type Value = string | number | boolean;

/** What `parseArgs` is told about the options it may meet. */
export interface ParseOptions<
  B extends string = string,
  S extends string = string,
  C extends string = string,
  D = unknown,
> {
  /** Put what follows `--` under the key "--", not into `_`. */
  "--"?: boolean;
  /** Options that take no value; false when they are not given. True: every `--name` without `=`. */
  boolean?: boolean | B | readonly B[];
  /** Options whose value stays text. Put "_" here to keep numbers in `_` as text too. */
  string?: S | readonly S[];
  /** Options that gather their values into a list; by default the last value wins. */
  collect?: C | readonly C[];
  /** Boolean options that `--no-name` sets to false. */
  negatable?: string | readonly string[];
  /** Other names of an option; each value is set under all of them. */
  alias?: Record<string, string | readonly string[]>;
  /** The values of options that are not given. */
  default?: D;
  /** Put everything after the first argument that is not an option into `_`. */
  stopEarly?: boolean;
  /** Called with each argument that is not declared; false leaves it out. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** What `parseArgs` returns: each option under its name, all other arguments in `_`. */
export type Args<B extends string = string, S extends string = string, C extends string = string, D = unknown> =
  & { _: Array<string | number>; "--"?: string[] }
  & { [K in Exclude<B, C>]: boolean }
  & { [K in Extract<B, C>]: boolean[] }
  & { [K in Exclude<S, C | "_" | keyof D>]?: string }
  & { [K in Extract<Exclude<S, C | "_">, keyof D>]: string | D[K & keyof D] }
  & { [K in Extract<S, C>]: string[] }
  & { [K in Exclude<C, S | B>]: unknown[] }
  & { [K in Exclude<keyof D, B | S | C>]: unknown };

/**
 * Reads command-line arguments as `@std/cli/parse-args` does: `--name value`, `--name=value`, `-n value`, `-abc` for three
 * one-letter options, `--` before arguments that are no options. A value that looks like a number becomes one unless its
 * option is in `string`. Of the published function it leaves out the nesting of dotted names.
 */
export function parseArgs<B extends string = never, S extends string = never, C extends string = never, D = object>(
  args: readonly string[],
  options: ParseOptions<B, S, C, D> = {},
): Args<B, S, C, D> {
  const end = args.indexOf("--");
  const parser = new Parser(end < 0 ? args : args.slice(0, end), options);
  parser.readAll();
  parser.fillIn();
  const rest = end < 0 ? [] : args.slice(end + 1);
  if (options["--"]) parser.result["--"] = rest;
  else parser.result._.push(...rest);
  return parser.result as Args<B, S, C, D>;
}

class Parser {
  readonly result: { _: Value[]; [name: string]: unknown } = { _: [] };
  readonly #aliases: Map<string, readonly string[]>;
  readonly #booleans: Set<string>;
  readonly #strings: Set<string>;
  readonly #collected: Set<string>;
  readonly #negatable: Set<string>;
  #at = 0;

  constructor(readonly args: readonly string[], readonly options: ParseOptions) {
    const { alias = {}, boolean, string, collect, negatable } = options;
    this.#aliases = aliasesOf(alias);
    const names = (given: Names) => nameSet(given, this.#aliases);
    this.#booleans = names(typeof boolean === "boolean" ? undefined : boolean);
    this.#strings = names(string);
    this.#collected = names(collect);
    this.#negatable = names(negatable);
  }

  readAll(): void {
    while (this.#at < this.args.length) {
      const arg = this.args[this.#at++];
      if (/^--./s.test(arg)) this.#readLong(arg);
      else if (/^-./s.test(arg)) this.#readLetters(arg);
      else {
        this.#keep(arg);
        if (!this.options.stopEarly) continue;
        this.result._.push(...this.args.slice(this.#at));
        return;
      }
    }
  }

  /** Gives options that were not met their defaults. */
  fillIn(): void {
    for (const [name, value] of Object.entries(this.options.default ?? {})) {
      for (const each of this.#allNames(name)) if (!Object.hasOwn(this.result, each)) this.result[each] = value;
    }
    for (const name of this.#booleans) {
      if (!Object.hasOwn(this.result, name)) this.result[name] = this.#collected.has(name) ? [] : false;
    }
    for (const name of this.#strings) {
      if (this.#collected.has(name) && !Object.hasOwn(this.result, name)) this.result[name] = [];
    }
  }

  #readLong(arg: string): void {
    const [, name, value] = /^--(.+?)(?:=(.+))?$/s.exec(arg)!;
    if (value !== undefined) return this.#set(name, this.#booleans.has(name) ? value !== "false" : value, arg);
    const positive = name.replace(/^no-/, "");
    if (positive !== name && this.#negatable.has(positive)) return this.#set(positive, false, arg, false);
    this.#set(name, this.#following(name, this.options.boolean === true) ?? this.#bare(name), arg);
  }

  /** `-abc`: three options, the last of which may take the next argument; `-n5`, `-n=5`: one with its value. */
  #readLetters(arg: string): void {
    for (let j = 1; j < arg.length - 1; j++) {
      const letter = arg[j];
      const rest = arg.slice(j + 1);
      if (rest === "-") {
        this.#set(letter, rest, arg);
        continue;
      }
      if (/^[A-Za-z]$/.test(letter) && rest.startsWith("=") && rest.length > 1) {
        return this.#set(letter, rest.slice(1), arg);
      }
      if (/^[A-Za-z]$/.test(letter) && /^-?\d+(\.\d*)?(e-?\d+)?$/i.test(rest)) return this.#set(letter, rest, arg);
      if (/^\W/.test(rest)) return this.#set(letter, rest, arg);
      this.#set(letter, this.#bare(letter), arg);
    }
    const last = arg[arg.length - 1];
    if (last !== "-") this.#set(last, this.#following(last, false) ?? this.#bare(last), arg);
  }

  /** Takes the next argument when it can be the option's value: anything but an option, or true/false for a boolean. */
  #following(name: string, allBooleans: boolean): Value | undefined {
    const next = this.args[this.#at];
    if (!next) return undefined;
    if (!this.#booleans.has(name) && !allBooleans && !next.startsWith("-")) {
      this.#at++;
      return next;
    }
    if (next !== "true" && next !== "false") return undefined;
    this.#at++;
    return next === "true";
  }

  #bare(name: string): Value {
    return this.#strings.has(name) ? "" : true;
  }

  #set(name: string, value: Value, arg: string, collect = true): void {
    const declared = this.#booleans.has(name) || this.#strings.has(name) || this.#aliases.has(name);
    if (!declared && this.options.unknown?.(arg, name, value) === false) return;
    const kept = typeof value === "string" && !this.#strings.has(name) ? numberOr(value) : value;
    for (const each of this.#allNames(name)) {
      const before = this.result[each];
      if (!collect || !this.#collected.has(each)) this.result[each] = kept;
      else if (Array.isArray(before)) before.push(kept);
      else this.result[each] = [kept];
    }
  }

  #keep(arg: string): void {
    if (this.options.unknown?.(arg) === false) return;
    this.result._.push(this.#strings.has("_") ? arg : numberOr(arg));
  }

  #allNames(name: string): string[] {
    return [name, ...this.#aliases.get(name) ?? []];
  }
}

/** The number that a text writes, or the text: decimal with an exponent, or hexadecimal. */
function numberOr(text: string): Value {
  return /^0x[0-9a-f]+$/i.test(text) || /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : text;
}
