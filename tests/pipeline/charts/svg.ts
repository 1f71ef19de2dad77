/** Reads a drawing's markup, so that tests can look at it. */
import { assert } from "@std/assert";
import { textWidth } from "../../../pipeline/charts/fitted_text.ts";

/** A text of a drawing: its box, estimated, and its colour. */
export interface DrawnText {
  text: string;
  left: number;
  right: number;
  y: number;
  colour: string;
}

/** A drawing, read. */
export interface ReadSvg {
  width: number;
  height: number;
  texts: DrawnText[];
  /** Fill colours of boxes, on white. */
  fills: string[];
}

/** Reads a drawing; fails when its markup is not well-formed or a number in it is none. */
export function readSvg(svg: string): ReadSvg {
  mustBeWellFormed(svg);
  assert(!/NaN|Infinity|undefined|null/.test(svg.replace(/<(title|desc|text)[^>]*>[^<]*/g, "<$1>")), "broken numbers");
  const [, width, height] = /^<svg [^>]*width="([\d.]+)" height="([\d.]+)"/.exec(svg)!;
  const texts = [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].map(([, attributes, content]): DrawnText => {
    const value = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(attributes)?.[1];
    const text = unescaped(content);
    const size = Number(value("font-size"));
    const wide = textWidth(text, { size, weight: value("font-weight") === "bold" ? "bold" : "normal" });
    const x = Number(value("x"));
    const left = { middle: x - wide / 2, end: x - wide }[value("text-anchor") ?? ""] ?? x;
    return { text, left, right: left + wide, y: Number(value(" y")), colour: value("fill")! };
  });
  const fills = [...svg.matchAll(/<rect [^>]*fill="(#[^"]*)"(?: fill-opacity="([\d.]+)")?/g)]
    .map(([, fill, opacity = "1"]) => onWhite(fill, Number(opacity)));
  return { width: Number(width), height: Number(height), texts, fills };
}

/** A "#RRGGBB" of this opacity on white. */
function onWhite(fill: string, opacity: number): string {
  const parts = [1, 3, 5].map((at) => 255 + (parseInt(fill.slice(at, at + 2), 16) - 255) * opacity);
  return `#${parts.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

/** Fails where a text leaves the drawing's margins. */
export function mustFit({ width, height, texts }: ReadSvg): void {
  for (const { text, left, right, y } of texts) {
    assert(
      left >= 20 && right <= width - 20 && y > 0 && y <= height,
      `"${text}" is out of bounds: ${left} to ${right}`,
    );
  }
}

/** Every tag that is opened is closed, in order; nothing that could be a tag is in a text. */
function mustBeWellFormed(svg: string): void {
  const open: string[] = [];
  for (const [, closing, name, rest] of svg.matchAll(/<(\/?)([a-z][a-z\d]*)((?:[^<>"]|"[^"<>]*")*)>/g)) {
    if (closing === "/") assert(open.pop() === name, `</${name}> closes nothing`);
    else if (!rest.endsWith("/")) open.push(name);
  }
  assert(open.length === 0, `never closed: ${open.join(" ")}`);
  assert(!/&(?!#\d+;)/.test(svg), "a bare &");
}

function unescaped(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}

/** The contrast of two "#RRGGBB", as WCAG 2.1 defines it. */
export function contrastOf(one: string, other: string): number {
  const luminance = (hex: string) => {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}
