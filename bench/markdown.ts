/** Tables in Markdown, formatted as by `deno fmt`: readable, and ready for the README. */

/** How a column is aligned: text left, numbers right. */
export type Align = "left" | "right";

/** Rows under a head; missing cells are empty. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly Align[] = head.map((_, column) => (column === 0 ? "left" : "right")),
): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => lengthOf(row[column] ?? ""))));
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => padded(cells[column] ?? "", width, align[column])).join(" | ")} |`;
  const rule = widths.map((width, column) =>
    align[column] === "right" ? `${"-".repeat(width - 1)}:` : "-".repeat(width)
  );
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

function padded(text: string, width: number, align: Align): string {
  const room = " ".repeat(width - lengthOf(text));
  return align === "right" ? room + text : text + room;
}

function lengthOf(text: string): number {
  return [...text].length;
}
