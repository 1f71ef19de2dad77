/** The options of commands, as data. Parsing, help and the tables in the documentation derive from them. */
import { UsageError } from "../engine/run_errors.ts";

/** An option; `T` is the type of its value. */
export interface Option<T = unknown> {
  /** What the value is called in help texts: "DIR". Null for a switch, which has none. */
  readonly placeholder: string | null;
  readonly about: string;
  /** Whether help leaves it out: Retrace itself types it. */
  readonly isHidden?: true;
  /** Whether its value may begin with a dash and still be a word of its own. */
  readonly takesDashes?: true;
  /**
   * Turns the texts typed for the option, in order, into its value; `option` is its name as typed, for messages.
   * @throws UsageError if the value is not valid.
   */
  read(texts: readonly string[], option: string): T;
}

/** Options by name in camel case: `failFast` is typed as `--fail-fast`. */
export type Options = Readonly<Record<string, Option>>;

/** The values of options. */
export type OptionValues<O extends Options> = { readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never };

/** Reads the value of `option` from a text. @throws UsageError if it is not valid. */
export type Parser<T> = (text: string, option: string) => T;

/** A switch: on or off. */
export function flag(about: string): Option<boolean> {
  return { placeholder: null, about, read: (texts) => texts.length > 0 };
}

/** An option with a value; undefined if omitted. The last of several counts. */
export function optional(placeholder: string, about: string): Option<string | undefined>;
export function optional<T>(placeholder: string, about: string, parse: Parser<T>): Option<T | undefined>;
export function optional(placeholder: string, about: string, parse: Parser<unknown> = (text) => text): Option {
  return { placeholder, about, read: (texts, name) => texts.length === 0 ? undefined : parse(texts.at(-1)!, name) };
}

/** An option with a value, and its default as it would be typed. */
export function withDefault(placeholder: string, about: string, text: string): Option<string>;
export function withDefault<T>(placeholder: string, about: string, text: string, parse: Parser<T>): Option<T>;
export function withDefault(
  placeholder: string,
  about: string,
  text: string,
  parse: Parser<unknown> = (text) => text,
): Option {
  const read = (texts: readonly string[], name: string) => parse(texts.at(-1) ?? text, name);
  return { placeholder, about: `${about} (default: ${text})`, read };
}

/** An option that may be given several times. */
export function repeatable(placeholder: string, about: string): Option<readonly string[]> {
  return { placeholder, about: `${about}; may be repeated`, read: (texts) => texts };
}

/** An option that help leaves out. */
export function hidden<T>(option: Option<T>): Option<T> {
  return { ...option, isHidden: true };
}

/** Parses an integer between `first` and `last`. */
export function wholeNumber(first: number, last: number): Parser<number> {
  return (text, option) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= first && number <= last) return number;
    throw new UsageError(`${option} takes a number from ${first} to ${last}, but was given ${JSON.stringify(text)}.`);
  };
}

/** Parses one of some words. */
export function oneOf<Word extends string>(...words: readonly Word[]): Parser<Word> {
  return (text, option) => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    throw new UsageError(`${option} takes one of ${words.join(", ")}, but was given ${JSON.stringify(text)}.`);
  };
}

/** `failFast` as it is typed: `--fail-fast`. */
export function typedName(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
