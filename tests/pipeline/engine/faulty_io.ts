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
    readonly failAt: number,
    readonly fault: Fault,
    readonly fail: () => void = throwStoreError,
    readonly isLast = false,
  ) {}

  status = (path: string) => this.#call(() => {}, () => diskIo.status(path));

  readInto = (path: string, target: Uint8Array<ArrayBuffer>) =>
    this.#call(
      () => diskIo.readInto(path, target.subarray(0, target.length >> 1)),
      () => diskIo.readInto(path, target),
    );

  writeDurably = (path: string, bytes: Uint8Array) =>
    this.#call(
      () => Deno.writeFileSync(path, bytes.subarray(0, bytes.length >> 1)),
      () => diskIo.writeDurably(path, bytes),
    );

  writeWhile = (path: string, bytes: Uint8Array<ArrayBuffer>, isWanted: () => boolean) =>
    this.#call(
      () => Deno.writeFileSync(path, bytes.subarray(0, bytes.length >> 1)),
      // A failing call must not continue in parallel with later calls.
      () => this.calls === this.failAt ? wholly(path, bytes) : diskIo.writeWhile(path, bytes, isWanted),
    );

  copyDurably = (from: string, to: string, onChunk: (chunk: Uint8Array) => void) =>
    this.#call(
      () => {
        const bytes = Deno.readFileSync(from);
        Deno.writeFileSync(to, bytes.subarray(0, bytes.length >> 1));
      },
      () => diskIo.copyDurably(from, to, onChunk),
    );

  setAside = (from: string, to: string) => this.#call(() => {}, () => diskIo.setAside(from, to));
  digest = (path: string) => this.#call(() => {}, () => diskIo.digest(path));
  touch = (path: string) => this.#call(() => {}, () => diskIo.touch(path));
  rename = (from: string, to: string) => this.#call(() => {}, () => diskIo.rename(from, to));
  remove = (path: string) => this.#call(() => {}, () => diskIo.remove(path));
  makeFolder = (path: string) => this.#call(() => {}, () => diskIo.makeFolder(path));
  list = (path: string) => this.#call(() => {}, () => diskIo.list(path));

  note = (path: string, text: string) =>
    this.#call(() => diskIo.note(path, text.slice(0, text.length >> 1)), () => diskIo.note(path, text));

  #call<T>(half: () => void, all: () => T): T {
    const call = ++this.calls;
    if (call < this.failAt || (call > this.failAt && !this.isLast)) return all();
    if (call === this.failAt) this.fault === "half" ? half() : all();
    this.fail();
    throw new Error("A call that fails must not return.");
  }
}

function wholly(path: string, bytes: Uint8Array): Promise<boolean> {
  diskIo.writeDurably(path, bytes);
  return Promise.resolve(true);
}

function throwStoreError(): never {
  throw new StoreError("The store cannot use the disk: it failed on purpose.");
}
