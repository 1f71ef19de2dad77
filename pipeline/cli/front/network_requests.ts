/** The hosts that workers ask for: those that experiments name, or that the user allows, are granted. */
import { UsageError } from "../../engine/run_errors.ts";
import type { WorkerPool } from "./worker_pool.ts";

/** What workers may reach. */
export interface Network {
  /** The refusal, if one of these hosts is not named by anybody; null if they may be reached. */
  refusalOf(wanted: readonly string[]): UsageError | null;
  /** What a worker is started with that needs these hosts: they, and what the user allows. */
  grant(wanted: readonly string[]): string[];
}

/** The network of a command: `hosts` are named by its experiments, `allowed` by the user. "HOST:PORT" all. */
export function networkFor(
  { isOwnCode }: Pick<WorkerPool, "isOwnCode">,
  hosts: readonly string[],
  allowed: readonly string[],
): Network {
  return {
    refusalOf(wanted) {
      const denied = wanted.filter((host) => !isOwnCode && ![...hosts, ...allowed].includes(host));
      return denied.length > 0 ? new UsageError(hostsText(denied)) : null;
    },
    grant: (wanted) => [...wanted, ...allowed],
  };
}

function hostsText(denied: readonly string[]): string {
  const advice = denied.map((host) => `--allow-host ${host}`).join(" ");
  return `It has to reach ${denied.join(", ")}, which no experiment names. Allow it: ${advice}`;
}
