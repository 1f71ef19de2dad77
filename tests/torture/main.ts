/**
 * Injects thousands of faults into the store, and requires the bytes of an undisturbed run each time.
 * `deno task torture --help`
 */
import { runMain } from "../../bench/command.ts";
import { optional, type Parser, wholeNumber, withDefault } from "../../pipeline/cli/option.ts";
import { UsageError } from "../../pipeline/engine/run_errors.ts";
import { CLASSES, runTorture } from "./torture.ts";

const NAMES = CLASSES.map(({ name }) => name).join(", ");

/** Parses CLASS or CLASS:TRIAL. */
const trialOfClass: Parser<string> = (text, option) => {
  const [, name] = /^([a-z-]+)(?::\d+)?$/.exec(text) ?? [];
  if (CLASSES.some((one) => one.name === name)) return text;
  throw new UsageError(
    `${option} takes CLASS or CLASS:TRIAL, where CLASS is one of ${NAMES}, but was given ${JSON.stringify(text)}.`,
  );
};

const PROGRAM = {
  name: "torture",
  about: "Inject faults into the store, and require the bytes of an undisturbed run each time",
  options: {
    trials: withDefault("N", "how many faults to inject into one executor, and into two", "10000", wholeNumber(1, 1e9)),
    seed: optional("S", "seed of the faults (default: a random one, which is printed)", wholeNumber(0, 2 ** 32 - 1)),
    only: optional("CLASS[:TRIAL]", `only one class of faults, or one trial of it: ${NAMES}`, trialOfClass),
  },
  details: "Most of the time is spent on disk access: with TMPDIR set to a folder in memory, it takes a third of it.",
  exitCodes: { 1: "a trial had wrong results" },
};

await runMain(PROGRAM, async ({ options: { trials, seed, only } }) => {
  const { wrong } = await runTorture({
    trials,
    seed: seed ?? crypto.getRandomValues(new Uint16Array(1))[0],
    only: only ?? null,
    print: console.log,
  });
  return wrong === 0 ? 0 : 1;
});
