/** Cues in words, with old and new values. */
import type { Cue } from "./cues.ts";
import type { Plain } from "../store/digest.ts";

/** More causes of an input than these are only counted. */
const MOST_CAUSES = 3;

/** A cue in words; of an input that changed, with what changed it. */
export function describeCue(cue: Cue): string {
  switch (cue.kind) {
    case "first":
      return "no earlier run is stored";
    case "forced":
      return "forced";
    case "param":
      return `${cue.path}: ${inWords(cue.old)} → ${inWords(cue.new)}`;
    case "input": {
      const causes = causesOf(cue);
      const shown = causes.slice(0, MOST_CAUSES).join("; ");
      const more = causes.length > MOST_CAUSES ? `; and ${causes.length - MOST_CAUSES} more` : "";
      return `input ${cue.name}: ${short(cue.old)} → ${short(cue.new)}${causes.length > 0 ? ` (${shown}${more})` : ""}`;
    }
    case "version":
      return `stage version: ${cue.old} → ${cue.new}`;
    case "code":
      return describeCode(cue);
    case "damaged":
      return `stored ${cue.output} (${short(cue.digest)}) is ${cue.found}: ${cue.path}`;
    case "steps":
      return cue.stored === 0
        ? `no ${cue.stepName} after ${cue.stepName} 0 is stored`
        : `${cue.stepName}s up to ${cue.stored} of ${cue.wanted} are stored`;
  }
}

/** What made an input another than before, however far up: "train optimizer.lr: 0.1 → 0.01". Empty when not known. */
export function causesOf(cue: Cue & { kind: "input" }): string[] {
  const { stage, cues } = cue.from ?? { stage: "", cues: [] };
  return unique(cues.flatMap((cause) => {
    const deeper = cause.kind === "input" ? causesOf(cause) : [];
    return deeper.length > 0 ? deeper : [`${stage} ${describeCue(cause)}`];
  }));
}

/** Cues as short as they can be said: inputs that changed for one reason are that reason, once. */
export function briefly(cues: readonly Cue[]): string[] {
  return unique(cues.flatMap((cue) => {
    const causes = cue.kind === "input" ? causesOf(cue) : [];
    return causes.length > 0 ? causes : [describeCue(cue)];
  }));
}

function describeCode({ file, old, new: now }: Cue & { kind: "code" }): string {
  if (old === undefined) return `code: ${file} is new`;
  if (now === undefined) return `code: ${file} is gone`;
  return file.startsWith("npm:") ? `code: ${file} ${old} → ${now}` : `code: ${file} changed`;
}

function unique(texts: string[]): string[] {
  return [...new Set(texts)];
}

function inWords(value: Plain | undefined): string {
  return value === undefined ? "not set" : JSON.stringify(value);
}

function short(digest: string | undefined): string {
  return digest === undefined ? "none" : digest.replace(/[0-9a-f]{64}/, (hex) => hex.slice(0, 10));
}
