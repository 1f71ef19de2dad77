/** How fuzzing is done: how many cases, from which seed, and what a reader may do with each of them. */
import { assert } from "@std/assert";
import fc from "fast-check";
import * as coreErrors from "../../core/errors.ts";
import * as pipelineErrors from "../../pipeline/engine/run_errors.ts";

/** Cases of each reader; RETRACE_FUZZ_RUNS=100000 deno task test tests/fuzz is the long form. */
export const RUNS = numberOf("RETRACE_FUZZ_RUNS", 400);
/** The same cases every time, unless RETRACE_FUZZ_SEED says otherwise. */
export const SEED = numberOf("RETRACE_FUZZ_SEED", 20261125);

const OWN = [...Object.values(coreErrors), ...Object.values(pipelineErrors)];

/** A test of a reader on many cases; `check` throws when the reader does what it must not. */
export function fuzz<T>(name: string, cases: fc.Arbitrary<T>, check: (one: T) => void | Promise<void>): void {
  Deno.test(`${name} gives a right value or an error of ours (seed ${SEED}, ${RUNS} cases)`, async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (one) => await check(one)),
      { numRuns: RUNS, seed: SEED, endOnFailure: RUNS > 1000 },
    );
  });
}

/** What `read` gives; null when it throws an error of ours, which has a message for people. Any other error is a crash. */
export function valueOrNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    mustBeOwn(error);
    return null;
  }
}

/** The same for what takes its time. */
export async function settledOrNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    mustBeOwn(error);
    return null;
  }
}

function mustBeOwn(error: unknown): void {
  const isOwn = OWN.some((type) => error instanceof type);
  assert(isOwn, `a crash: ${error instanceof Error ? error.stack : error}`);
  const { message } = error as Error;
  assert(message.length > 10 && message.length < 20_000, `a message of ${message.length} characters`);
}

function numberOf(name: string, otherwise: number): number {
  const text = Deno.env.get(name) ?? "";
  return /^\d+$/.test(text) ? Number(text) : otherwise;
}
