/** An epoch of training, and where its time goes. */
import type { Backend } from "../../core/tensor/backend.ts";
import type { Kernels } from "../../core/kernels/kernels.ts";
import { trainerOf } from "../job_trainer.ts";
import { JOBS, modelText, type TrainingJob } from "../jobs.ts";
import { repeated, secondsOf, spreadOf } from "../measure.ts";
import type { Row, Section } from "./row.ts";

/** Kernels below this share of an epoch, in percent, are not shown. */
const LEAST_SHARE = 2;

export const stepSection: Section = {
  name: "step",
  about: "an epoch of each training, and the profile of a step of two-layer, manual-linear, wide and lenet",
  byDefault: true,
  measure({ runs, backend }) {
    const profiled = JOBS.filter(({ name }) => ["two-layer", "manual-linear", "wide", "lenet"].includes(name));
    return [
      ...JOBS.map((job) => epochRow(job, backend, runs)),
      ...profiled.flatMap((job) => profile(job, backend, runs)),
    ];
  },
};

function epochRow(job: TrainingJob, backend: Backend, runs: number): Row {
  const trainer = trainerOf(job, backend);
  let epoch = 0;
  const spread = repeated(() => void trainer.runEpoch(++epoch), { runs });
  return { what: `epoch of ${job.name} (${modelText(job)}, batch ${job.batch})`, spread, unit: "s", target: null };
}

/** The share of each kernel in the time of an epoch, by the size of its output. */
function profile(job: TrainingJob, backend: Backend, runs: number): Row[] {
  const seconds = new Map<string, number>();
  const trainer = trainerOf(job, timing(backend, seconds));
  trainer.runEpoch(1);
  const epochs = Array.from({ length: runs }, (_, run) => {
    seconds.clear();
    return sharesOf(secondsOf(() => void trainer.runEpoch(run + 2)), seconds);
  });
  const rows = Object.keys(epochs[0]).map((name): Row => ({
    what: `${job.name}: share of ${name}`,
    spread: spreadOf(epochs.map((shares) => shares[name])),
    unit: "%",
    target: null,
  }));
  return rows.filter(({ spread }) => spread.median >= LEAST_SHARE).sort((a, b) => b.spread.median - a.spread.median);
}

/** In percent of the whole. Time outside of kernels is "all else". */
function sharesOf(whole: number, seconds: ReadonlyMap<string, number>): Record<string, number> {
  const inKernels = [...seconds.values()].reduce((sum, value) => sum + value, 0);
  const all = [...seconds, ["all else", whole - inKernels] as const];
  return Object.fromEntries(all.map(([name, value]) => [name, 100 * value / whole]));
}

/** The kernels with a clock around each: the time of a call is added to `seconds` under its name and output. */
function timing(backend: Backend, seconds: Map<string, number>): Backend {
  const timed = Object.fromEntries(
    Object.entries(backend.kernels).map(([name, kernel]) => [name, (...args: unknown[]) => {
      const started = performance.now();
      const result = (kernel as (...args: unknown[]) => unknown)(...args);
      const took = (performance.now() - started) / 1000;
      const label = `${name} [${(args[0] as { shape: readonly number[] }).shape.join(" × ")}]`;
      seconds.set(label, (seconds.get(label) ?? 0) + took);
      return result;
    }]),
  );
  return { ...backend, kernels: timed as unknown as Kernels };
}
