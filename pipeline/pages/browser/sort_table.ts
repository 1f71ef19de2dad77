/// <reference lib="dom" />
/** Sorts tables of runs: the headings become buttons. A run below its experiment stays there. */

/** Makes all tables of runs in `root` sortable. */
export function startSorting(root: ParentNode): void {
  for (const table of root.querySelectorAll<HTMLTableElement>("table.runs")) {
    for (const head of table.tHead!.rows[0].cells) if (!head.classList.contains("choice")) startHead(table, head);
  }
}

function startHead(table: HTMLTableElement, head: HTMLTableCellElement): void {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "sort";
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener("click", () => {
    const isAscending = head.ariaSort !== "ascending";
    for (const other of table.tHead!.rows[0].cells) other.ariaSort = null;
    head.ariaSort = isAscending ? "ascending" : "descending";
    sort(table.tBodies[0], head.cellIndex, isAscending ? 1 : -1);
  });
}

/** Sorts by a column: numbers by size if all are numbers, otherwise texts; what is missing comes last. */
function sort(body: HTMLTableSectionElement, column: number, way: number): void {
  const groups: HTMLTableRowElement[][] = [];
  for (const row of body.rows) {
    if (row.classList.contains("part") && groups.length > 0) groups[groups.length - 1].push(row);
    else groups.push([row]);
  }
  const entries = groups.map((rows) => ({ rows, text: rows[0].cells[column].textContent.trim() }));
  const isMissing = ({ text }: { text: string }) => text === "" || text === "–";
  const isNumeric = entries.every((entry) => isMissing(entry) || !Number.isNaN(numberIn(entry.text)));
  entries.sort((a, b) => {
    const missing = Number(isMissing(a)) - Number(isMissing(b));
    if (missing !== 0 || isMissing(a)) return missing;
    const [left, right] = [numberIn(a.text), numberIn(b.text)];
    if (isNumeric) return left === right ? 0 : left < right ? -way : way;
    return way * a.text.localeCompare(b.text, "en", { numeric: true });
  });
  body.append(...entries.flatMap(({ rows }) => rows));
}

/** The number that a text starts with: "9,671", "96.77 ± 0.04 %", "< 0.0001", "∞"; NaN for any other text. */
function numberIn(text: string): number {
  const [, digits] = /^[<>]?\s*([-+−]?(?:∞|\d*\.?\d+(?:e[-+]?\d+)?))(?=$|[\s%*])/i.exec(text.replaceAll(",", "")) ?? [];
  return digits === undefined ? NaN : Number(digits.replace("−", "-").replace("∞", "Infinity"));
}
