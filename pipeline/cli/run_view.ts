/** What `run` shows while it works: a line a stage, and a bar for the stage at work. */
import type { LockOwner } from "../engine/store/lock.ts";
import type { RunEvents } from "../engine/run/runner.ts";
import { timeText } from "../text/numbers.ts";
import { makeProgressBar, type ProgressBar } from "./progress.ts";
import { stageLine } from "./stage_lines.ts";
import { complain, print, yellow } from "./terminal.ts";

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

/** Who does what this run waits for. */
function ownerText(owner: LockOwner | null, does: string): string {
  if (owner === null) return `another run ${does}`;
  const { by, pid, host, since } = owner;
  const where = host === "" ? "" : ` on ${host}`;
  return `${by === "" ? "another run" : by} ${does}: process ${pid}${where}, since ${timeText(since)}`;
}
