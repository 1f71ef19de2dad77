/** Turns errors into messages and exit codes. */
import * as coreErrors from "../../core/errors.ts";
import * as engineErrors from "../engine/run_errors.ts";
import { StoppedError } from "./interrupt.ts";
import { dim, printError, red } from "./terminal.ts";

/** Exit code: a run or a check failed. */
export const FAILED = 1;
/** Exit code: the command was called wrongly, or the experiment is not valid. */
export const USAGE_ERROR = 2;

/** Where an error happened: in which run, and in which stage, if one was running. */
export interface Location {
  run: string;
  stage?: { name: string; params: unknown };
}

/**
 * Prints an error and where it happened, and returns the exit code. An error of Retrace's own types is its message; any
 * other is a bug and keeps its stack. Nothing is printed for runs that were stopped: the interruption has been reported.
 */
export function printFailure(error: unknown, { run, stage }: Partial<Location> = {}): number {
  if (error instanceof StoppedError) return error.exitCode;
  const where = run === undefined ? "" : `${run}${stage === undefined ? "" : `, stage ${stage.name}`}: `;
  printError(`${red("error:")} ${where}${messageOf(error)}`);
  if (stage !== undefined) printError(dim(`  params of ${stage.name}: ${JSON.stringify(stage.params)}`));
  const isUsage = error instanceof engineErrors.UsageError || error instanceof engineErrors.ConfigError;
  return isUsage ? USAGE_ERROR : FAILED;
}

function messageOf(error: unknown): string {
  const intended = [...Object.values(coreErrors), ...Object.values(engineErrors)];
  if (intended.some((type) => error instanceof type)) return (error as Error).message;
  if (error instanceof Deno.errors.NotCapable) {
    return `Deno denied access: ${error.message}. ` +
      "The tasks in deno.json list what Retrace may use. RETRACE_ALLOW adds to it, as in " +
      "RETRACE_ALLOW=--allow-net=example.org deno task run …; but run revokes network access as soon as " +
      "no download needs it (with --jobs, only if no experiment downloads from the web).";
  }
  const stack = error instanceof Error ? error.stack ?? error.message : String(error);
  return `This is a bug in Retrace. Please report it with the following text.\n${stack}`;
}
