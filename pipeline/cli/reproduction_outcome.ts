/** What `reproduce` says about an experiment: whether everything is the same, and if not, the first difference. */
import { describeCue } from "../engine/why/cue_text.ts";
import { compareDigests, type DigestComparison, placesOf, type RunDigests } from "../results/digests.ts";
import { changesOf, type ExpectedRun } from "../results/expected.ts";
import { type BitsComparison, compareBits, type EpochBits, type PytorchRun, stored } from "../results/pytorch.ts";
import { secondsText } from "../text/numbers.ts";
import { visible } from "../text/visible.ts";
import { dim, green, red } from "./terminal.ts";

const NEW_DIGESTS = "The experiment has changed since its digests were computed. To replace them: --update.";
const NEW_PYTORCH = "PyTorch's numbers are of the experiment before. To have new ones: --pytorch --update.";

/** The outcome for one experiment. */
export interface Outcome {
  experiment: string;
  status: "same" | "differs" | "changed" | "updated";
  seconds: number;
  /** What computed: "native x86-64-v4". */
  kernels: string | null;
  /** With the expected digests. */
  comparison: DigestComparison | null;
  /** With PyTorch: as it has just computed, or as the expected digests have it. */
  pytorch: BitsComparison | null;
  /** How the experiment differs from the one whose digests are expected. */
  changes: string[];
  /** What to do about that; null if nothing. */
  advice: string | null;
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
  outcome: Omit<Outcome, "experiment" | "seconds" | "kernels">;
  isGood: boolean;
  expected: ExpectedRun;
} {
  const differences = before === null ? [] : changesOf(before.experiment, run.experiment)
    .map(({ path, a, b }) => describeCue({ kind: "param", path, old: a, new: b }));
  // What was computed for another experiment says nothing.
  const known = live ?? (differences.length === 0 ? before?.pytorch : undefined);
  const pytorch = known === undefined ? null : compareBits(known, bits);
  const expected = { ...run, ...(known === undefined ? {} : { pytorch: stored(known) }) };
  const has = { comparison: null, pytorch, changes: differences, advice: null };
  const isEqual = pytorch === null || pytorch.first === null;
  if (update) {
    const advice = before?.pytorch === undefined || known !== undefined ? null : NEW_PYTORCH;
    return { outcome: { ...has, status: "updated", advice }, isGood: isEqual, expected };
  }
  if (live === undefined && before !== null) {
    if (differences.length > 0) {
      return { outcome: { ...has, status: "changed", advice: NEW_DIGESTS }, isGood: false, expected };
    }
    const comparison = compareDigests(before, run);
    const isGood = isEqual && comparison.first === null;
    return { outcome: { ...has, status: isGood ? "same" : "differs", comparison }, isGood, expected };
  }
  return { outcome: { ...has, status: isEqual ? "same" : "differs", changes: [] }, isGood: isEqual, expected };
}

/** An outcome as text: one line, and one about PyTorch, each followed by the first difference. */
export function outcomeText(
  { experiment, status, seconds, comparison, pytorch, changes, advice }: Outcome,
  found: RunDigests,
): string {
  const isGood = status === "same" || status === "updated";
  const epochs = Math.max(...Object.values(found.stages).map(({ steps }) => steps?.length ?? 0)) - 1;
  const count = `${epochsText(epochs)}, ${placesOf(found).length} digests`;
  const columns = [experiment.padEnd(20), (isGood ? green : red)(status.padEnd(8)), count];
  return [
    `${columns.join(" ")}  ${secondsText(seconds).padStart(7)}`,
    ...changes.map((change) => `  ${visible(change)}`),
    ...(advice === null ? [] : [`  ${dim(advice)}`]),
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
