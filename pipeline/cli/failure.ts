/** Turns errors into messages and exit codes. */
import * as coreErrors from "../../core/errors.ts";
import * as engineErrors from "../engine/run_errors.ts";
import { StoppedError } from "./interrupt.ts";
import { dim, printError, red } from "./terminal.ts";

/** Exit code: a run or a check failed. */
export const FAILED = 1;
/** Exit code: the command was called wrongly, or the experiment is not valid. */
export const USAGE_ERROR = 2;

/** Where something failed: in which run, and in which stage, if one was running. */
export interface Place {
  run: string;
  stage?: { name: string; params: unknown };
}

/**
 * Prints what failed and where, and returns the exit code. Of errors that are thrown on purpose only the message is
 * printed; any other error is a bug and keeps its stack. Nothing is printed for runs that were stopped: whoever stops
 * them says so once for all.
 */
export function printFailure(error: unknown, place?: Place): number {
  if (error instanceof StoppedError) return error.exitCode;
  printError(`${red("error:")} ${placeText(place)}${messageOf(error)}`);
  if (place?.stage !== undefined) {
    printError(dim(`  params of ${place.stage.name}: ${JSON.stringify(place.stage.params)}`));
  }
  const isUsage = error instanceof engineErrors.UsageError || error instanceof engineErrors.ConfigError;
  return isUsage ? USAGE_ERROR : FAILED;
}

function placeText(place: Place | undefined): string {
  if (place === undefined) return "";
  return place.stage === undefined ? `${place.run}: ` : `${place.run}, stage ${place.stage.name}: `;
}

function messageOf(error: unknown): string {
  const intended = [...Object.values(coreErrors), ...Object.values(engineErrors)];
  if (intended.some((type) => error instanceof type)) return (error as Error).message;
  if (error instanceof Deno.errors.NotCapable) {
    return `Deno refused access: ${error.message}. ` +
      "The tasks in deno.json list what Retrace may use. RETRACE_ALLOW adds to it, as in " +
      "RETRACE_ALLOW=--allow-net=example.org deno task run …; but stages that compute never have network access.";
  }
  const stack = error instanceof Error ? error.stack ?? error.message : String(error);
  return `This is a bug in Retrace. Please report it with the following text.\n${stack}`;
}
