/** Explains a miss by the closest match, and traces a changed input to the stage, and the param or file, behind it. */
import { basename, join } from "node:path";
import type { CheckedFolders } from "../files/tree.ts";
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

/** The records that are compared; of more, those that were used last. */
const MOST_COMPARED = 1000;
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
  const { records } = seenOf(store, job.stage.name);
  const heads = comparable(store, job).map((head) => ({
    head,
    far: distance(request, known(head.request)),
  }));
  const madeAt = ({ head }: typeof heads[number]) => head.made ?? "";
  heads.sort((a, b) => a.far - b.far || Number(madeAt(b) > madeAt(a)) - Number(madeAt(b) < madeAt(a)));
  const own = keyOf(request);
  for (const { head: { key } } of heads) {
    // Another process might have stored the requested record in the meantime.
    const read = () => recordAt(store, job.stage.name, key);
    const record = key === own ? null : records.get(key) ?? read();
    if (record === null) continue;
    records.set(key, record);
    const cues = differences(request, job.code.files, { ...record, request: known(record.request) });
    return { cues: traced(store, cues.map((cue) => noted(cue, job)), job, record), nearest: nearestOf(key, record) };
  }
  const [of] = headsOf(store, job.stage.name).some(() => true) ? job.run.names ?? [] : [];
  return { cues: [of === undefined ? { kind: "first" } : { kind: "first", of }] };
}

/**
 * The results of the job's stage that were made for the same experiment, or one that it extends. If there are none although a
 * later stage has some, the experiment has used results that others had made, so all count.
 */
function comparable(store: Store, { stage, run: { names, graph } }: Job): Head[] {
  const all = () => headsOf(store, stage.name).take(MOST_COMPARED).toArray();
  if (names === undefined) return all();
  const isOwn = ({ by = "" }: Head) => names.includes(by.split("@")[0]);
  const own = headsOf(store, stage.name).filter(isOwn).take(MOST_COMPARED).toArray();
  const later = graph.slice(graph.findIndex((wired) => wired.stage === stage) + 1);
  const hasRun = () => later.some((wired) => headsOf(store, wired.stage.name).some(isOwn));
  return own.length === 0 && hasRun() ? all() : own;
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

/** What a process has seen of the records of a stage: it can explain many runs. */
interface Seen {
  /** By the name of a record's file, when it was last used (milliseconds since 1970), and its head. */
  files: Map<string, { used: number; head?: Head }>;
  /** Records that were compared with, by key. */
  records: Map<string, StageRecord>;
}

const seenByStore = new WeakMap<Store, Map<string, Seen>>();

function seenOf(store: Store, stage: string): Seen {
  const stages = seenByStore.getOrInsertComputed(store, () => new Map<string, Seen>());
  return stages.getOrInsertComputed(stage, () => ({ files: new Map(), records: new Map() }));
}

/** The heads of a stage's records; if there are many, those used last first. Files that are not records are skipped. */
function* headsOf(store: Store, stage: string): Generator<Head> {
  const folder = join(store.root, "records", stage);
  const { files } = seenOf(store, stage);
  const names = store.io.list(folder).filter((name) => name.endsWith(".json"));
  const areMany = names.length > MOST_COMPARED;
  const checked: CheckedFolders = new Set();
  const usedAt = (name: string) => areMany ? store.io.status(join(folder, name), checked)?.modified ?? 0 : 0;
  const seen = names.map((name) => ({ name, file: files.getOrInsertComputed(name, () => ({ used: usedAt(name) })) }));
  if (areMany) seen.sort((a, b) => b.file.used - a.file.used);
  const buffer = new Uint8Array(HEAD_BYTES);
  for (const { name, file } of seen) {
    file.head ??= readHead(store, join(folder, name), buffer);
    if (file.head !== undefined) yield file.head;
  }
}

function readHead(store: Store, path: string, buffer: Uint8Array<ArrayBuffer>): Head | undefined {
  const count = ifReadable(() => store.io.readInto(path, buffer));
  const start = new TextDecoder().decode(buffer.subarray(0, count ?? 0));
  try {
    return parseHead(start.includes(REQUEST_END) ? start : store.readText(path) ?? "", basename(path, ".json"));
  } catch {
    return undefined;
  }
}

/** @throws SyntaxError or TypeError if the text is not the start of a record. */
function parseHead(text: string, key: string): Head {
  const { record: { made, by, request } } = JSON.parse(`${text.slice(0, text.indexOf(REQUEST_END))}}}}`);
  if (typeof request.params !== "object" || typeof request.inputs !== "object") throw new TypeError("Not a request.");
  return { key, made, by, request };
}
