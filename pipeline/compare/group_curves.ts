/** The curves of seed groups over the epochs: the mean of the seeds, and the band from the lowest to the highest. */
import type { ComparedRun, SeedGroup } from "./groups.ts";
import { onePerDraw } from "./groups.ts";

/** history.csv: a list a column, the entries in the order of the epochs; null for an empty field. */
export type History = Readonly<Record<string, readonly (number | null)[]>>;

/** One group's curve; entry i is epoch i, 0 the untrained model. null is a gap: not all seeds have a value there. */
export interface Curve {
  name: string;
  /** How many seeds it is made of. */
  seeds: number;
  mean: (number | null)[];
  low: (number | null)[];
  high: (number | null)[];
}

/** Reads history.csv; null when it is none: a row that is not whole, a field that is no number. */
export function parseHistory(csv: string): History | null {
  const [head, ...lines] = csv.trimEnd().split("\n").map((line) => line.split(","));
  if (lines.length === 0 || !head.includes("epoch")) return null;
  if (lines.some((fields) => fields.length !== head.length)) return null;
  const columns = head.map((name, i) => [name, lines.map((fields) => (fields[i] === "" ? null : Number(fields[i])))]);
  const history: History = Object.fromEntries(columns);
  const whole = Object.values(history).every((values) => values.every((value) => !Number.isNaN(value)));
  return whole && history.epoch.every((epoch, i) => epoch === i) ? history : null;
}

/** The curves of a column for the groups whose runs have a history, in the order of the groups. */
export function curvesOf(
  groups: readonly SeedGroup[],
  rows: readonly ComparedRun[],
  histories: ReadonlyMap<string, History>,
  column: string,
): Curve[] {
  const members = Map.groupBy(rows, ({ group }) => group);
  return groups.flatMap(({ name }) => {
    const runs = onePerDraw((members.get(name) ?? []).filter(({ run }) => histories.get(run)?.[column] !== undefined));
    if (runs.length === 0) return [];
    const values = runs.map(({ run }) => histories.get(run)![column]);
    const epochs = Math.max(...values.map(({ length }) => length));
    const over = (combine: (values: number[]) => number) =>
      Array.from({ length: epochs }, (_, epoch) => {
        const there = values.map((one) => one[epoch]).filter((value) => typeof value === "number");
        return there.length === values.length ? combine(there) : null;
      });
    return [{
      name,
      seeds: runs.length,
      mean: over((there) => there.reduce((sum, value) => sum + value, 0) / there.length),
      low: over((there) => Math.min(...there)),
      high: over((there) => Math.max(...there)),
    }];
  });
}
