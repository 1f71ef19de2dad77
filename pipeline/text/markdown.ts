/** Tables as Markdown, as GitHub shows it: no cell has a meaning of its own. */
import { visible } from "./visible.ts";

/** A table; cells that stand out are bold. */
export function markdownTable(
  columns: readonly { title: string; align: "left" | "right" }[],
  rows: readonly (readonly { text: string; bold: boolean }[])[],
): string {
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
