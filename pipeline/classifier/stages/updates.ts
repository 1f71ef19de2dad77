/** What follows a step's gradients: clipping, the scheduled learning rate, and the optimizer. */
import type { Model } from "../../../core/model/model.ts";
import { makeClipping } from "../../../core/optimizers/clip_gradients.ts";
import { makeOptimizer } from "../../../core/optimizers/make_optimizer.ts";
import { atRate, makeRates } from "../../../core/schedules/rates.ts";
import { zeroGradients } from "../../../core/tensor/parameter.ts";
import { type Library, named } from "../../define/library.ts";
import { schedulesOf } from "../kinds/chosen_schedule.ts";
import type { EpochMetrics } from "../kinds/json_kinds.ts";
import type { TrainParams } from "./train_params.ts";

/** Updates a model's parameters by their gradients; steps are counted from 0, over all epochs. */
export function makeUpdates(
  { optimizer: params, schedule, clip_norm }: TrainParams,
  { parameters, backend }: Model,
  stepsPerEpoch: number,
  library: Library,
) {
  const schedules = schedulesOf(schedule, library);
  const rateOf = schedules.length === 0 ? null : makeRates(schedules, params.lr as number, stepsPerEpoch);
  const paramsAt = (step: number) => rateOf === null ? params : atRate(params, rateOf(step));
  const optimizer = makeOptimizer(named(library.optimizers, params.name), paramsAt(0), parameters, backend);
  const clip = clip_norm === undefined ? null : makeClipping(clip_norm, parameters, backend);
  return {
    /** The optimizer's state. */
    state: optimizer.state,
    /** Continues after so many steps, once the state is restored. */
    resume: optimizer.resume,
    /** Does a step; returns the norm of all gradients before they are clipped, 0 if they are not. */
    step(step: number): number {
      const norm = clip?.() ?? 0;
      optimizer.step(paramsAt(step));
      zeroGradients(parameters);
      return norm;
    },
    /** The rate of an epoch's last step, if it is scheduled, and the mean norm, if it clips; a norm that overflows is null. */
    metrics: (epoch: number, norm: number | null): Pick<EpochMetrics, "learning_rate" | "gradient_norm"> => ({
      ...(rateOf === null ? {} : { learning_rate: epoch === 0 ? null : rateOf(epoch * stepsPerEpoch - 1).lr }),
      ...(clip === null ? {} : { gradient_norm: Number.isFinite(norm) ? norm : null }),
    }),
  };
}
