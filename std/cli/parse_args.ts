import { assign, has } from "./nested.ts";

type Value = string | number | boolean;

/** What `parseArgs` is told about the options it may meet. The published function knows more. */
export interface ParseOptions {
  /** Options that take no value; false when they are not given. */
  boolean?: readonly string[];
  /** Options whose value stays text. Put "_" here to keep numbers in `_` as text too. */
  string?: readonly string[];
  /** Options that gather their values into a list; by default the last value wins. */
  collect?: readonly string[];
  /** Another name of an option; each value is set under both. */
  alias?: Record<string, string>;
  /** Called with each argument that is not declared; false leaves it out. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** What `parseArgs` returns: each option under its name, all other arguments in `_`. */
export interface Args {
  _: (string | number)[];
  // deno-lint-ignore no-explicit-any -- as the published type says it.
  [name: string]: any;
}

/**
 * Reads command-line arguments as `@std/cli/parse-args` does: `--name value`, `--name=value`, `-n value`, `-abc` for three
 * one-letter options, `--` before arguments that are no options. A value that looks like a number becomes one unless its
 * option is in `string`; dots in a name make nested objects.
 */
export function parseArgs(args: readonly string[], options: ParseOptions = {}): Args {
  const end = args.indexOf("--");
  const parser = new Parser(end < 0 ? args : args.slice(0, end), options);
  parser.readAll();
  parser.fillIn();
  parser.result._.push(...(end < 0 ? [] : args.slice(end + 1)));
  return parser.result;
}

class Parser {
  readonly result: Args = { _: [] };
  readonly #aliases = new Map<string, string>();
  readonly #booleans: Set<string>;
  readonly #strings: Set<string>;
  readonly #collected: Set<string>;
  #at = 0;

  constructor(readonly args: readonly string[], readonly options: ParseOptions) {
    for (const [name, other] of Object.entries(options.alias ?? {})) {
      this.#aliases.set(name, other).set(other, name);
    }
    const withAliases = (names: readonly string[] = []) =>
      new Set(names.filter(Boolean).flatMap((name) => [name, this.#aliases.get(name) ?? name]));
    this.#booleans = withAliases(options.boolean);
    this.#strings = withAliases(options.string);
    this.#collected = withAliases(options.collect);
  }

  readAll(): void {
    while (this.#at < this.args.length) {
      const arg = this.args[this.#at++];
      if (/^--./s.test(arg)) this.#readLong(arg);
      else if (/^-./s.test(arg)) this.#readLetters(arg);
      else this.#keep(arg);
    }
  }

  /** Gives options that were not met their defaults. */
  fillIn(): void {
    for (const name of this.#booleans) {
      if (!has(this.result, name)) assign(this.result, name, this.#collected.has(name) ? [] : false, false);
    }
    for (const name of this.#strings) {
      if (this.#collected.has(name) && !has(this.result, name)) assign(this.result, name, [], false);
    }
  }

  #readLong(arg: string): void {
    // A name has one character at least, even if that is "=".
    const [, no = "", key, value] = /^--(no-)?(.+?)(?:=(.*))?$/s.exec(arg)!;
    // `--no-x=1` is read as x.
    if (value !== undefined) return this.#set(key, this.#booleans.has(key) ? value !== "false" : value, arg);
    const name = no + key;
    this.#set(name, this.#following(name, (next) => !next.startsWith("-")) ?? this.#bare(name), arg);
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
      const value = valueAfter(letter, rest);
      if (value !== null) return this.#set(letter, value, arg);
      this.#set(letter, this.#bare(letter), arg);
    }
    const last = arg[arg.length - 1];
    if (last !== "-") this.#set(last, this.#following(last, (next) => !/^--?[^-]/.test(next)) ?? this.#bare(last), arg);
  }

  /** Takes the next argument when it can be the option's value: anything but an option, or true/false for a boolean. */
  #following(name: string, isValue: (next: string) => boolean): Value | undefined {
    const next = this.args[this.#at];
    if (!next) return undefined;
    if (!this.#booleans.has(name) && isValue(next)) {
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

  #set(name: string, value: Value, arg: string): void {
    const declared = [this.#booleans, this.#strings, this.#aliases, this.#collected].some((names) => names.has(name));
    if (!declared && this.options.unknown?.(arg, name, value) === false) return;
    const kept = typeof value === "string" && !this.#strings.has(name) ? numberOr(value) : value;
    const collect = this.#collected.has(name);
    assign(this.result, name, kept, collect);
    const other = this.#aliases.get(name);
    if (other !== undefined) assign(this.result, other, kept, collect);
  }

  #keep(arg: string): void {
    if (this.options.unknown?.(arg) === false) return;
    this.result._.push(this.#strings.has("_") ? arg : numberOr(arg));
  }
}

/** The value that follows a letter in the same word, as in `-n5`, `-n=5` and `-n/x`; null if more letters follow. */
function valueAfter(letter: string, rest: string): string | null {
  if (rest === "=") return "";
  if (/[A-Za-z]/.test(letter)) {
    const given = /=(.+)/.exec(rest);
    if (given !== null) return given[1];
    if (/-?\d+(\.\d*)?(e-?\d+)?$/.test(rest)) return rest;
  }
  // The last character is an option of its own.
  return rest.length > 1 && /^\W/.test(rest) ? rest : null;
}

/** The number that a text writes, or the text. */
function numberOr(text: string): string | number {
  return /\S/.test(text) && Number.isFinite(Number(text)) ? Number(text) : text;
}
