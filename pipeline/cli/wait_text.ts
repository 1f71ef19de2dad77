/** What a process that waits prints about the one that it waits for. */
import type { LockOwner } from "../engine/store/lock.ts";
import { timeText } from "../text/numbers.ts";
import { printError } from "./terminal.ts";

/** Which process (null if unknown) holds a lock, and what it does; `other` is what it is if its name is unknown. */
export function ownerText(owner: LockOwner | null, action: string, other = "another run"): string {
  if (owner === null) return `${other} is ${action}`;
  const { by, pid, host, since } = owner;
  const where = host === "" ? "" : ` on ${host}`;
  return `${by === "" ? other : by} is ${action}: process ${pid}${where}, since ${timeText(since)}`;
}

/** Prints that a command waits for a run or another command (null if unknown) that uses the cache. */
export function printCacheWait(owner: LockOwner | null): void {
  printError(`Waiting: ${ownerText(owner, "using the cache", "a run")}.`);
}
