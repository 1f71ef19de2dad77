/** Runs trials of every class of faults and counts their outcomes. */
import { gc } from "./gc_during_run.ts";
import { corruption } from "./corruption.ts";
import { faults } from "./faults.ts";
import { kills9 } from "./kills.ts";
import { Random } from "./random.ts";
import { remembered } from "./remembered.ts";
import { together } from "./together.ts";
import { executors } from "./two_executors.ts";
import { type FaultClass, makeFolder } from "./trial.ts";

/** The options. */
export interface TortureOptions {
  trials: number;
  seed: number;
  /** One class, or one trial of it: "faults", "faults:17". */
  only: string | null;
  print(line: string): void;
}

/** The outcome. */
export interface TortureReport {
  trials: number;
  wrong: number;
}

/** A trial takes less than two seconds; one that takes this long is blocked. */
const MAX_MILLISECONDS = 180_000;

/** All classes, in the order in which they run. */
export const CLASSES: FaultClass[] = [faults, executors, corruption, remembered, kills9, together, gc];

/** Runs all trials. */
export async function runTorture({ trials, seed, only, print }: TortureOptions): Promise<TortureReport> {
  print(`torture: ${trials} trials, seed ${seed}`);
  const report: TortureReport = { trials: 0, wrong: 0 };
  const [name, index] = only?.split(":") ?? [];
  for (const one of CLASSES.filter((one) => name === undefined || one.name === name)) {
    const count = one.share(trials);
    const indices = index === undefined ? Array.from({ length: count }, (_, i) => i) : [Number(index)];
    const outcomes = new Map<string, number>();
    const started = performance.now();
    for (const i of indices) {
      const outcome = await outcomeOf(one, i, count, seed).catch((error: Error) => {
        report.wrong++;
        print(`WRONG ${one.name}:${i}: ${error.stack ?? error.message}`);
        print(`  again: deno task torture --trials ${trials} --seed ${seed} --only ${one.name}:${i}`);
        return "WRONG";
      });
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    await one.finish?.();
    report.trials += indices.length;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    print(`\n${one.name}: ${one.about}; ${indices.length} trials in ${seconds} s`);
    for (const [outcome, times] of [...outcomes].sort()) print(`  ${String(times).padStart(6)}  ${outcome}`);
  }
  print(`\n${report.trials} trials, ${report.wrong} wrong`);
  return report;
}

async function outcomeOf(one: FaultClass, index: number, count: number, seed: number): Promise<string> {
  const folder = makeFolder();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("The trial did not end.")), MAX_MILLISECONDS);
  });
  try {
    const trial = { index, count, random: new Random(seed, `${one.name} ${index}`), folder };
    return await Promise.race([one.run(trial), tooLong]);
  } finally {
    clearTimeout(timer);
    Deno.removeSync(folder, { recursive: true });
  }
}
