/** Descriptions of cues, with old and new values. */
import type { Cue } from "./cues.ts";
import type { Plain } from "../store/digest.ts";

const MAX_CAUSES = 3;
const DIGEST = /^[0-9a-f]{64}$/;

/** Describes a cue; for an input, with the causes of its change. */
export function describeCue(cue: Cue): string {
  switch (cue.kind) {
    case "first":
      return `no earlier run ${cue.of === undefined ? "" : `of ${cue.of} `}is stored`;
    case "forced":
      return "forced";
    case "param":
      return `${cue.path}: ${formatValue(cue.old)} → ${formatValue(cue.new)}` +
        (cue.of === undefined ? "" : ` (${cue.of})`);
    case "input": {
      const causes = causesOf(cue);
      const shown = causes.slice(0, MAX_CAUSES).join("; ");
      const more = causes.length > MAX_CAUSES ? `; and ${causes.length - MAX_CAUSES} more` : "";
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

/** Describes cues as briefly as possible: inputs that changed for the same reason are replaced by that reason, once. */
export function briefly(cues: readonly Cue[]): string[] {
  return unique(cues.flatMap((cue) => {
    const causes = cue.kind === "input" ? causesOf(cue) : [];
    return causes.length > 0 ? causes : [describeCue(cue)];
  }));
}

/** Why an input has changed, however far up the chain: "train optimizer.lr: 0.1 → 0.01". Empty if unknown. */
function causesOf({ from }: Cue & { kind: "input" }): string[] {
  if (from === undefined) return [];
  return unique(from.cues.flatMap((cause) => {
    const deeper = cause.kind === "input" ? causesOf(cause) : [];
    return deeper.length > 0 ? deeper : [`${from.stage} ${describeCue(cause)}`];
  }));
}

function describeCode({ file, old, new: now }: Cue & { kind: "code" }): string {
  if (old === undefined) return `code: ${file} is new`;
  if (now === undefined) return `code: ${file} was removed`;
  return file.startsWith("npm:") ? `code: ${file} ${old} → ${now}` : `code: ${file} changed`;
}

function unique(texts: string[]): string[] {
  return [...new Set(texts)];
}

function formatValue(value: Plain | undefined): string {
  if (value === undefined) return "not set";
  return typeof value === "string" && DIGEST.test(value) ? short(value) : JSON.stringify(value);
}

function short(digest: string | undefined): string {
  return digest === undefined ? "none" : digest.replace(/[0-9a-f]{64}/, (hex) => hex.slice(0, 10));
}
