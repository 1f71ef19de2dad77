import { StoreError } from "../../../pipeline/engine/run_errors.ts";
import { diskIo, type StoreIo } from "../../../pipeline/engine/store/store_io.ts";

/** How a call fails: after half of its work (or none, if there is no half), or after all of it. */
export type Fault = "half" | "all";

/**
 * The real file system, but the `failAt`-th call, counted from 1, fails. With `isLast`, all calls after it fail and do
 * nothing, as if the process had died.
 */
export class FaultyIo implements StoreIo {
  calls = 0;

  constructor(
    root: string,
    readonly failAt: number,
    readonly fault: Fault,
    readonly fail: () => void = throwStoreError,
    readonly isLast = false,
    readonly disk: StoreIo = diskIo(root),
  ) {}

  status = (path: string) => this.#call(() => {}, () => this.disk.status(path));

  readInto = (path: string, target: Uint8Array<ArrayBuffer>, start?: number) =>
    this.#call(
      () => this.disk.readInto(path, target.subarray(0, target.length >> 1), start),
      () => this.disk.readInto(path, target, start),
    );

  writeDurably = (path: string, bytes: Uint8Array) =>
    this.#call(
      () => Deno.writeFileSync(path, bytes.subarray(0, bytes.length >> 1)),
      () => this.disk.writeDurably(path, bytes),
    );

  writeWhile: StoreIo["writeWhile"] = (path, pieces, ...rest) =>
    this.#call(
      () => {
        const bytes = allOf(pieces);
        Deno.writeFileSync(path, bytes.subarray(0, bytes.length >> 1));
      },
      // A failing call must not continue in parallel with later calls.
      () =>
        this.calls === this.failAt ? this.#wholly(path, allOf(pieces)) : this.disk.writeWhile(path, pieces, ...rest),
    );

  copyDurably = (from: string, to: string, onChunk: (chunk: Uint8Array) => void) =>
    this.#call(
      () => {
        const bytes = Deno.readFileSync(from);
        Deno.writeFileSync(to, bytes.subarray(0, bytes.length >> 1));
      },
      () => this.disk.copyDurably(from, to, onChunk),
    );

  setAside = (from: string, to: string) => this.#call(() => {}, () => this.disk.setAside(from, to));
  digest = (path: string) => this.#call(() => {}, () => this.disk.digest(path));
  touch = (path: string, time?: Date) => this.#call(() => {}, () => this.disk.touch(path, time));
  rename = (from: string, to: string) => this.#call(() => {}, () => this.disk.rename(from, to));
  remove = (path: string) => this.#call(() => {}, () => this.disk.remove(path));
  makeFolder = (path: string) => this.#call(() => {}, () => this.disk.makeFolder(path));
  list = (path: string) => this.#call(() => {}, () => this.disk.list(path));

  note = (path: string, text: string) =>
    this.#call(() => this.disk.note(path, text.slice(0, text.length >> 1)), () => this.disk.note(path, text));

  #wholly(path: string, bytes: Uint8Array): Promise<boolean> {
    this.disk.writeDurably(path, bytes);
    return Promise.resolve(true);
  }

  #call<T>(half: () => void, all: () => T): T {
    const call = ++this.calls;
    if (call < this.failAt || (call > this.failAt && !this.isLast)) return all();
    if (call === this.failAt) this.fault === "half" ? half() : all();
    this.fail();
    throw new Error("A call that fails must not return.");
  }
}

/** Bytes that come in pieces, together. */
export function allOf(pieces: Iterable<Uint8Array>): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...pieces].flatMap((piece) => [...piece]));
}

function throwStoreError(): never {
  throw new StoreError("The store cannot use the disk: it failed on purpose.");
}
