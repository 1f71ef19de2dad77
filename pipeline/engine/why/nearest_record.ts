/** Explains a miss by the closest match, and traces a changed input to the stage, and the param or file, behind it. */
import { join } from "node:path";
import { isJsonObject } from "../store/bounded_json.ts";
import { type Cue, differences } from "./cues.ts";
import { keyOf, recordAt, type Request, type StageRecord } from "../keys/record.ts";
import { type Job, requestOf } from "../keys/request.ts";
import { inputName, type Wire } from "../stage/stage_graph.ts";
import type { Store } from "../store/store.ts";
import { ifReadable } from "../store/store_failure.ts";

/** A stored record: its key, and when, for which run and by which version of Deno it was made, if known. */
export interface Nearest {
  key: string;
  made: string | null;
  by: string | null;
  deno: string | null;
}

/** Why a stage must run. */
export interface Reasons {
  /** Empty for a hit. */
  cues: Cue[];
  /** The stored record that the cues compare with. */
  nearest?: Nearest;
}

/** The beginning of a record's file up to its request, unchecked: enough to compare it. */
interface Head {
  key: string;
  made?: string;
  by?: string;
  request: Request;
}

/** More than nearly every head has. Bytes. */
const HEAD_BYTES = 1 << 13;
/** Ends the request in a record's file; JSON strings contain no line breaks. */
const REQUEST_END = "\n  }";

/** Identifies a record. */
export function nearestOf(key: string, { made, by, deno }: StageRecord): Nearest {
  return { key, made: made ?? null, by: by ?? null, deno: deno ?? null };
}

/** Why no record matches `job`: its differences from the closest comparable one; among equals, from the most recent. */
export function explainMiss(store: Store, job: Job): Reasons {
  const request = requestOf(job);
  const known = (other: Request) => job.waitsFor.length === 0 ? other : onlyInputsOf(request, other);
  const stored = storedOf(store, job.stage.name);
  const heads = comparable(store, job, stored.heads).map((head) => ({
    head,
    far: distance(request, known(head.request)),
  }));
  const madeAt = ({ head }: typeof heads[number]) => head.made ?? "";
  heads.sort((a, b) => a.far - b.far || Number(madeAt(b) > madeAt(a)) - Number(madeAt(b) < madeAt(a)));
  const own = keyOf(request);
  for (const { head: { key } } of heads) {
    // Another process might have stored the requested record in the meantime.
    const read = () => recordAt(store, job.stage.name, key);
    const record = key === own ? null : stored.records.getOrInsertComputed(key, read);
    if (record === null) continue;
    const cues = differences(request, job.code.files, { ...record, request: known(record.request) });
    return { cues: traced(store, cues.map((cue) => noted(cue, job)), job, record), nearest: nearestOf(key, record) };
  }
  const [of] = stored.heads.length > 0 ? job.run.names ?? [] : [];
  return { cues: [of === undefined ? { kind: "first" } : { kind: "first", of }] };
}

/**
 * The results of the job's stage that were made for the same experiment, or one that it extends. If there are none although a
 * later stage has some, the experiment has used results that others had made, so all count.
 */
function comparable(store: Store, { stage, run: { names, graph } }: Job, heads: Head[]): Head[] {
  if (names === undefined) return heads;
  const ownOf = (some: Head[]) => some.filter(({ by = "" }) => names.includes(by.split("@")[0]));
  const own = ownOf(heads);
  const later = graph.slice(graph.findIndex((wired) => wired.stage === stage) + 1);
  const hasRun = () => later.some((wired) => ownOf(storedOf(store, wired.stage.name).heads).length > 0);
  return own.length === 0 && hasRun() ? heads : own;
}

/** Adds to a param what the stage says about it. */
function noted(cue: Cue, { stage, params, library }: Job): Cue {
  const of = cue.kind === "param" ? stage.keyNote?.(cue.path, params, library) : undefined;
  return of === undefined ? cue : { ...cue, of } as Cue;
}

/** Adds to every input that has changed where it comes from, and why it differs from when `old` was made. */
function traced(store: Store, cues: Cue[], job: Job, old: StageRecord): Cue[] {
  return cues.map((cue) => {
    const wire = cue.kind === "input" ? wireOf(job, cue.name) : undefined;
    const now = job.done.get(wire?.stage ?? "");
    if (wire === undefined || now === undefined) return cue;
    const then = recordAt(store, wire.stage, old.from?.[wire.stage] ?? "");
    const why = then === null ? [] : differences(now.record.request, now.record.files ?? {}, then);
    const causes = then === null ? [] : traced(store, why.map((one) => noted(one, now.job)), now.job, then);
    return { ...cue, from: { stage: wire.stage, output: wire.artifact, cues: causes } };
  });
}

/** Where the input with this name in keys comes from. */
function wireOf({ wired }: Job, name: string): Wire | undefined {
  return wired.inputs.flatMap((input) => input.wires.filter(({ part }) => inputName(input, part) === name))[0];
}

/** The number of differences between two requests; code counts once, however many files differ. */
function distance(a: Request, b: Request): number {
  return Number(a.version !== b.version) + Number(a.code !== b.code) + countDifferences(a.params, b.params) +
    countDifferences(a.inputs, b.inputs);
}

/** Counts what `plainDifferences` lists, fast enough for ten thousand records. */
function countDifferences(a: unknown, b: unknown): number {
  if (!isJsonObject(a) || !isJsonObject(b)) return a === b || JSON.stringify(a) === JSON.stringify(b) ? 0 : 1;
  let count = 0;
  for (const name in a) count += countDifferences(a[name], b[name]);
  for (const name in b) if (!(name in a)) count++;
  return count;
}

function onlyInputsOf({ inputs }: Request, other: Request): Request {
  const shared = Object.entries(other.inputs).filter(([name]) => Object.hasOwn(inputs, name));
  return { ...other, inputs: Object.fromEntries(shared) };
}

/**
 * The heads of the records of a stage, and the records that were read by key, by the list of their files: a store that only
 * reads lists a folder once, for the plans of many runs.
 */
const storedByList = new WeakMap<readonly string[], { heads: Head[]; records: Map<string, StageRecord | null> }>();

function storedOf(store: Store, stage: string) {
  const folder = join(store.root, "records", stage);
  const names = store.io.list(folder);
  return storedByList.getOrInsertComputed(names, () => ({ heads: headsOf(store, folder, names), records: new Map() }));
}

/** The heads of the records in a folder. Files that are not records are skipped. */
function headsOf(store: Store, folder: string, names: readonly string[]): Head[] {
  const buffer = new Uint8Array(HEAD_BYTES);
  return names.filter((name) => name.endsWith(".json")).flatMap((name) => {
    const path = join(folder, name);
    const count = ifReadable(() => store.io.readInto(path, buffer));
    const start = new TextDecoder().decode(buffer.subarray(0, count ?? 0));
    try {
      const text = start.includes(REQUEST_END) ? start : store.readText(path) ?? "";
      return [parseHead(text, name.slice(0, -".json".length))];
    } catch {
      return [];
    }
  });
}

/** @throws SyntaxError or TypeError if the text is not the start of a record. */
function parseHead(text: string, key: string): Head {
  const { record: { made, by, request } } = JSON.parse(`${text.slice(0, text.indexOf(REQUEST_END))}}}}`);
  if (typeof request.params !== "object" || typeof request.inputs !== "object") throw new TypeError("Not a request.");
  return { key, made, by, request };
}
