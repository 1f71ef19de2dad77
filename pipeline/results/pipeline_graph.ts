/** The stages of an experiment and what flows between them, as the drawing takes them. */
import { arrowsOf, type Graph } from "../engine/stage/graph.ts";
import type { StageRecord } from "../engine/keys/record.ts";
import { bytesText } from "../text/bytes_text.ts";
import type { Pipeline, PipelineArrow, PipelineStage, StageState } from "../charts/pipeline_chart.ts";

/** What a stage put out. */
type Outputs = Pick<StageRecord, "outputs" | "each">;

/** What is known of a stage. */
export interface KnownStage {
  stage: string;
  state: StageState;
  key: string | null;
  /** Why it runs, in a line; null where it does not. */
  why: string | null;
  params: Readonly<Record<string, unknown>>;
  /** What it put out, or would; null where that is not known. */
  outputs: Outputs | null;
}

/** Letters of a key that tell it from others in a drawing. */
const KEY_LETTERS = 10;

const DIGEST = /^[0-9a-f]{64}$/;

/** Puts stages and arrows together; all arrows between two stages are one. */
export function pipelineGraph(graph: Graph, known: readonly KnownStage[]): Pick<Pipeline, "stages" | "arrows"> {
  const arrows: (PipelineArrow & { artifacts: { name: string; size: string }[] })[] = [];
  for (const { from, to, output } of arrowsOf(graph)) {
    const outputs = known.find(({ stage }) => stage === from)?.outputs ?? null;
    const artifact = { name: output, size: sizeText(outputs, output) };
    const arrow = arrows.find((one) => one.from === from && one.to === to);
    if (arrow === undefined) arrows.push({ from, to, artifacts: [artifact] });
    else arrow.artifacts.push(artifact);
  }
  return { stages: known.map(stageOf), arrows };
}

function stageOf({ stage, state, key, why, params }: KnownStage): PipelineStage {
  const values = Object.entries(params).map(([name, value]) => `${name} ${valueText(value)}`).join(" · ");
  const notes = [key === null ? "" : `key ${key.slice(0, KEY_LETTERS)}`, why ?? "", values];
  return { name: stage, state, notes: notes.filter((note) => note !== "") };
}

/** A value without JSON's marks; of a digest the first letters. */
function valueText(value: unknown): string {
  if (typeof value === "string") return DIGEST.test(value) ? `${value.slice(0, KEY_LETTERS)}…` : value;
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  return `(${Object.entries(value).map(([name, part]) => `${name} ${valueText(part)}`).join(", ")})`;
}

/** "47.0 MB", or "41 × 95.6 kB" for what a fold puts out at every step. */
function sizeText(outputs: Outputs | null, output: string): string {
  const one = outputs?.outputs[output];
  if (one !== undefined) return bytesText(one.size);
  const list = outputs?.each?.[output];
  return list === undefined || list.length === 0 ? "" : `${list.length} × ${bytesText(list[list.length - 1].size)}`;
}
