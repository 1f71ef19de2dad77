/**
 * The lock of an experiment: what its files on the web are, as its first run found them. NAME.lock.json, beside NAME.json,
 * is kept with it, so that on another machine, or another day, other bytes are an error.
 */
import { basename } from "node:path";
import { kindOfInput, readInput } from "../engine/files/entry.ts";
import { isJsonObject } from "../engine/store/bounded_json.ts";
import { ConfigError } from "../engine/run_errors.ts";
import { visible } from "../text/visible.ts";
import { decodeText, parseJsonText } from "./json_text.ts";
import { shown } from "./problems.ts";

/** A file on the web: the digest and the size of its bytes, unpacked. */
export interface LockedFile {
  readonly sha256: string;
  readonly size: number;
}

/** Files by their addresses, which have no passwords. */
export type Lock = Readonly<Record<string, LockedFile>>;

/** Room for thousands of files. Characters. */
const MAX_LOCK = 1 << 20;
const ENDING = ".lock.json";

/** The path of an experiment's lock. It belongs to the file that is run, not to those that it extends. */
export function lockPathOf(file: string): string {
  return file.replace(/(\.json)?$/, ENDING);
}

/** Whether a path is that of a lock. */
export function isLock(path: string): boolean {
  return path.endsWith(ENDING);
}

/** The command that fetches an experiment's files again. */
export function updateCommand(file: string): string {
  return `deno task run ${file} --update-lock`;
}

/** The lock of an experiment; null if there is none. @throws ConfigError if the file is damaged, or was edited wrongly. */
export function readLock(file: string): Lock | null {
  const path = lockPathOf(file);
  if (kindOfInput(path) === null) return null;
  try {
    const bytes = readInput(path, MAX_LOCK);
    if (bytes === null) throw new SyntaxError("it is not a file");
    return checked(parseJsonText(decodeText(bytes), MAX_LOCK));
  } catch (error) {
    throw new ConfigError(
      `${path} is not a lock, { "https://…": { "sha256": …, "size": … } }: ${(error as Error).message}. ` +
        `Restore it, or have it written anew: ${updateCommand(file)}`,
    );
  }
}

/** The text of a lock, sorted by address. */
export function lockText(lock: Lock): string {
  const sorted = Object.entries(lock).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(sorted), null, 2) + "\n";
}

/** The digest that the lock of an experiment has for an address. @throws ConfigError if it has another address, or none. */
export function lockedDigest(lock: Lock, address: string, file: string): string {
  if (Object.hasOwn(lock, address)) return lock[address].sha256;
  const others = Object.keys(lock).slice(0, 3).join(", ") || "nothing";
  throw new ConfigError(
    `${lockPathOf(file)} does not lock ${address}, which ${basename(file)} needs; it locks ${others}. ` +
      `If the experiment is right, have the lock completed: ${updateCommand(file)}`,
  );
}

/** @throws SyntaxError that says where a value is not what a lock has. */
function checked(value: unknown): Lock {
  const expect = (isRight: boolean, where: string, what: string, found: unknown) => {
    if (!isRight) throw new SyntaxError(`${visible(where)}: expected ${what}, but found ${visible(shown(found))}`);
  };
  expect(isJsonObject(value), "the whole file", "an object", value);
  for (const [address, file] of Object.entries(Object(value))) {
    const where = JSON.stringify(address);
    expect(URL.canParse(address), where, "the address of a file", address);
    expect(isJsonObject(file), where, "an object", file);
    const { sha256, size, ...others } = Object(file);
    expect(/^[0-9a-f]{64}$/.test(String(sha256)), `${where}.sha256`, "64 lower-case hex digits", sha256);
    expect(Number.isSafeInteger(size) && size >= 0, `${where}.size`, "a number of bytes", size);
    const [other] = Object.keys(others);
    expect(other === undefined, where, "only sha256 and size", other);
  }
  return value as Lock;
}
