/** Safe markup: every value in a template is escaped, except markup itself. */
import { visibleLines } from "./visible.ts";

/** Text that is markup already: HTML or SVG. */
export class Html {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

/** A value in a template: markup as it is, text and numbers escaped, lists joined, nothing for null. */
export type Value = Html | string | number | null | readonly Value[];

/**
 * A template: `` markup`<p>${name}</p>` ``. Attributes must be in double quotes. It is not named `html`, because the
 * formatter inserts white space into templates of that name.
 */
export function markup(parts: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(parts.reduce((text, part, i) => text + textOf(values[i - 1]) + part));
}

/** Text as HTML and SVG show it. Control characters, some of which XML forbids, are made visible. */
export function escaped(text: string): string {
  return visibleLines(text).replaceAll(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** A value as JSON that is safe in a script element: nothing in it can end the element. */
export function jsonForScript(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll("<", "\\u003c"));
}

function textOf(value: Value): string {
  if (value === null) return "";
  if (value instanceof Html) return value.text;
  return typeof value === "object" ? value.map(textOf).join("") : escaped(String(value));
}
