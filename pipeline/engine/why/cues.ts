/** Cues: the reasons for a stage to run, as plain data. They compare a request with its closest match in the store. */
import { isJsonObject } from "../store/bounded_json.ts";
import { canonicalJson, digestOfPlain, type Plain } from "../store/digest.ts";
import type { InputDigests, Request, StageRecord } from "../keys/record.ts";

/** One reason for a stage to run. */
export type Cue =
  /** `of`: the experiment, if the store has results of others. */
  | { kind: "first"; of?: string }
  | { kind: "forced" }
  /** `of`: what the value belongs to, if the stage says it. */
  | { kind: "param"; path: string; old: Plain | undefined; new: Plain | undefined; of?: string }
  | { kind: "input"; name: string; old: string | undefined; new: string | undefined; from?: Origin }
  | { kind: "version"; old: number; new: number }
  | { kind: "code"; file: string; old: string | undefined; new: string | undefined }
  | { kind: "damaged"; output: string; digest: string; path: string; found: "damaged" | "missing" }
  | { kind: "steps"; stepName: string; stored: number; wanted: number };

/** Where an input comes from, and why it has changed: the cues of that stage compared with its own old record. */
interface Origin {
  stage: string;
  output: string;
  cues: Cue[];
}

/** How `request` differs from the request of `record`, field by field. */
export function differences(request: Request, files: Record<string, string>, record: StageRecord): Cue[] {
  const old = record.request;
  const cues: Cue[] = [];
  if (old.version !== request.version) cues.push({ kind: "version", old: old.version, new: request.version });
  for (const { path, a, b } of plainDifferences(old.params as Plain, request.params as Plain, "")) {
    cues.push({ kind: "param", path, old: a, new: b });
  }
  for (const name of namesOf(old.inputs, request.inputs)) {
    const [was, is] = [inputDigest(old.inputs, name), inputDigest(request.inputs, name)];
    if (was !== is) cues.push({ kind: "input", name, old: was, new: is });
  }
  for (const file of namesOf(record.files ?? {}, files)) {
    const [was, is] = [record.files?.[file], files[file]];
    if (was !== is) cues.push({ kind: "code", file, old: was, new: is });
  }
  return cues;
}

/** The paths at which two plain values differ. A value without the path is undefined there. */
export function plainDifferences(
  a: Plain | undefined,
  b: Plain | undefined,
  path: string,
): { path: string; a: Plain | undefined; b: Plain | undefined }[] {
  if (isJsonObject(a) && isJsonObject(b)) {
    return namesOf(a, b).flatMap((name) => plainDifferences(a[name], b[name], path === "" ? name : `${path}.${name}`));
  }
  const same = a === undefined || b === undefined ? a === b : canonicalJson(a) === canonicalJson(b);
  return same ? [] : [{ path, a, b }];
}

function namesOf(a: object, b: object): string[] {
  return Object.keys({ ...a, ...b }).sort();
}

/** The digest of an input; for a list, its length and a digest of its entries. */
function inputDigest(inputs: InputDigests, name: string): string | undefined {
  const value = inputs[name];
  return Array.isArray(value) ? `${value.length} × ${digestOfPlain(value)}` : value;
}
