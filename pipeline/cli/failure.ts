/** Turns errors into messages and exit codes. */
import * as coreErrors from "../../core/errors.ts";
import * as engineErrors from "../engine/run_errors.ts";
import { reasonOf } from "../engine/files/entry.ts";
import { withoutSecrets } from "../text/secrets.ts";
import { packageFailure } from "./package_failure.ts";
import { StoppedError } from "./stopped_error.ts";
import { dim, printError, red } from "./terminal.ts";

/** Exit code: a run or a check failed. */
export const FAILED = 1;
/** Exit code: the command was called wrongly, or the experiment is not valid. */
export const USAGE_ERROR = 2;

let userPlaceOf: (error: unknown) => string | null = () => null;

/** From now on, errors are looked at for their place in code of a user, as in "mine.ts:12:7"; null if it took no part. */
export function findPlaces(placeOf: (error: unknown) => string | null): void {
  userPlaceOf = placeOf;
}

/** The message of an error in code of a user. */
export function messageOfUser({ name, message }: Error): string {
  const text = message.replace(/ at file:\/\/\S+$/, "");
  return name === "Error" ? text : `${name}: ${text}`;
}

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
  printError(`${red("error:")} ${where}${messageOf(error, stage !== undefined)}`);
  if (stage !== undefined && userPlaceOf(error) === null) {
    printError(dim(`  params of ${stage.name}: ${JSON.stringify(stage.params)}`));
  }
  const isUsage = error instanceof engineErrors.UsageError || error instanceof engineErrors.ConfigError;
  return isUsage ? USAGE_ERROR : FAILED;
}

/** The message of an error alone, without passwords. */
export function textOfError(error: unknown): string {
  return withoutSecrets(error instanceof Error ? error.message : String(error));
}

function messageOf(error: unknown, isInStage: boolean): string {
  const intended = [...Object.values(coreErrors), ...Object.values(engineErrors)];
  const place = userPlaceOf(error);
  if (intended.some((type) => error instanceof type)) {
    return `${(error as Error).message}${place === null ? "" : ` (${place})`}`;
  }
  if (isDenied(error)) {
    const [, host] = /net access to "([^"]+)"/.exec(error.message) ?? [];
    if (host !== undefined) return `It may not reach ${host}. Allow it: --allow-host ${host}`;
    return `Deno denied access: ${reasonOf(error)}. ` +
      'A run may read what its experiments name and what definitions declare (files: ["./table.json"]), write its ' +
      "results and its cache, and reach, until a download has ended, the hosts that experiments name or --allow-host allows.";
  }
  const ofPackage = packageFailure(error instanceof Error ? error.message : "");
  if (ofPackage !== null) return ofPackage.message;
  if (place !== null) return `${place}: ${messageOfUser(error as Error)}`;
  const stack = error instanceof Error ? error.stack ?? error.message : Deno.inspect(error);
  const what = isInStage
    ? "The stage's code failed. If the stage is one of Retrace's own, please report it with the following text."
    : "This is a bug in Retrace. Please report it with the following text.";
  return `${what}\n${stack}`;
}

/** Whether Deno did not let code read, write, connect or start something. `import()` has a type of its own for that. */
function isDenied(error: unknown): error is Error {
  if (error instanceof Deno.errors.NotCapable) return true;
  return error instanceof TypeError && /^Requires \w+ access to /.test(error.message);
}
