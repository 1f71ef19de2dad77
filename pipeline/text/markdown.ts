/** Tables as Markdown, as GitHub shows it: no cell has a meaning of its own. */
import { visible } from "./visible.ts";

/** A column: its heading, and how it is aligned. */
export interface MarkdownColumn {
  title: string;
  align: "left" | "right";
}

/** A cell; `bold` if it stands out. */
export interface MarkdownCell {
  text: string;
  bold: boolean;
}

/** A table. */
export function markdownTable(columns: readonly MarkdownColumn[], rows: readonly (readonly MarkdownCell[])[]): string {
  return [
    columns.map(({ title }) => markdownText(title)),
    columns.map(({ align }) => (align === "right" ? "---:" : "---")),
    ...rows.map((row) => row.map(({ text, bold }) => (bold ? `**${markdownText(text)}**` : markdownText(text)))),
  ].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Text in one line, with what has a meaning in Markdown escaped. */
export function markdownText(text: string): string {
  // After `visible`, whose backslashes are text as well.
  return visible(text.trim()).replaceAll(/[\\|*_`<>[\]&~#!$]/g, "\\$&");
}
