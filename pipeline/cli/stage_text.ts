/** Stages as text: what a run did, and what one would do. */
import type { Cue } from "../engine/why/cues.ts";
import { briefly } from "../engine/why/cue_text.ts";
import { addressesOf } from "../engine/keys/record.ts";
import type { StagePlan } from "../engine/run/plan.ts";
import type { StageResult } from "../engine/run/run_options.ts";
import { bytesText, secondsText } from "../text/numbers.ts";
import { visible } from "../text/visible.ts";
import { dim, green, tableText, yellow } from "./terminal.ts";

/** More cues than this are only counted. */
const MAX_CUES = 3;

/** A stage that has ended: its name, hit or run, the size of its outputs, its time, and why it ran. */
export function stageLine({ stage, action, record, seconds, cues }: StageResult): string {
  const bytes = addressesOf(record).reduce((sum, { address }) => sum + address.size, 0);
  if (action === "hit") return hitLine(stage, bytes, seconds, record.seconds);
  return lineOf(stage, yellow(action === "run" ? "run " : "more"), bytes, seconds, cuesText(cues));
}

/** A stage whose result is stored: how long it took now, and how long when it was computed. */
export function hitLine(stage: string, bytes: number, seconds: number, secondsWhenMade: number): string {
  return lineOf(stage, green("hit "), bytes, seconds, `made in ${secondsText(secondsWhenMade)}`);
}

function lineOf(stage: string, action: string, bytes: number, seconds: number, why: string): string {
  const columns = [stage.padEnd(10), action, bytesText(bytes).padStart(8), secondsText(seconds).padStart(7)];
  return `  ${columns.join(" ")}  ${dim(why)}`;
}

/** A plan, one line per stage. */
export function planText(plan: readonly StagePlan[]): string {
  return tableText(plan.map((one) => [`  ${one.stage}`, actionText(one.action), whyText(one)]));
}

/** Why a stage would run, in one line. */
export function whyText(plan: StagePlan): string {
  return [...(plan.cues.length > 0 ? [cuesText(plan.cues)] : []), ...waitText(plan)].join("; ");
}

/** What would happen to a stage, in its colour. */
export function actionText(action: StagePlan["action"]): string {
  return { hit: green, run: yellow, continue: yellow, depends: dim }[action](action);
}

/** The stages that a stage waits for, and the possible outcome: one line, or none. */
export function waitText({ waitsFor, cues }: StagePlan): string[] {
  if (waitsFor.length === 0) return [];
  const produce = waitsFor.length === 1 ? "it produces" : "they produce";
  const outcome = cues.length > 0 ? "" : `; a hit if ${produce} the same bytes as before`;
  return [`waits for ${waitsFor.join(", ")}${outcome}`];
}

function cuesText(cues: readonly Cue[]): string {
  const texts = briefly(cues);
  const more = texts.length > MAX_CUES ? [`and ${texts.length - MAX_CUES} more`] : [];
  return visible([...texts.slice(0, MAX_CUES), ...more].join("; "));
}
