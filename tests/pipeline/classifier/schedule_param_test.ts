import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { ConfigError } from "../../../pipeline/engine/run_errors.ts";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";

/** The params of `train` for MNIST, with 938 steps in each of 3 epochs. */
function trained(set: Record<string, unknown>) {
  const overrides = Object.entries({ "train.epochs": 3, ...set }).map(([path, value]) => ({ path, value }));
  return loadExperiment(classifier, "experiments/two-layer.json", overrides as never).experiment.pipeline.train;
}

const WARM_UP = { name: "linear", per: "step", until: 500 };

Deno.test("schedules have torch's defaults, and those that last until the end the training's epochs", () => {
  const scheduleOf = (schedule: unknown) => trained({ "train.schedule": schedule }).schedule;
  assertEquals(scheduleOf({ name: "step", step_size: 2 }), { name: "step", step_size: 2, gamma: 0.1, per: "epoch" });
  assertEquals(scheduleOf({ name: "cosine" }), { name: "cosine", eta_min: 0, per: "epoch", epochs: 3 });
  assertEquals(scheduleOf({ name: "cosine", T_max: 2 }), { name: "cosine", T_max: 2, eta_min: 0, per: "epoch" });
  assertEquals(scheduleOf([WARM_UP, { name: "cosine", per: "step" }]), [
    { ...WARM_UP, start_factor: 1 / 3, end_factor: 1, total_iters: 5 },
    { name: "cosine", eta_min: 0, per: "step", epochs: 3 },
  ]);
  assertEquals((scheduleOf({ name: "one-cycle", max_lr: 1, total_steps: 2814 }) as { per: string }).per, "step");
  assertEquals("schedule" in trained({}), false);
});

Deno.test("optimizers have torch's defaults", () => {
  const optimizerOf = (name: string) => trained({ "train.optimizer": { name } }).optimizer;
  const adam = { lr: 0.001, betas: [0.9, 0.999], eps: 1e-8 };
  assertEquals(optimizerOf("adam"), { name: "adam", ...adam, weight_decay: 0 });
  assertEquals(optimizerOf("adamw"), { name: "adamw", ...adam, weight_decay: 0.01 });
  const rmsprop = { lr: 0.01, alpha: 0.99, eps: 1e-8, weight_decay: 0, momentum: 0, centered: false };
  assertEquals(optimizerOf("rmsprop"), { name: "rmsprop", ...rmsprop });
});

Deno.test("a schedule, an optimizer or clipping that cannot be is refused before any work, with its place", () => {
  const cases: [set: Record<string, unknown>, ...parts: string[]][] = [
    [{ "train.schedule": { name: "step", step_size: 0 } }, "train.schedule.step_size", "greater than 0, but found 0"],
    [{ "train.schedule": { name: "step", step_size: 1, gamma: 0 } }, "train.schedule.gamma", "greater than 0"],
    [{ "train.schedule": { name: "exponential", gamma: -1 } }, "train.schedule.gamma", "greater than 0"],
    [{ "train.schedule": { name: "exponential" } }, "train.schedule.gamma", "found nothing"],
    [{ "train.schedule": { name: "multi-step", milestones: [3, 3] } }, "schedule.milestones", "must increase", "[3,3]"],
    [{ "train.schedule": { name: "multi-step", milestones: [] } }, "schedule.milestones", "at least 1"],
    [{ "train.schedule": { name: "linear", start_factor: 0 } }, "schedule.start_factor", "greater than 0"],
    [{ "train.schedule": { name: "cosin" } }, "train.schedule.name", '"cosine"', '"one-cycle"'],
    [{ "train.schedule": { name: "cosine", tmax: 3 } }, "train.schedule.tmax", 'did you mean "T_max"?'],
    [{ "train.schedule": { name: "cosine", until: 3 } }, "train.schedule.until", "no schedule takes over"],
    [{ "train.schedule": [{ name: "linear" }, { name: "cosine" }] }, "train.schedule.0.until", "takes over"],
    [{ "train.schedule": [WARM_UP, { name: "cosine" }] }, "train.schedule.1.per", 'first has "step", this one "epoch"'],
    [{ "train.schedule": [WARM_UP, WARM_UP, { name: "cosine", per: "step" }] }, "schedule.1.until", "more than 500"],
    [{ "train.schedule": [WARM_UP, { name: "one-cycle", max_lr: 1 }] }, "train.schedule.1.name", "stands alone"],
    [{ "train.schedule": [{ ...WARM_UP, until: 2814 }, { name: "cosine", per: "step" }] }, "train.schedule", "2814"],
    [{ "train.schedule": [{ name: "linear", until: 3 }, { name: "cosine" }] }, "train.schedule", "the training has 3"],
    [{ "train.schedule": { name: "one-cycle", max_lr: 1, total_steps: 2813 } }, "train.schedule", "2813", "2814"],
    [
      { "train.schedule": { name: "one-cycle", max_lr: 1, total_steps: 29 }, "batch.rows": 640 },
      "train.schedule",
      "29 steps, but the training 30",
    ],
    [{ "train.schedule": { name: "one-cycle", max_lr: 1, per: "epoch" } }, "train.schedule.per", '"step"'],
    [
      { "train.schedule": { name: "one-cycle", max_lr: 1 }, "train.epochs": 1, "batch.size": 60000 },
      "train.schedule",
      "a cycle of 1 steps is too short",
    ],
    [
      { "train.schedule": { name: "one-cycle", max_lr: 1 }, "train.optimizer": { name: "basic", lr: 1 } },
      "train.schedule.cycle_momentum",
      "no momentum to cycle",
    ],
    [{ "train.clip_norm": 0 }, "train.clip_norm", "greater than 0"],
    [{ "train.optimizer": { name: "adam", betas: [0.9, 1] } }, "train.optimizer.betas.1", "less than 1"],
    [{ "train.optimizer": { name: "rmsprop", alpha: 1 } }, "train.optimizer.alpha", "less than 1"],
  ];
  for (const [set, ...parts] of cases) {
    const { message } = assertThrows(() => trained(set), ConfigError, undefined, JSON.stringify(set));
    for (const part of parts) assertStringIncludes(message, part);
  }
});
