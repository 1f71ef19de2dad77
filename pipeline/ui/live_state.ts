/** Reads what runs say of themselves while they work. */
import type { LiveState } from "../pages/live_sections.ts";
import { type LiveLine, livePathOf } from "../results/live_log.ts";

/** Follows the log of one run. */
export interface Follower extends Disposable {
  /** What is known now; null when there is no log and never was. */
  state(): LiveState | null;
}

/** Follows the run whose results are in `folder`. */
export function follow(folder: string, name: string): Follower {
  const path = livePathOf(folder);
  let file: Deno.FsFile | null = null;
  let ino: number | null = null;
  let text = "";
  let last: LiveState | null = null;
  const close = () => {
    file?.close();
    [file, ino, text] = [null, null, ""];
  };
  return {
    state() {
      const now = inodeOf(path);
      // Another run of the same name has begun.
      if (now !== null && now !== ino) {
        close();
        file = openOrNull(path);
        ino = file?.statSync().ino ?? null;
      }
      if (file === null) return last;
      const isGone = now === null;
      // Asked before reading: what a run wrote before it ended is read then.
      const alive = !isGone && isHeld(file);
      text += readOn(file);
      last = stateOf(name, text, alive, isGone);
      if (isGone) close();
      return last;
    },
    [Symbol.dispose]: close,
  };
}

function stateOf(name: string, text: string, alive: boolean, isGone: boolean): LiveState {
  const state: LiveState = {
    ...{ name, status: alive ? "running" : isGone ? "finished" : "stopped", layers: [], stage: null, epochs: 0 },
    ...{ trainLoss: [], trainAccuracy: [], testLoss: [], testAccuracy: [], reason: null },
  };
  for (const line of linesOf(text)) {
    if ("run" in line) [state.layers, state.epochs] = [line.layers, line.epochs];
    else if ("stage" in line) state.stage = line.stage;
    else if ("failed" in line) [state.status, state.reason] = ["failed", line.failed];
    else if ("accuracy" in line) {
      state.testAccuracy[line.epoch] = line.accuracy;
      state.testLoss[line.epoch] = line.loss;
    } else {
      state.trainLoss[line.epoch] = line.train_loss;
      state.trainAccuracy[line.epoch] = line.train_accuracy;
    }
  }
  return state;
}

/** The whole lines; what is not a line of a log is left out. */
function linesOf(text: string): LiveLine[] {
  return text.slice(0, text.lastIndexOf("\n") + 1).split("\n").flatMap((line) => {
    try {
      const value = JSON.parse(line);
      return typeof value === "object" && value !== null ? [value as LiveLine] : [];
    } catch {
      return [];
    }
  });
}

/** Whether the run's process holds its log. */
function isHeld(file: Deno.FsFile): boolean {
  if (!file.tryLockSync(false)) return true;
  file.unlockSync();
  return false;
}

function readOn(file: Deno.FsFile): string {
  const buffer = new Uint8Array(65536);
  const decoder = new TextDecoder();
  let text = "";
  for (let count = file.readSync(buffer); count !== null && count > 0; count = file.readSync(buffer)) {
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
  return text;
}

function inodeOf(path: string): number | null {
  try {
    return Deno.lstatSync(path).ino;
  } catch {
    return null;
  }
}

function openOrNull(path: string): Deno.FsFile | null {
  try {
    return Deno.openSync(path, { read: true });
  } catch {
    return null;
  }
}
