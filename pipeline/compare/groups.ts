/** Seed groups: the runs of one experiment that differ only in their seeds, and their means. */
import type { Terms } from "../define/terms.ts";
import type { Plain } from "../engine/store/digest.ts";
import { dependencesOf, type Dependent, type Outputs } from "./compared_figures.ts";
import { experimentOf, labelsOf, type Params, spelling } from "./labels.ts";
import { type Estimate, estimate } from "./statistics.ts";

/** A compared run. */
export interface ComparedRun extends Dependent {
  run: string;
  /** The name of its seed group. */
  group: string;
  /** The seeds of its stages: runs of two experiments with the same draw are a pair. */
  draw: string;
  /** The first run of its group with the same draw, or the same results; itself if there is none before it. */
  sameAs: string;
  /** Its values of the params that differ; undefined where it has no such param. */
  params: Record<string, Plain | undefined>;
  /** All of its figures. */
  metrics: Record<string, number | null>;
}

/** The runs of one experiment over seeds; a run without others is a group by itself. */
export interface SeedGroup {
  /** The experiment: `two-layer`, or `two-layer@train.epochs=60`. */
  name: string;
  runs: string[];
  /** How many different runs there are: one that has the same draw or the same results as another is not counted. */
  seeds: number;
  /** The params that differ between groups. */
  params: Record<string, Plain | undefined>;
  /** Of each figure, over the runs that have it; null if one has no value. A run that occurs twice counts once. */
  metrics: Record<string, Estimate | null>;
}

/** A run before it has a group. */
export interface Candidate {
  run: string;
  params: Params;
  figures: ReadonlyMap<string, number | null>;
  /** The content of metrics.json. */
  metrics: Readonly<Record<string, unknown>>;
  outputs?: Outputs;
}

const MAX_NAMED = 3;

/** Runs with their groups and draws, and their values of these params. */
export function comparedRuns(runs: readonly Candidate[], params: readonly string[], terms: Terms): ComparedRun[] {
  const names = groupNames(runs, terms.seeds);
  const draws = runs.map(({ params }) => drawOf(params, terms.seeds));
  const first = new Map<string, string>();
  return runs.map((one, i) => {
    const { run, params: own, figures } = one;
    const marks = [draws[i], resultsOf(one) ?? []].flat().map((mark) => `${names[i]}\n${mark}`);
    const sameAs = marks.map((mark) => first.get(mark)).find((found) => found !== undefined) ?? run;
    marks.forEach((mark) => first.set(mark, sameAs));
    return {
      ...{ run, group: names[i], draw: draws[i], sameAs },
      dependsOn: dependencesOf(one, terms),
      params: Object.fromEntries(params.map((path) => [path, own.get(path)])),
      metrics: Object.fromEntries(figures),
    };
  });
}

/** A text that runs share if their figures and all outputs of their steps are the same; null if these are not known. */
function resultsOf({ figures, outputs = [] }: Candidate): string | null {
  const steps = outputs.flatMap((stage) => Object.entries(stage).filter(([, digests]) => typeof digests !== "string"));
  return steps.length === 0
    ? null
    : JSON.stringify([[...figures].map(([name, value]) => [name, String(value)]), steps]);
}

/** Says which runs count once, because they are the same. */
export function repeatedRuns(runs: readonly ComparedRun[]): string[] {
  return [...Map.groupBy(runs.filter(({ run, sameAs }) => sameAs !== run), ({ sameAs }) => sameAs)].map(
    ([first, again]) => {
      const names = again.slice(0, MAX_NAMED).map(({ run }) => run).join(", ");
      const more = again.length > MAX_NAMED ? ` and ${again.length - MAX_NAMED} more` : "";
      return `${names}${more}: the same run as ${first}, so it counts once. Either all stages get the same seeds, of which ` +
        "the low 32 bits count, or all results are equal.";
    },
  );
}

/**
 * The name of each run's group: that of its first run, without the seeds. The params decide which runs are a group, since
 * the name of a run may be cut and end in a digest. Groups that would have the same name, run before and after an edit of
 * the file, have their first runs' whole names.
 */
function groupNames(runs: readonly Candidate[], seeds: readonly string[]): string[] {
  const members = runs.map(({ run, params }) => {
    const choices = [...params].filter(([path]) => !seeds.includes(path)).sort(([a], [b]) => (a < b ? -1 : 1));
    return { run, name: withoutSeeds(run, seeds), key: spelling([experimentOf(run), choices]) };
  });
  const first = new Map(members.toReversed().map((member) => [member.key, member]));
  const counts = Map.groupBy(first.values(), ({ name }) => name);
  return members.map(({ key }) => {
    const { run, name } = first.get(key)!;
    return counts.get(name)!.length > 1 ? run : name;
  });
}

/** The name of a run without the seeds that were changed: `two-layer@seed=7,train.epochs=2` → `two-layer@train.epochs=2`. */
function withoutSeeds(run: string, seeds: readonly string[]): string {
  const experiment = experimentOf(run);
  const changes = run.slice(experiment.length + 1).split(",");
  const kept = changes.filter((change) => change !== "" && !seeds.includes(change.replace(/=\d+$/, "")));
  return kept.length === 0 ? experiment : `${experiment}@${kept.join(",")}`;
}

/** The seeds of a run's stages: `7`, or `batch 8, train 7` where they differ. Generators use the low 32 bits. */
function drawOf(params: Params, seeds: readonly string[]): string {
  // A stage that is not in the chain draws nothing.
  const stages = seeds.filter((path) => path !== "seed" && params.has(path));
  const values = stages.map((path) => low32(params.get(path)));
  if (new Set(values).size <= 1) return values[0] ?? low32(params.get("seed"));
  return stages.map((path, i) => `${path.replace(/\.seed$/, "")} ${values[i]}`).join(", ");
}

function low32(seed: Plain | undefined): string {
  return /^\d+$/.test(String(seed)) ? String(BigInt.asUintN(32, BigInt(String(seed)))) : String(seed);
}

/** The groups of some runs, in the order of their first runs. */
export function groupsOf(runs: readonly ComparedRun[], params: readonly string[]): SeedGroup[] {
  return [...Map.groupBy(runs, ({ group }) => group)].map(([name, members]) => {
    const draws = onePerDraw(members);
    const metrics = [...new Set(members.flatMap(({ metrics }) => Object.keys(metrics)))];
    return {
      name,
      runs: members.map(({ run }) => run),
      seeds: draws.length,
      params: Object.fromEntries(params.map((path) => [path, members[0].params[path]])),
      metrics: Object.fromEntries(metrics.map((metric) => {
        const values = draws.map((run) => run.metrics[metric]).filter((value) => value !== undefined);
        return [metric, values.includes(null) ? null : estimate(values as number[])];
      })),
    };
  });
}

/** Labels for the groups of these runs, by what distinguishes them; `rows` are the same runs. */
export function groupLabels(
  runs: readonly Candidate[],
  rows: readonly ComparedRun[],
  { seeds }: Pick<Terms, "seeds">,
): Map<string, string> {
  const groups = new Map(rows.map(({ group }, i) => {
    const choices = [...runs[i].params].filter(([path]) => !seeds.includes(path));
    return [group, { name: group, params: new Map(choices) }];
  }));
  return labelsOf([...groups.values()], seeds);
}

/** The first of the runs that are the same, one per draw. */
export function onePerDraw(runs: readonly ComparedRun[]): ComparedRun[] {
  return [...new Map(runs.toReversed().map((run) => [run.sameAs, run])).values()].reverse();
}
