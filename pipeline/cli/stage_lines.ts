/** A stage of a run as a line of text. */
import type { Cue } from "../engine/why/cues.ts";
import { addressesOf } from "../engine/keys/record.ts";
import { briefly } from "../engine/why/cue_text.ts";
import type { StageResult } from "../engine/run/runner.ts";
import { bytesText, secondsText } from "../text/numbers.ts";
import { dim, green, yellow } from "./terminal.ts";

/** Cues beyond this many are only counted. */
const MOST_CUES = 3;

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
