import { defineFormat, FormatError } from "retrace";

export const text = defineFormat({
  name: "text",
  about: "One example per line, its numbers separated by spaces.",
  source: import.meta.url,
  read(bytes, label) {
    const lines = new TextDecoder().decode(bytes).trimEnd().split("\n");
    const rows = lines.map((line) => line.trim().split(/\s+/).map(Number));
    const columns = rows[0].length;
    rows.forEach((row, i) => {
      if (row.length === columns && row.every(Number.isFinite)) return;
      throw new FormatError(`${label}, line ${i + 1}: expected ${columns} numbers, as in line 1, found "${lines[i]}".`);
    });
    const values = rows.flat();
    const data = values.every(Number.isInteger) ? Int32Array.from(values) : Float32Array.from(values);
    return { shape: columns === 1 ? [rows.length] : [rows.length, columns], data };
  },
});
