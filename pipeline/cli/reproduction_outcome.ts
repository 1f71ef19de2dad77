/** What `reproduce` says about an experiment: whether everything is the same, and if not, the first difference. */
import { describeCue } from "../engine/why/cue_text.ts";
import { compareDigests, type DigestComparison, placesOf, type RunDigests } from "../results/digests.ts";
import { changesOf, type ExpectedRun } from "../results/expected.ts";
import { type BitsComparison, compareBits, type EpochBits, type PytorchRun, stored } from "../results/pytorch.ts";
import { secondsText } from "../text/numbers.ts";
import { visible } from "../text/visible.ts";
import { dim, green, red } from "./terminal.ts";

/** The outcome for one experiment. */
export interface Outcome {
  experiment: string;
  status: "same" | "differs" | "changed" | "updated";
  seconds: number;
  /** With the expected digests. */
  comparison: DigestComparison | null;
  /** With PyTorch: as it has just computed, or as the expected digests have it. */
  pytorch: BitsComparison | null;
  /** How the experiment differs from the one whose digests are expected. */
  changes: string[];
}

/** What an outcome is judged by. */
interface Evidence {
  run: ExpectedRun;
  /** What the run came to after every epoch. */
  bits: readonly EpochBits[];
  /** What PyTorch has just come to. */
  live: PytorchRun | undefined;
  before: ExpectedRun | null;
  /** Whether what is computed becomes the expected. */
  update: boolean;
}

/** Compares a run with PyTorch, and with what is expected; gives what is to be expected if that is updated. */
export function judge({ run, bits, live, before, update }: Evidence): {
  outcome: Omit<Outcome, "experiment" | "seconds">;
  isGood: boolean;
  expected: ExpectedRun;
} {
  const changes = before === null ? [] : changesOf(before.experiment, run.experiment)
    .map(({ path, a, b }) => describeCue({ kind: "param", path, old: a, new: b }));
  // PyTorch's numbers of another experiment say nothing.
  const known = live ?? (changes.length === 0 ? before?.pytorch : undefined);
  const pytorch = known === undefined ? null : compareBits(known, bits);
  const isCompared = !update && live === undefined && before !== null && changes.length === 0;
  const comparison = isCompared ? compareDigests(before, run) : null;
  const isEqual = (comparison?.first ?? pytorch?.first ?? null) === null;
  const isChanged = !update && live === undefined && changes.length > 0;
  const status = update ? "updated" : isChanged ? "changed" : isEqual ? "same" : "differs";
  return {
    outcome: { status, comparison, pytorch, changes: live === undefined || update ? changes : [] },
    isGood: isEqual && !isChanged,
    expected: { ...run, ...(known === undefined ? {} : { pytorch: stored(known) }) },
  };
}

/** An outcome as text: one line, and one about PyTorch, each followed by the first difference. */
export function outcomeText(
  { experiment, status, seconds, comparison, pytorch, changes }: Outcome,
  found: RunDigests,
): string {
  const isGood = status === "same" || status === "updated";
  const epochs = Math.max(...Object.values(found.stages).map(({ steps }) => steps?.length ?? 0)) - 1;
  const count = `${epochsText(epochs)}, ${placesOf(found).length} digests`;
  const columns = [experiment.padEnd(20), (isGood ? green : red)(status.padEnd(8)), count];
  return [
    `${columns.join(" ")}  ${secondsText(seconds).padStart(7)}`,
    ...changes.map((change) => `  ${visible(change)}`),
    ...(status === "changed"
      ? [`  ${dim("Its digests are of the experiment before. To replace them: --update.")}`]
      : []),
    ...digestLines(comparison),
    ...pytorchLines(pytorch),
  ].join("\n");
}

function digestLines(comparison: DigestComparison | null): string[] {
  if (!comparison?.first) return [];
  const { first, before, differing, places } = comparison;
  const epoch = first.epoch === null ? "" : `, epoch ${first.epoch}`;
  return [
    `  first     ${first.stage}${epoch}, ${first.what}`,
    `  expected  ${first.expected ?? "nothing"}`,
    `  found     ${first.found ?? "nothing"}`,
    `  ${dim(`the ${before} digests before it are the same; ${differing} of all ${places} differ`)}`,
  ];
}

function pytorchLines(pytorch: BitsComparison | null): string[] {
  if (pytorch === null) return [];
  const { version, equal, epochs, first } = pytorch;
  const line = `  PyTorch's bits: ${equal} of ${epochsText(epochs)}`;
  if (first === null) return [line];
  return [
    line,
    `  first     epoch ${first.epoch}, ${first.what}`,
    `  ${`PyTorch ${version}`.padEnd(14)}  ${first.expected}`,
    `  ${"found".padEnd(14)}  ${first.found}`,
  ];
}

function epochsText(count: number): string {
  return `${count} ${count === 1 ? "epoch" : "epochs"}`;
}
