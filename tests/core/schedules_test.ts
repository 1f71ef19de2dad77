import { assertEquals } from "@std/assert";
import { z } from "zod";
import { atRate, makeRates, type ScheduleParams } from "../../core/schedules/rates.ts";
import { classifier } from "../../pipeline/classifier/pipeline.ts";
import { named } from "../../pipeline/define/library.ts";
import { golden } from "./golden.ts";
import { sha256 } from "./random/golden.ts";

/** A case of torch_schedules.json, whose generator says what it holds. */
type Case = [
  ...[schedule: ScheduleParams | ScheduleParams[], optimizer: Record<string, unknown> & { name: string }, lr: number],
  ...[steps: number, stepsPerEpoch: number, float64: string, float32: string, last: [lr: number, momentum: number]],
];

/** A schedule with its defaults. */
function chosen(params: ScheduleParams) {
  const definition = named(classifier.schedules, params.name);
  return { definition, params: { ...params, ...z.object(definition.params).parse(params) } };
}

/** The first `digits` of the SHA-256 of numbers. */
const digest = (numbers: Float64Array | Float32Array) => sha256(numbers).slice(0, 16);

for (
  const [schedule, { name, ...options }, lr, steps, stepsPerEpoch, float64, float32, last] of golden<Case[]>(
    "torch_schedules.json",
  )
) {
  Deno.test(`learning rate and momentum of ${steps} steps have torch's bits: ${name}, ${JSON.stringify(schedule)}`, () => {
    const optimizer = named(classifier.optimizers, name).params.parse({ name, lr, ...options });
    const rates = makeRates([schedule].flat().map(chosen), lr, stepsPerEpoch);
    const found = Array.from({ length: steps }, (_, step) => {
      const { lr, betas, momentum } = atRate(optimizer, rates(step)) as {
        lr: number;
        betas?: number[];
        momentum: number;
      };
      return [lr, betas === undefined ? momentum : betas[0]];
    });
    assertEquals(found.at(-1), last);
    assertEquals(digest(Float64Array.from(found.flat())), float64);
    assertEquals(digest(Float32Array.from(found.flat())), float32);
  });
}

Deno.test("a rate does not depend on which step was asked for before", () => {
  const schedule = chosen({ name: "cosine", per: "step", epochs: 3 });
  const inOrder = makeRates([schedule], 0.1, 20);
  const straight = Array.from({ length: 60 }, (_, step) => inOrder(step).lr);
  for (const step of [59, 0, 31, 30, 31]) assertEquals(makeRates([schedule], 0.1, 20)(step).lr, straight[step]);
  assertEquals([59, 0, 31, 30, 31].map((step) => inOrder(step).lr), [59, 0, 31, 30, 31].map((step) => straight[step]));
});
