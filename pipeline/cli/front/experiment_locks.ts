/** The locks of a command's experiments: read before its workers start, written when one has fetched what is not locked. */
import { ConfigError, ResultsError } from "../../engine/run_errors.ts";
import { isExperimentFile } from "../../experiment/extends.ts";
import { type Lock, lockPathOf, readLock } from "../../experiment/lock_file.ts";
import { pathsToWrite } from "../../results/whole_file.ts";
import { USAGE_ERROR } from "../failure.ts";
import { moduleFile } from "../load_on_demand.ts";
import { dim, printError, yellow } from "../terminal.ts";
import { startDeno } from "./start_deno.ts";
import type { LockReply, LockRequest } from "./write_lock.ts";

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
    async add(all) {
      for (const [file, found] of Object.entries(all)) {
        const { lock, lines } = await write({ file, found, isNew });
        known[file] = lock;
        for (const { text, isChange } of lines) printError(isChange ? yellow(text) : dim(text));
      }
      if (isNew && Object.keys(all).length === 0) {
        printError(
          dim("note: --update-lock: these experiments need no file from the web whose SHA-256 they do not give."),
        );
      }
    },
  };
}

/** Writes a lock in a process that may write this one file: the front may write none. */
async function write(request: LockRequest): Promise<LockReply> {
  const paths = pathsToWrite(lockPathOf(request.file));
  const writer = new URL(moduleFile("./write_lock.ts"), import.meta.url).href;
  const child = startDeno(writer, { read: paths, write: paths });
  const output = child.output();
  const input = child.stdin.getWriter();
  // A process that has ended receives nothing; its output says why.
  await input.write(new TextEncoder().encode(JSON.stringify(request))).then(() => input.close()).catch(() => {});
  const { success, code, stdout, stderr } = await output;
  const [reply, message] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
  if (success) return JSON.parse(reply);
  const Failure = code === USAGE_ERROR ? ConfigError : ResultsError;
  throw new Failure(message.replace(/^error: /, ""));
}
