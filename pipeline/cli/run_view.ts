/** What `run` shows while it works: a line a stage, and a bar for the stage at work. */
import type { Cue } from "../cues.ts";
import type { LockOwner } from "../lock.ts";
import type { RunEvents, StageResult } from "../runner.ts";
import { addressesOf } from "../record.ts";
import { briefly } from "../report/cue_text.ts";
import { bytesText, secondsText, timeText } from "./format.ts";
import { makeProgressBar, type ProgressBar } from "./progress.ts";
import { complain, dim, green, print, yellow } from "./terminal.ts";

/** Cues beyond this many are only counted. */
const MOST_CUES = 3;

/** What is shown, beside warnings: a line a stage, the bar of the stage at work. */
export interface Shown {
  lines: boolean;
  bars: boolean;
}

/** Events that print to the terminal, and what was last heard of a failure. */
export interface RunView extends RunEvents {
  /** Another process is writing the run's results; this one waits for it. */
  resultsWait(owner: LockOwner | null): void;
  /** The stage that failed, if one did. */
  failed(): { name: string; params: unknown } | undefined;
}

/** Makes the events of a run. */
export function makeRunView({ lines, bars }: Shown): RunView {
  let bar: ProgressBar | null = null;
  let failed: { name: string; params: unknown } | undefined;
  return {
    failed: () => failed,
    resultsWait(owner) {
      if (lines) print(`  ${"results".padEnd(10)} ${yellow("wait")}  ${ownerText(owner, "is writing them")}`);
    },
    stageFails({ name }, params) {
      bar?.clear();
      bar = null;
      failed = { name, params };
    },
    async stageStarts(stage) {
      if (bars) bar = await makeProgressBar(stage.name, stage.name === "download" ? "bytes" : "steps");
    },
    stageWaits(stage, owner) {
      if (lines) print(`  ${stage.name.padEnd(10)} ${yellow("wait")}  ${ownerText(owner, "is at work on it")}`);
    },
    progress(_, ...values) {
      bar?.update(...values);
    },
    stageEnds(result) {
      bar?.clear();
      bar = null;
      failed = undefined;
      if (lines) print(stageLine(result));
    },
    differs(stage, output) {
      complain(
        `Warning: ${stage.name} was forced and put out other bytes for "${output}" than the stored ones. ` +
          "The same inputs must give the same bytes: something in the stage depends on more than its inputs.",
      );
    },
  };
}

/** One stage's line: name, hit or run, size, time, reason. */
export function stageLine({ stage, action, record, seconds, cues }: StageResult): string {
  const bytes = addressesOf(record).reduce((sum, { address }) => sum + address.size, 0);
  if (action === "hit") return hitLine(stage, bytes, seconds, record.seconds);
  return lineOf(stage, action === "run" ? "run" : "more", bytes, seconds, cuesText(cues));
}

/** The line of a stage whose result is stored: how long it took now, and when it was made. */
export function hitLine(stage: string, bytes: number, seconds: number, secondsWhenMade: number): string {
  return lineOf(stage, "hit", bytes, seconds, `made in ${secondsText(secondsWhenMade)}`);
}

function lineOf(stage: string, word: "hit" | "run" | "more", bytes: number, seconds: number, why: string): string {
  const verb = (word === "hit" ? green : yellow)(word.padEnd(4));
  const columns = [stage.padEnd(10), verb, bytesText(bytes).padStart(8), secondsText(seconds).padStart(7)];
  return `  ${columns.join(" ")}  ${dim(why)}`;
}

/** Some cues in one line. */
export function cuesText(cues: readonly Cue[]): string {
  const texts = briefly(cues);
  const shown = texts.slice(0, MOST_CUES).join("; ");
  return texts.length > MOST_CUES ? `${shown}; and ${texts.length - MOST_CUES} more` : shown;
}

/** Who does what this run waits for. */
function ownerText(owner: LockOwner | null, does: string): string {
  if (owner === null) return `another run ${does}`;
  const { by, pid, host, since } = owner;
  const where = host === "" ? "" : ` on ${host}`;
  return `${by === "" ? "another run" : by} ${does}: process ${pid}${where}, since ${timeText(since)}`;
}
