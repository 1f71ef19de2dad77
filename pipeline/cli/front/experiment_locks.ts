/** The locks of a command's experiments: read before its workers start, written when one has fetched what is not locked. */
import { ConfigError, ResultsError } from "../../engine/run_errors.ts";
import { isExperimentFile } from "../../experiment/extends.ts";
import { type Lock, type LockedFile, lockPathOf, lockText, readLock } from "../../experiment/lock_file.ts";
import { pathsToWrite } from "../../results/whole_file.ts";
import { countText } from "../../text/numbers.ts";
import { moduleFile } from "../load_on_demand.ts";
import { dim, printError, yellow } from "../terminal.ts";
import { startDeno } from "./start_deno.ts";

/** The locks of experiment files. */
export interface ExperimentLocks {
  /** What workers are told: null for an experiment without a lock, or whose lock is to be written anew. */
  known(): Record<string, Lock | null>;
  /**
   * Adds what was fetched, by experiment file, writes the locks, and says what is new and what has changed.
   * @throws ConfigError if another process has locked something else meanwhile, ResultsError if one cannot be written.
   */
  add(found: Readonly<Record<string, Lock>>): Promise<void>;
}

/** Reads the locks. If `isNew`, they are to be written anew. @throws ConfigError for a damaged one. */
export function experimentLocks(files: readonly string[], isNew: boolean): ExperimentLocks {
  const known: Record<string, Lock | null> = {};
  for (const file of files.filter(isExperimentFile)) known[file] = isNew ? null : readLock(file);
  return {
    known: () => known,
    async add(found) {
      for (const [file, files] of Object.entries(found)) {
        const before = isNew ? lockUnlessDamaged(file) : readLock(file) ?? {};
        const lines = Object.entries(files).map(([address, now]) => newsOf(file, address, before[address], now, isNew));
        known[file] = { ...before, ...files };
        await write(lockPathOf(file), lockText(known[file]));
        lines.forEach(printError);
      }
      if (isNew && Object.keys(found).length === 0) {
        printError(
          dim("note: --update-lock: these experiments need no file from the web whose SHA-256 they do not give."),
        );
      }
    },
  };
}

/** What is to be said of a file. @throws ConfigError if it has changed and is not to be locked anew. */
function newsOf(
  file: string,
  address: string,
  before: LockedFile | undefined,
  now: LockedFile,
  isNew: boolean,
): string {
  const lock = lockPathOf(file);
  const text = ({ sha256, size }: LockedFile) => `${sha256.slice(0, 10)}… (${countText(size)} bytes)`;
  if (before === undefined) return dim(`${lock}: ${address} is locked: ${text(now)}`);
  if (before.sha256 === now.sha256) return dim(`${lock}: ${address} has not changed: ${text(now)}`);
  const change = `${address}: ${text(before)} → ${text(now)}`;
  if (!isNew) throw new ConfigError(`${lock} was written while this ran, with another file: ${change}. Run it again.`);
  return yellow(`${lock}: ${change}`);
}

function lockUnlessDamaged(file: string): Lock {
  try {
    return readLock(file) ?? {};
  } catch (error) {
    if (error instanceof ConfigError) return {};
    throw error;
  }
}

/** Writes a lock in a process that may write this one file: the front may write none. */
async function write(path: string, text: string): Promise<void> {
  const paths = pathsToWrite(path);
  const writer = new URL(moduleFile("./write_lock.ts"), import.meta.url).href;
  const child = startDeno(writer, { read: paths, write: paths });
  const output = child.output();
  const input = child.stdin.getWriter();
  // A process that has ended receives nothing; its output says why.
  await input.write(new TextEncoder().encode(JSON.stringify({ path, text }))).then(() => input.close()).catch(() => {});
  const { success, stderr } = await output;
  if (!success) throw new ResultsError(new TextDecoder().decode(stderr).trim());
}
