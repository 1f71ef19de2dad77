/** What a search returns, checked: it may be a user's own, and paths are as a user has written them. */
import { z } from "zod";
import type { Bracket, Choices } from "../define/search.ts";
import { ConfigError } from "../engine/run_errors.ts";

/** Why a path is none of a parameter, by its first part. */
const NO_PARAMETERS: Record<string, string> = {
  seed: 'Each trial is trained with the seeds of the sweep. Write "seeds": [0, 1, 2] beside "parameters".',
  name: "A name changes no training. Remove it.",
  about: "A description changes no training. Remove it.",
  sweep: "A trial has no sweep of its own. Remove it; --set sweep.trials=81 changes the sweep.",
};

const trialsSchema: z.ZodType<Choices[]> = z.array(z.record(z.string(), z.json())) as never;

/** The trials of a search. @throws ConfigError for what are no trials, and for paths that are none of parameters. */
export function checkedTrials(method: string, trials: unknown): Choices[] {
  const checked = checkedAs(trialsSchema, trials, `The search ${method} returned no valid trials`);
  for (const choices of checked) {
    const paths = Object.keys(choices);
    for (const [i, path] of paths.entries()) {
      const whole = wholeOf(path);
      const [first] = whole.split(".");
      if (Object.hasOwn(NO_PARAMETERS, first)) throw new ConfigError(`${path} cannot vary. ${NO_PARAMETERS[first]}`);
      const undone = paths.slice(0, i).find((before) => `${wholeOf(before)}.`.startsWith(`${whole}.`));
      if (undone === undefined) continue;
      throw new ConfigError(
        `${path} would undo ${undone}, which is a part of it: each replaces what those before it have set. ` +
          `Put ${path} first, or remove one of them.`,
      );
    }
  }
  return checked;
}

/** The brackets of a search. @throws ConfigError if they are none of this many trials and epochs. */
export function checkedBrackets(method: string, brackets: unknown, trials: number, epochs: number): Bracket[] {
  const schema = z.array(z.object({
    trials: z.array(z.int()),
    rungs: z.array(z.object({ epochs: z.int().min(1).max(epochs).nullable(), keeps: z.int().min(0) })).min(1),
  })).min(1)
    .refine((all) => {
      const members = new Set(all.flatMap((one) => one.trials));
      return members.size === trials && all.reduce((sum, one) => sum + one.trials.length, 0) === trials &&
        Array.from({ length: trials }, (_, i) => i).every((i) => members.has(i));
    }, `each trial, from 0 to ${trials - 1}, is in one bracket`)
    .refine(
      (all) =>
        all.every(({ rungs }) =>
          rungs.slice(1).every((rung, i) => {
            const before = rungs[i];
            return before.keeps > 0 && before.epochs !== null && (rung.epochs ?? epochs) > before.epochs;
          })
        ),
      "each rung ends at a later epoch than the one before, from which some trials go on",
    );
  return checkedAs(schema, brackets, `The search ${method} returned no valid brackets`);
}

function checkedAs<T>(schema: z.ZodType<T>, value: unknown, problem: string): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [{ path, message }] = read.error.issues;
  throw new ConfigError(`${problem}: ${[...path.map(String), message].join(": ")}.`);
}

/** A path without the prefix that it need not have. */
function wholeOf(path: string): string {
  return path.replace(/^pipeline\./, "");
}
