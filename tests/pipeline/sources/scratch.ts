/** Helpers of the tests of sources: a temporary folder, and a context like the runner's. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { FetchContext } from "../../../pipeline/define/dataset.ts";

/** Does `work` with a new folder, and removes it. */
export async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "retrace-sources-" });
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A context with `scratch` as its folder; `reports` collects the progress. */
export function contextIn(scratch: string, signal?: AbortSignal): FetchContext & { reports: Report[] } {
  const reports: Report[] = [];
  return {
    scratch,
    projects: [join(import.meta.dirname!, "../../..")],
    signal: signal ?? new AbortController().signal,
    progress: (done, total, note) => void reports.push({ done, total, note }),
    reports,
  };
}

/** What a source uses to find out a digest; `seen` collects what it looks at, and `lock` is what is locked. */
export function pinningIn(lock: Record<string, string> = {}, signal?: AbortSignal) {
  const seen: string[] = [];
  const here: Record<string, unknown> = {};
  return {
    ...contextIn("unused", signal),
    seen,
    data: [] as string[],
    here,
    setHere: (params: Record<string, unknown>) => void Object.assign(here, params),
    looksAt: (path: string) => void seen.push(path),
    locked: (address: string) => Promise.resolve(lock[address]),
    fileOfRun: (run: string) => Promise.reject(new TypeError(`A source needs no run: ${run}`)),
  };
}

/** One call of progress. */
export interface Report {
  done: number;
  total: number | null;
  note?: string;
}

/** `length` bytes with a long period. */
export function makeBytes(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** SHA-256 as hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The bytes as a gzip file. */
export async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Response(bytes).body!.pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** The names in a folder, sorted. */
export function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}
