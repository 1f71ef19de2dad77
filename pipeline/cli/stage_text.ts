/** Stages as text: what a run did, and what one would do. */
import type { Cue } from "../engine/why/cues.ts";
import { briefly } from "../engine/why/cue_text.ts";
import { addressesOf } from "../engine/keys/record.ts";
import type { StagePlan } from "../engine/run/plan.ts";
import type { StageResult } from "../engine/run/runner.ts";
import { bytesText, secondsText } from "../text/numbers.ts";
import { dim, green, tableText, yellow } from "./terminal.ts";

/** More cues than these are only counted. */
const MOST_CUES = 3;

/** A stage that has ended: its name, hit or run, the size of its outputs, its time, and why it ran. */
export function stageLine({ stage, action, record, seconds, cues }: StageResult): string {
  const bytes = addressesOf(record).reduce((sum, { address }) => sum + address.size, 0);
  if (action === "hit") return hitLine(stage, bytes, seconds, record.seconds);
  return lineOf(stage, action === "run" ? "run" : "more", bytes, seconds, cuesText(cues));
}

/** A stage whose result is stored: how long it took now, and how long when it was made. */
export function hitLine(stage: string, bytes: number, seconds: number, secondsWhenMade: number): string {
  return lineOf(stage, "hit", bytes, seconds, `made in ${secondsText(secondsWhenMade)}`);
}

function lineOf(stage: string, word: "hit" | "run" | "more", bytes: number, seconds: number, why: string): string {
  const verb = (word === "hit" ? green : yellow)(word.padEnd(4));
  const columns = [stage.padEnd(10), verb, bytesText(bytes).padStart(8), secondsText(seconds).padStart(7)];
  return `  ${columns.join(" ")}  ${dim(why)}`;
}

/** A plan, a line per stage. */
export function planText(plan: readonly StagePlan[]): string {
  const rows = plan.map((one) => [`  ${one.stage}`, actionText(one.action), whyText(one)]);
  return tableText(rows, ["left", "left", "left"]);
}

/** Why a stage would run, in a line. */
export function whyText(plan: StagePlan): string {
  return [...(plan.cues.length > 0 ? [cuesText(plan.cues)] : []), ...waitText(plan)].join("; ");
}

/** What is to happen to a stage, in its colour. */
export function actionText(action: StagePlan["action"]): string {
  return { hit: green, run: yellow, continue: yellow, depends: dim }[action](action);
}

/** The stages that a stage waits for, and what may come of it: one line, or none. */
export function waitText({ waitsFor, cues }: StagePlan): string[] {
  if (waitsFor.length === 0) return [];
  const outcome = cues.length > 0
    ? ""
    : `; a hit if ${waitsFor.length === 1 ? "it produces" : "they produce"} the same bytes as before`;
  return [`waits for ${waitsFor.join(", ")}${outcome}`];
}

/** Cues in one line. */
export function cuesText(cues: readonly Cue[]): string {
  const texts = briefly(cues);
  const shown = texts.slice(0, MOST_CUES).join("; ");
  return texts.length > MOST_CUES ? `${shown}; and ${texts.length - MOST_CUES} more` : shown;
}
