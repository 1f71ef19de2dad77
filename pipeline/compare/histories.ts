/** history.csv of finished runs, and the curves of seed groups over the epochs that it holds. */
import { join } from "node:path";
import { type ComparedRun, onePerDraw, type SeedGroup } from "./groups.ts";

/** history.csv: a list a column, the entries in the order of the epochs; null for an empty field. */
export type History = Readonly<Record<string, readonly (number | null)[]>>;

/** A group's curve; entry i is epoch i, 0 the untrained model. null is a gap: not all seeds have a value there. */
export interface GroupCurve {
  name: string;
  /** How many seeds it is made of. */
  seeds: number;
  /** Of the seeds: their mean, the lowest value and the highest. */
  mean: (number | null)[];
  low: (number | null)[];
  high: (number | null)[];
}

/** Reads history.csv; null when it is not one: an incomplete row, a field that is not a number. */
export function parseHistory(csv: string): History | null {
  const [head, ...lines] = csv.trimEnd().split("\n").map((line) => line.split(","));
  if (lines.length === 0 || !head.includes("epoch")) return null;
  if (lines.some((fields) => fields.length !== head.length)) return null;
  const columns = head.map((name, i) => [name, lines.map((fields) => (fields[i] === "" ? null : Number(fields[i])))]);
  const history: History = Object.fromEntries(columns);
  const whole = Object.values(history).every((values) => values.every((value) => !Number.isNaN(value)));
  return whole && history.epoch.every((epoch, i) => epoch === i) ? history : null;
}

/** The history of the run in a folder; null when its history.csv is missing or damaged. */
export function readHistory(folder: string): History | null {
  try {
    return parseHistory(Deno.readTextFileSync(join(folder, "history.csv")));
  } catch {
    return null;
  }
}

/** The curves of a column for the groups whose runs have a history, in the order of the groups. */
export function curvesOf(
  groups: readonly SeedGroup[],
  rows: readonly ComparedRun[],
  histories: ReadonlyMap<string, History>,
  column: string,
): GroupCurve[] {
  const members = Map.groupBy(rows, ({ group }) => group);
  return groups.flatMap(({ name }) => {
    const runs = onePerDraw((members.get(name) ?? []).filter(({ run }) => histories.get(run)?.[column] !== undefined));
    if (runs.length === 0) return [];
    const values = runs.map(({ run }) => histories.get(run)![column]);
    const epochs = Math.max(...values.map(({ length }) => length));
    const over = (combine: (values: number[]) => number) =>
      Array.from({ length: epochs }, (_, epoch) => {
        const known = values.map((one) => one[epoch]).filter((value) => typeof value === "number");
        return known.length === values.length ? combine(known) : null;
      });
    return [{
      name,
      seeds: runs.length,
      mean: over((known) => known.reduce((sum, value) => sum + value, 0) / known.length),
      low: over((known) => Math.min(...known)),
      high: over((known) => Math.max(...known)),
    }];
  });
}
