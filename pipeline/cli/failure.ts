/** Puts errors into words, and says which exit code they mean. */
import * as coreErrors from "../../core/errors.ts";
import * as pipelineErrors from "../engine/run_errors.ts";
import { StoppedError } from "./interrupt.ts";
import { complain, dim, red } from "./terminal.ts";

/** The command was called wrongly, or the experiment is not one. */
export const WRONG_USE = 2;
/** A run or a check failed. */
export const FAILED = 1;

/** Where something went wrong: in which run, and, when a stage was at work, in which. */
export interface Place {
  run: string;
  stage?: { name: string; params: unknown };
}

/**
 * Says what went wrong, and where, and gives the exit code. A known error is told by its message alone; anything else
 * is a bug, and keeps its stack. Of a run that was stopped nothing is said: whoever stops runs says it once for all.
 */
export function tellFailure(error: unknown, place?: Place): number {
  if (error instanceof StoppedError) return error.exitCode;
  complain(`${red("error:")} ${placeText(place)}${messageOf(error)}`);
  if (place?.stage !== undefined) {
    complain(dim(`  params of ${place.stage.name}: ${JSON.stringify(place.stage.params)}`));
  }
  const wrongUse = error instanceof pipelineErrors.UsageError || error instanceof pipelineErrors.ConfigError;
  return wrongUse ? WRONG_USE : FAILED;
}

function placeText(place: Place | undefined): string {
  if (place === undefined) return "";
  return place.stage === undefined ? `${place.run}: ` : `${place.run}, stage ${place.stage.name}: `;
}

function messageOf(error: unknown): string {
  const known = [...Object.values(coreErrors), ...Object.values(pipelineErrors)];
  if (known.some((type) => error instanceof type)) return (error as Error).message;
  if (error instanceof Deno.errors.NotCapable) {
    return `Deno did not allow this: ${error.message}. ` +
      "The tasks in deno.json name what Retrace may use; RETRACE_ALLOW adds to it, as in " +
      "RETRACE_ALLOW=--allow-net=example.org deno task run …. What computes has no network, whatever is allowed.";
  }
  const stack = error instanceof Error ? error.stack ?? error.message : String(error);
  return `This is a bug in Retrace; please report it with what follows.\n${stack}`;
}
