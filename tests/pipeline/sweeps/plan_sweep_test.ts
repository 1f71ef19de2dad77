/** What a sweep does next, and what it makes of figures: nothing but these decides. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { CompleteSweep } from "../../../pipeline/sweeps/complete_sweep.ts";
import { MAX_REASON } from "../../../pipeline/sweeps/sweep_report.ts";
import { type KnownCurve, planSweep, type SweepState } from "../../../pipeline/sweeps/plan_sweep.ts";
import { verdictOf } from "../../../pipeline/sweeps/verdict.ts";

/** Nine trials of halving over nine epochs: 9 → 3 → 1. */
const SWEEP: CompleteSweep = {
  name: "example",
  method: "halving",
  metric: { name: "validation.accuracy", title: "validation accuracy", form: "percent", goal: "maximize" },
  parameters: [{ path: "train.optimizer.lr", title: "lr", range: { min: 0.001, max: 1, scale: "log" }, values: null }],
  seeds: [0],
  epochs: 9,
  trials: Array.from({ length: 9 }, (_, i) => ({ "train.optimizer.lr": (i + 1) / 10 })),
  brackets: [{
    trials: [0, 1, 2, 3, 4, 5, 6, 7, 8],
    rungs: [{ epochs: 1, keeps: 3 }, { epochs: 3, keeps: 1 }, { epochs: 9, keeps: 0 }],
  }],
};

/** What is known when every task of every plan was done: the figure of a trial after an epoch. */
function runAll(
  sweep: CompleteSweep,
  figure: (trial: number, epoch: number, seed: number) => number | null,
  failed: SweepState["failed"] = new Map(),
) {
  const curves = new Map<string, KnownCurve>();
  const state: SweepState = { failed, curve: (trial, seed) => curves.get(`${trial} ${seed}`) ?? null };
  const rungs = [];
  for (let plan = planSweep(sweep, state);; plan = planSweep(sweep, state)) {
    rungs.push(plan.tasks.map(({ trial, epochs }) => `${trial}:${epochs}`).join(" "));
    if (plan.tasks.length === 0) return { rungs, ...plan, curves };
    for (const { trial, seed, epochs } of plan.tasks) {
      const last = epochs ?? sweep.epochs;
      const values = Array.from({ length: last + 1 }, (_, epoch) => figure(trial, epoch, seed));
      curves.set(`${trial} ${seed}`, { values, isEnded: last === sweep.epochs });
    }
  }
}

Deno.test("trials are trained rung by rung; the best go on, and the others say why they do not", () => {
  const { rungs, report } = runAll(SWEEP, (trial, epoch) => (trial % 5) / 10 + epoch / 100);
  assertEquals(rungs, ["0:1 1:1 2:1 3:1 4:1 5:1 6:1 7:1 8:1", "4:3 3:3 8:3", "4:9", ""]);
  assertEquals(report.winner?.trial, 4);
  assert(report.isFinished);
  assertEquals(report.trials.map(({ status }) => status[0]).join(""), "ssssfssss");
  assertEquals(report.trials[8].reason, "3rd of 3 after 3 epochs; the best one goes on");
  assertEquals(report.trials[0].reason, "8th of 9 after 1 epoch; the best 3 go on");
  assertEquals([report.trained, report.ofAll], [9 + 2 * 3 + 6, 81]);
});

Deno.test("of equal trials, those that were drawn first go on", () => {
  const { rungs, report } = runAll(SWEEP, () => 0.5);
  assertEquals(rungs.slice(1), ["0:3 1:3 2:3", "0:9", ""]);
  assertEquals(report.winner?.trial, 0);
});

Deno.test("to minimize is to keep the smallest", () => {
  const sweep: CompleteSweep = { ...SWEEP, metric: { ...SWEEP.metric, goal: "minimize" } };
  assertEquals(runAll(sweep, (trial) => trial).rungs.slice(1), ["0:3 1:3 2:3", "0:9", ""]);
});

Deno.test("a figure that is not finite never goes on, even if nothing else is left", () => {
  const some = runAll(SWEEP, (trial) => (trial > 1 ? null : trial));
  assertEquals(some.rungs.slice(1), ["1:3 0:3", "1:9", ""]);
  assertEquals(some.report.trials[5].status, "failed");
  assertMatch(some.report.trials[5].reason, /not a finite number/);
  const all = runAll(SWEEP, () => null);
  assertEquals([all.rungs.length, all.report.winner], [2, null]);
});

Deno.test("a trial with more epochs than the experiment counts with its own", () => {
  const brackets = [{ trials: [0, 1], rungs: [{ epochs: null, keeps: 0 }] }];
  const curves = [9, 20].map((epochs) => ({ values: Array(epochs + 1).fill(0.5), isEnded: true }));
  const sweep = { ...SWEEP, trials: SWEEP.trials.slice(0, 2), brackets };
  const { report } = planSweep(sweep, { failed: new Map(), curve: (trial) => curves[trial] });
  assertEquals([report.trained, report.ofAll], [29, 29]);
});

Deno.test("a trial that failed is left out: its place is not kept, and the others are compared without it", () => {
  const failed = new Map([[8, "the loss became NaN"], [7, "out of memory"]]);
  const { rungs, report } = runAll(SWEEP, (trial) => trial, failed);
  assertEquals(rungs, ["0:1 1:1 2:1 3:1 4:1 5:1 6:1", "6:3 5:3 4:3", "6:9", ""]);
  assertEquals([report.trials[8].status, report.trials[8].reason], ["failed", "the loss became NaN"]);
  // A reason of any length can be read again.
  const long = runAll(SWEEP, (trial) => trial, new Map([[8, "x".repeat(5000)]])).report.trials[8].reason;
  assertEquals(long, "x".repeat(MAX_REASON - 1) + "…");
});

Deno.test("the order in which figures become known decides nothing", () => {
  const figure = (trial: number, epoch: number) => ((trial * 7 + epoch * 3) % 9) / 10;
  const { report, curves } = runAll(SWEEP, figure);
  const late = new Map([...curves].reverse());
  const state: SweepState = { failed: new Map(), curve: (trial, seed) => late.get(`${trial} ${seed}`) ?? null };
  assertEquals(planSweep(SWEEP, state).report, report);
});

Deno.test("a trial that stops early counts with its last figure", () => {
  const curves = (trial: number): KnownCurve =>
    trial === 5 ? { values: [0.1, 0.9], isEnded: true } : { values: [0.1, 0.2, 0.3, 0.4], isEnded: false };
  const { tasks, report } = planSweep(SWEEP, { failed: new Map(), curve: curves });
  assertEquals(tasks, []);
  assertEquals([report.winner?.trial, report.trials[5].epochs], [5, 1]);
});

Deno.test("what another sweep has trained further is not counted before its rung", () => {
  const curve = (trial: number): KnownCurve => ({
    values: Array.from({ length: 10 }, (_, epoch) => (epoch < 2 ? trial / 10 : 1)),
    isEnded: true,
  });
  const { tasks, report } = planSweep(SWEEP, { failed: new Map(), curve });
  assertEquals(tasks, []);
  // After epoch 1 the best are 6, 7 and 8; all are equal later.
  assertEquals(report.winner?.trial, 6);
  assertEquals(report.trials[0].curve.length, 2);
});

Deno.test("a trial that is an epoch short of its rung is trained for it", () => {
  const curve = (trial: number): KnownCurve => ({ values: trial === 2 ? [0] : [0, 0.5], isEnded: false });
  assertEquals(planSweep(SWEEP, { failed: new Map(), curve }).tasks, [{ trial: 2, seed: 0, epochs: 1 }]);
});

Deno.test("seeds: a trial has their mean with its interval, and needs all of them", () => {
  const sweep = { ...SWEEP, seeds: [0, 1, 2] };
  const { rungs, report } = runAll(sweep, (trial, _, seed) => trial / 10 + (seed - 1) / 100);
  assertEquals(rungs[1], "8:3 8:3 8:3 7:3 7:3 7:3 6:3 6:3 6:3");
  const { mean, interval, values } = report.trials[8];
  assertEquals([mean!.toFixed(6), values.map((value) => value!.toFixed(2))], ["0.800000", ["0.79", "0.80", "0.81"]]);
  // t(0.975, 2) · std / √3 = 4.3027 · 0.01 / 1.7321
  assertEquals(interval!.toFixed(5), "0.02484");
  const missing: SweepState = {
    failed: new Map(),
    curve: (trial, seed) => (trial === 2 && seed === 1 ? null : { values: [0, 0.5], isEnded: false }),
  };
  assertEquals(planSweep(sweep, missing).tasks, [{ trial: 2, seed: 1, epochs: 1 }]);
});

Deno.test("the verdict: one seed says nothing of chance; several are tested in pairs", () => {
  const rest = { trials: 2, brackets: [{ trials: [0, 1], rungs: [{ epochs: null, keeps: 0 }] }] };
  const sweep = (seeds: number[]): CompleteSweep => ({ ...SWEEP, ...rest, trials: SWEEP.trials.slice(0, 2), seeds });
  const verdict = (seeds: number[], figure: (trial: number, epoch: number, seed: number) => number) =>
    runAll(sweep(seeds), figure).report.winner!.verdict;
  assertMatch(verdict([0], (trial) => 0.9 + trial / 100), /^\+1\.0\d* against trial 0, with one seed/);
  const seeds = [0, 1, 2, 3, 4];
  const clear = verdict(seeds, (trial, _, seed) => 0.9 + trial / 50 + ((seed * 3 + trial * seed) % 5) / 1000);
  assertMatch(clear, /^better than trial 0 \(\+.*p [=<]/);
  const open = verdict(seeds, (trial, _, seed) => 0.9 + trial / 1000 + ((seed * 3 + trial * seed) % 5) / 100);
  assertMatch(open, /^not clearly better than trial 0 \(/);
});

Deno.test("the runner-up is the best of those that were trained the longest; one that was worse is never called better", () => {
  // Trial 0 is the best after epoch 1 but one, and was stopped there; trial 1 was stopped after epoch 3.
  const { report } = runAll({
    ...SWEEP,
    trials: SWEEP.trials.slice(0, 3),
    brackets: [{
      trials: [0, 1, 2],
      rungs: [{ epochs: 1, keeps: 2 }, { epochs: 3, keeps: 1 }, { epochs: 9, keeps: 0 }],
    }],
  }, (trial, epoch) => (epoch === 1 ? [0.7, 0.8, 0.9] : [0.7, 0.1, 0.9])[trial]);
  assertMatch(report.winner!.verdict, /^\+80 against trial 1 after 3 epochs, with one seed/);

  const seeds = [0, 1, 2];
  const trials = [0.9, 0.5].map((mean, index) => ({ ...report.trials[2], index, mean, epochs: 9 }));
  const valuesAt = (trial: number) => seeds.map((seed) => (trial === 0 ? 0.9 : 0.5) + seed * (trial + 1) / 1000);
  const verdict = (winner: number, goal: "maximize" | "minimize") =>
    verdictOf({ trials, seeds, metric: { ...SWEEP.metric, goal } }, trials[winner], valuesAt);
  assertEquals(
    [[0, "maximize"], [1, "minimize"], [1, "maximize"], [0, "minimize"]].map(([winner, goal]) =>
      verdict(winner as number, goal as "maximize" | "minimize").split(" trial")[0]
    ),
    ["better than", "better than", "not clearly better than", "not clearly better than"],
  );
});

Deno.test("brackets do not wait for each other", () => {
  const sweep: CompleteSweep = {
    ...SWEEP,
    brackets: [
      { trials: [0, 2, 4, 6, 8], rungs: [{ epochs: 1, keeps: 1 }, { epochs: 9, keeps: 0 }] },
      { trials: [1, 3, 5, 7], rungs: [{ epochs: 3, keeps: 1 }, { epochs: 9, keeps: 0 }] },
    ],
  };
  const curve = (trial: number): KnownCurve | null => trial % 2 === 0 ? { values: [0, trial], isEnded: false } : null;
  const { tasks } = planSweep(sweep, { failed: new Map(), curve });
  assertEquals(tasks.map(({ trial, epochs }) => `${trial}:${epochs}`), ["8:9", "1:3", "3:3", "5:3", "7:3"]);
});
