/** Puts errors into words, and says which exit code they mean. */
import * as coreErrors from "../../core/errors.ts";
import * as pipelineErrors from "../errors.ts";
import { complain, red } from "./terminal.ts";

/** The command was called wrongly, or the experiment is not one. */
export const WRONG_USE = 2;
/** A run or a check failed. */
export const FAILED = 1;

/**
 * Says what went wrong and gives the exit code. A known error is told by its message alone; anything else is a bug, and
 * keeps its stack.
 */
export function explain(error: unknown): number {
  const known = [...Object.values(coreErrors), ...Object.values(pipelineErrors)];
  if (known.some((type) => error instanceof type)) {
    complain(`${red("error:")} ${(error as Error).message}`);
    const wrongUse = error instanceof pipelineErrors.UsageError || error instanceof pipelineErrors.ConfigError;
    return wrongUse ? WRONG_USE : FAILED;
  }
  if (error instanceof Deno.errors.NotCapable) {
    complain(
      `${red("error:")} Deno did not allow this: ${error.message}. ` +
        "The tasks in deno.json name what Retrace may use; RETRACE_ALLOW adds to it, as in " +
        "RETRACE_ALLOW=--allow-net=example.org deno task run …. What computes has no network, whatever is allowed.",
    );
    return FAILED;
  }
  complain(`${red("error:")} This is a bug in Retrace; please report it with what follows.`);
  complain(error instanceof Error ? error.stack ?? error.message : String(error));
  return FAILED;
}
