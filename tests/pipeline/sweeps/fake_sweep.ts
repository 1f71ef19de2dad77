/** Sweeps that could have been: parameters at random, figures by a formula, the rungs of halving. */
import type { Plain } from "../../../pipeline/engine/store/digest.ts";
import type { SweepReport, SweptParameter, Trial } from "../../../pipeline/sweeps/sweep_report.ts";

export const LR: SweptParameter = {
  ...{ path: "train.optimizer.lr", title: "lr", values: null },
  range: { min: 1e-4, max: 1, scale: "log" },
};
export const MOMENTUM: SweptParameter = {
  ...{ path: "train.optimizer.momentum", title: "momentum", values: null },
  range: { min: 0, max: 0.99, scale: "linear" },
};
export const MODEL: SweptParameter = {
  ...{ path: "train.model", title: "model", range: null },
  values: [30, 100, 300].map((n) => [`linear(784,${n})`, "relu", `linear(${n},10)`, "softmax"]),
};
export const SIZE: SweptParameter = { path: "batch.size", title: "size", range: null, values: [16, 32, 64, 128] };
export const AUGMENT: SweptParameter = {
  path: "train.augment",
  title: "augment",
  range: null,
  values: ["none", "shift(2)"],
};

/** What a made-up sweep is like. */
export interface Made {
  trials?: number;
  parameters?: SweptParameter[];
  /** The epochs of the rungs. */
  rungs?: number[];
  seeds?: number[];
  goal?: "maximize" | "minimize";
  /** The rung in progress, from 0; left out: finished. */
  at?: number;
}

/** A sweep by halving with a factor of 3: lr around 0.03 is best, and trials with a larger one than 0.6 diverge. */
export function madeSweep(made: Made = {}): SweepReport {
  const { trials: count = 27, rungs = [1, 3, 9, 27], seeds = [0, 1, 2], goal = "maximize", at } = made;
  const { parameters = [LR, MOMENTUM, MODEL, SIZE] } = made;
  const random = numbers();
  const epochs = rungs[rungs.length - 1];
  const trials = Array.from({ length: count }, (_, index): Trial => {
    const choices = Object.fromEntries(parameters.map((one) => [one.path, drawn(one, random())]));
    return {
      ...{ index, bracket: 0, rung: 0, choices, status: "waiting", epochs: 0, curve: [], values: [] },
      ...{ mean: null, interval: null, reason: "" },
    };
  });
  const quality = trials.map(({ choices }) => qualityOf(choices) - 0.01 * random());
  const errorAt = (i: number, epoch: number) =>
    1 - (0.1 + 0.88 * (1 - (1 - quality[i]) ** 2) * (1 - 0.75 ** (epoch * (0.5 + quality[i]))));
  let entered = trials.map((_, i) => i);
  const brackets = [{ rungs: [] as { epochs: number; trials: number; keeps: number }[] }];
  for (const [rung, end] of rungs.entries()) {
    const keeps = rung === rungs.length - 1 ? entered.length : Math.max(1, Math.floor(entered.length / 3));
    brackets[0].rungs.push({ epochs: end, trials: entered.length, keeps });
    if (at !== undefined && rung > at) continue;
    for (const [place, i] of entered.entries()) {
      const isOpen = rung === at && place >= entered.length / 2;
      const trial = trials[i];
      Object.assign(trial, { rung, status: isOpen ? "waiting" : trial.status });
      if (isOpen) continue;
      const lr = Number(choices(trial, LR) ?? 0);
      const curve = Array.from({ length: end + 1 }, (_, epoch) => {
        const error = errorAt(i, epoch);
        return lr > 0.6 && epoch > 0 ? null : goal === "maximize" ? 1 - error : 3 * error;
      });
      const mean = curve[end];
      const isFailed = mean === null;
      Object.assign(trial, {
        epochs: end,
        curve,
        mean,
        status: isFailed ? "failed" : rung === rungs.length - 1 ? "finished" : "waiting",
      });
      trial.values = seeds.map((_, s) => mean === null ? null : mean + (s - (seeds.length - 1) / 2) * 0.002);
      trial.interval = seeds.length < 2 || isFailed ? null : 0.0042;
      trial.reason = isFailed ? "diverged in epoch 1: the loss is not finite" : "";
    }
    if (rung === at || rung === rungs.length - 1) continue;
    const alive = entered.filter((i) => trials[i].mean !== null).sort((a, b) => errorAt(a, end) - errorAt(b, end));
    alive.slice(keeps).forEach((i, k) =>
      Object.assign(trials[i], {
        status: "stopped",
        reason: `${keeps + k + 1}th of ${entered.length} after ${end} epochs; the best ${keeps} go on`,
      })
    );
    entered = alive.slice(0, keeps);
  }
  const best =
    trials.filter(({ status }) => status === "finished").sort((a, b) =>
      errorAt(a.index, epochs) - errorAt(b.index, epochs)
    )[0];
  return {
    ...{
      name: "two-layer",
      method: rungs.length > 1 ? "halving" : "random",
      parameters,
      seeds,
      epochs,
      brackets,
      trials,
    },
    metric: goal === "maximize"
      ? { name: "validation.accuracy", title: "validation accuracy", form: "percent", goal }
      : { name: "validation.loss", title: "validation loss", form: "number", goal },
    trained: seeds.length * trials.reduce((sum, trial) => sum + trial.epochs, 0),
    ofAll: seeds.length * count * epochs,
    winner: at !== undefined || best === undefined ? null : {
      trial: best.index,
      runs: seeds.map((seed) => `two-layer@lr=${choices(best, LR)}${seed === 0 ? "" : `,seed=${seed}`}`),
      test: [{ title: "accuracy", text: "97.31 ± 0.12 %" }, { title: "loss", text: "0.0921 ± 0.0021" }],
      verdict: "not clearly better than trial 3 after 9 epochs (+0.21, p = 0.21, paired t test over 3 seeds)",
    },
    isFinished: at === undefined,
  };
}

function choices(trial: Trial, { path }: SweptParameter): Plain | undefined {
  return trial.choices[path];
}

function drawn({ range, values }: SweptParameter, u: number): Plain {
  if (values !== null) return values[Math.floor(u * values.length)];
  const { min, max, scale } = range!;
  const value = scale === "log" ? min * (max / min) ** u : min + u * (max - min);
  return Number(value.toPrecision(4));
}

function qualityOf(choices: Record<string, Plain>): number {
  const lr = Number(choices[LR.path] ?? 0.03);
  const width = JSON.stringify(choices[MODEL.path] ?? "300").includes("30)") ? 0.9 : 1;
  const fit = Math.exp(-((Math.log10(lr) + 1.5) ** 2) / 1.5);
  return Math.min(0.99, fit * width * (0.85 + 0.14 * Number(choices[MOMENTUM.path] ?? 1)));
}

function numbers(): () => number {
  let state = 7;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
