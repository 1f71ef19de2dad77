/** The hosts that workers ask for: those that experiments name, or that the user allows, are granted. */
import { UsageError } from "../../engine/run_errors.ts";
import type { WorkerPool } from "./worker_pool.ts";

/** What workers may reach. */
export interface Network {
  /** Grants hosts; returns the refusal if one of them is not named by anybody. */
  allow(wanted: readonly string[]): UsageError | null;
  /** All hosts that are granted by now. */
  allowed(): string[];
}

/** The network of a command: `hosts` are named by its experiments, `allowed` by the user. "HOST:PORT" all. */
export function networkFor(
  { isOwnCode }: Pick<WorkerPool, "isOwnCode">,
  hosts: readonly string[],
  allowed: readonly string[],
): Network {
  const granted = new Set<string>();
  return {
    allow(wanted) {
      const denied = wanted.filter((host) => !isOwnCode && ![...hosts, ...allowed].includes(host));
      if (denied.length > 0) return new UsageError(hostsText(denied));
      for (const host of [...wanted, ...allowed]) granted.add(host);
      return null;
    },
    allowed: () => [...granted],
  };
}

function hostsText(denied: readonly string[]): string {
  const advice = denied.map((host) => `--allow-host ${host}`).join(" ");
  return `It has to reach ${denied.join(", ")}, which no experiment names. Allow it: ${advice}`;
}
