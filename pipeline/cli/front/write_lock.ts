/** An entry point: adds files to the lock of an experiment, for the front, and may write nothing else. */
import { ConfigError } from "../../engine/run_errors.ts";
import { type Lock, type LockedFile, lockPathOf, lockText, readLock } from "../../experiment/lock_file.ts";
import { writeWhole } from "../../results/whole_file.ts";
import { countText } from "../../text/numbers.ts";
import { printFailure } from "../failure.ts";
import { print } from "../terminal.ts";

/** What a process fetched for an experiment file. */
export interface LockRequest {
  file: string;
  found: Lock;
  /** The files may be others than those that are locked. */
  isNew: boolean;
}

/** What is locked from then on, and what is to be said of it. */
export interface LockReply {
  lock: Lock;
  lines: { text: string; isChange: boolean }[];
}

/**
 * Adds files to a lock as it is now: another process may have written it.
 * @throws ConfigError if it has locked something else meanwhile, ResultsError if it cannot be written.
 */
export function addToLock({ file, found, isNew }: LockRequest): LockReply {
  const path = lockPathOf(file);
  const reply: LockReply = { lock: {}, lines: [] };
  const bytes = () => {
    const before = isNew ? lockUnlessDamaged(file) : readLock(file) ?? {};
    reply.lines = Object.entries(found).map(([address, now]) => newsOf(path, address, before[address], now, isNew));
    reply.lock = { ...before, ...found };
    return new TextEncoder().encode(lockText(reply.lock));
  };
  writeWhole(path, bytes, "the lock of the experiment");
  return reply;
}

/** What is to be said of a file. @throws ConfigError if it has changed and is not to be locked anew. */
function newsOf(
  lock: string,
  address: string,
  before: LockedFile | undefined,
  now: LockedFile,
  isNew: boolean,
): LockReply["lines"][number] {
  const text = ({ sha256, size }: LockedFile) => `${sha256.slice(0, 10)}… (${countText(size)} bytes)`;
  if (before === undefined) return { text: `${lock}: ${address} is locked: ${text(now)}`, isChange: false };
  if (before.sha256 === now.sha256) {
    return { text: `${lock}: ${address} has not changed: ${text(now)}`, isChange: false };
  }
  const change = `${address}: ${text(before)} → ${text(now)}`;
  if (!isNew) throw new ConfigError(`${lock} was written while this ran, with another file: ${change}. Run it again.`);
  return { text: `${lock}: ${change}`, isChange: true };
}

function lockUnlessDamaged(file: string): Lock {
  try {
    return readLock(file) ?? {};
  } catch (error) {
    if (error instanceof ConfigError) return {};
    throw error;
  }
}

if (import.meta.main) {
  try {
    print(JSON.stringify(addToLock(await new Response(Deno.stdin.readable).json())));
  } catch (error) {
    Deno.exit(printFailure(error));
  }
}
