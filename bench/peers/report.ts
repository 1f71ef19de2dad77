/** The race in Markdown, for the README. */
import { modelText } from "../jobs.ts";
import { markdownTable } from "../markdown.ts";
import type { Spread } from "../measure.ts";
import { gflopsOf, type JobResult, type PeerResult, percent, timesOf, type Verdict } from "./results.ts";

/** Where and when the figures were measured. */
export interface Circumstances {
  machine: string;
  moment: string;
  rounds: number;
}

/** The race in one table, and its targets, for the README. */
export function summaryText(results: readonly JobResult[], verdicts: readonly Verdict[], where: Circumstances): string {
  const { machine, moment, rounds } = where;
  const intro =
    `Seconds per epoch of training, one thread unless said: median (fastest–slowest epoch) of ${rounds} alternating rounds. ` +
    `${moment}; ${machine}. Refused: did not learn the same.`;
  return [intro, summaryTable(results), verdictsText(verdicts)].join("\n\n") + "\n";
}

/** One table per job. */
export function detailsText(results: readonly JobResult[]): string {
  return results.map(jobText).join("\n\n") + "\n";
}

/** One row per peer, one column per job; in the order of the first job's medians. */
function summaryTable(results: readonly JobResult[]): string {
  const head = ["who", ...results.map(({ job }) => `${job.name}, ${modelText(job)}`)];
  const inOrder = [...results[0].peers].sort((a, b) => medianOf(a) - medianOf(b));
  const cellOf = (name: string, { peers }: JobResult) => {
    const peer = peers.find((one) => one.name === name);
    if (peer === undefined) return "–";
    if (peer.seconds === null) return "refused";
    const [min, median, max] = spreadTexts(peer.seconds);
    return `${median} (${min}–${max})`;
  };
  return markdownTable(head, inOrder.map(({ name }) => [name, ...results.map((result) => cellOf(name, result))]));
}

function jobText(result: JobResult): string {
  const rows = [...result.peers].sort((a, b) => medianOf(a) - medianOf(b)).map((peer) => rowOf(peer, result));
  return [
    `**${result.job.name}**: ${result.job.about}`,
    markdownTable(["who", "fastest", "median", "slowest", "epochs", "Retrace's time"], rows),
    speedText(gflopsOf(result), result.peak),
  ].join("\n\n");
}

function speedText(gflops: number, peak: number | null): string {
  const share = peak === null ? "" : `, ${percent(gflops / peak)} of the peak of ${peak.toFixed(1)} without fused adds`;
  return `Retrace: ${gflops.toFixed(1)} GFLOP/s over the whole step${share}.`;
}

/** Rejected peers come last. */
function medianOf({ seconds }: PeerResult): number {
  return seconds?.median ?? Infinity;
}

function rowOf({ kind, name, seconds, refused }: PeerResult, result: JobResult): string[] {
  if (seconds === null) return [`${name}: refused, ${refused}`, "–", "–", "–", "–", "–"];
  const times = kind === "retrace" ? "" : `${timesOf(result, kind)!.toFixed(2)} ×`;
  return [name, ...spreadTexts(seconds), String(seconds.runs), times];
}

function spreadTexts({ min, median, max }: Spread): string[] {
  return [min, median, max].map((value) => value.toFixed(3));
}

function verdictsText(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ target, wanted, measured, met }) => [target, wanted, measured, met ? "yes" : "no"]);
  return markdownTable(["target", "wanted", "measured", "met"], rows);
}
