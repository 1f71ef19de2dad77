/** The training loop: model, optimizer and data put together, one epoch at a time. */
import { type Backend, wasmBackend } from "../../../core/backend.ts";
import { DivergedError } from "../../../core/errors.ts";
import { countClamped, countCorrect } from "../../../core/metrics.ts";
import { modelSizes, parseLayer } from "../../../core/layers.ts";
import { initialize } from "../../../core/init.ts";
import { makeSequential } from "../../../core/nn.ts";
import { basicOptim, descentRate, type Optimizer, sgd } from "../../../core/optim.ts";
import { type Parameter, zeroGradients } from "../../../core/parameter.ts";
import { EpochOrder, Generator } from "../../../core/random/mod.ts";
import { tensor } from "../../../core/tensor.ts";
import { encodeJson } from "../../formats/json.ts";
import type { Artifact, Produced, Progress, Resume } from "../../engine/stage/stage.ts";
import { encodeModel, encodeOptimizer, restore } from "./checkpoint.ts";
import { readBatches } from "./json_artifacts.ts";
import { loadRows, mustFit, mustHaveRows } from "./rows.ts";
import type { TrainParams } from "./train_params.ts";
import { autogradStep, manualStep, type TrainStep } from "./train_step.ts";

/** What is known of an epoch of training: the `metrics` artifact. */
export interface EpochMetrics {
  /** 0 is the untrained model. */
  epoch: number;
  /** Mean over the epoch's batches of the batch's loss before its step; null for epoch 0. */
  train_loss: number | null;
  /** Share of the epoch's rows that were right before their batch's step; null for epoch 0. */
  train_accuracy: number | null;
  /** Share of the epoch's rows whose label's probability was below the loss's clamp then; null for epoch 0. */
  train_clamped: number | null;
}

/** The artifacts that training reads. */
export interface TrainInputs {
  images: Artifact;
  labels: Artifact;
  table: Artifact;
  batches: Artifact;
}

/** Trains epoch by epoch. */
export interface Trainer {
  /** Goes on after a stored epoch instead of from the initial weights. */
  resume(from: Resume): void;
  /**
   * Trains one epoch, with a pause now and then in which the caller may do something else.
   * @throws DivergedError when a loss or a parameter is NaN or infinite.
   */
  epochWithPauses(epoch: number, progress: Progress): Iterator<void, EpochMetrics, void>;
  /** Trains one epoch at a stretch. */
  runEpoch(epoch: number, progress: Progress): EpochMetrics;
  /** The state after the epoch that `metrics` tells of, as artifacts. */
  outputs(metrics: EpochMetrics): Record<string, Produced>;
}

/** The progress bar is told of the work, and there is a pause, after every so many steps. */
const STEPS_PER_REPORT = 50;

/**
 * Reads the data, builds the model and draws its weights.
 * @param shortcuts False switches off what only makes training faster and leaves the bits alone.
 */
export function makeTrainer(
  params: TrainParams,
  inputs: TrainInputs,
  backend: Backend = wasmBackend,
  shortcuts = true,
): Trainer {
  const batches = readBatches(inputs.batches);
  const specs = params.model.map(parseLayer);
  const data = loadRows(inputs.images, inputs.labels, inputs.table, backend);
  mustFit(modelSizes(specs), data);
  mustHaveRows(data, batches.rows);

  const model = makeSequential(specs, backend);
  initialize(model, params.init, new Generator(params.seed));
  const makeStep = (rows: number) =>
    params.gradient === "manual" ? manualStep(model, params.loss, rows) : autogradStep(model, params.loss, rows, {
      descentRate: shortcuts ? rateOf(params) : null,
      shareMemory: shortcuts,
    });
  const fullStep = makeStep(Math.min(batches.size, data.count));
  const lastStep = batches.last === batches.size ? fullStep : makeStep(batches.last);
  const optimizer = makeOptimizer(model.parameters.filter((one) => !fullStep.descended.has(one)), params, backend);
  const epochOrder = new EpochOrder(batches.seed, batches.rows, batches.shuffle);
  const order = tensor([batches.rows], "int32");

  let lastLoss: number | null = null;

  function runBatch(step: TrainStep, offset: number): number {
    data.gather(step.x, step.labels, order, offset);
    const loss = step.run();
    optimizer.step();
    zeroGradients(model.parameters);
    return loss;
  }

  function placeOf(epoch: number, batch: number): string {
    return `epoch ${epoch}, step ${batch + 1} of ${batches.batches}`;
  }

  return {
    resume({ step: epoch, outputs }) {
      restore(outputs.checkpoint, model.parameters);
      restore(outputs.optimizer, optimizer.state);
      // After epoch 0 the optimizer has not stepped yet: its first step is still to come, and is another one.
      if (epoch > 0) optimizer.resume();
    },
    *epochWithPauses(epoch, progress) {
      epochOrder.epoch(epoch, order.data);
      let lossSum = 0;
      let correct = 0;
      let clamped = 0;
      for (let batch = 0; batch < batches.batches; batch++) {
        const step = batch === batches.batches - 1 ? lastStep : fullStep;
        const loss = runBatch(step, batch * batches.size);
        if (!Number.isFinite(loss)) throw diverged(`The loss became ${loss}`, placeOf(epoch, batch), lastLoss);
        lastLoss = loss;
        lossSum += loss;
        correct += countCorrect(step.probabilities, step.labels);
        clamped += countClamped(step.probabilities, step.labels, params.loss.clamp);
        if ((batch + 1) % STEPS_PER_REPORT === 0 || batch === batches.batches - 1) {
          const done = (epoch - 1) * batches.batches + batch + 1;
          progress(
            done,
            params.epochs * batches.batches,
            `epoch ${epoch}/${params.epochs} loss ${lossText(lossSum / (batch + 1))}`,
          );
          yield;
        }
      }
      // The last step's update shows in no loss of this epoch.
      const broken = model.parameters.find(({ value }) => !value.data.every(Number.isFinite));
      if (broken !== undefined) {
        throw diverged(
          `The parameter ${broken.name} became NaN or infinite`,
          placeOf(epoch, batches.batches - 1),
          lastLoss,
        );
      }
      return {
        epoch,
        train_loss: lossSum / batches.batches,
        train_accuracy: correct / batches.rows,
        train_clamped: clamped / batches.rows,
      };
    },
    runEpoch(epoch, progress) {
      const work = this.epochWithPauses(epoch, progress);
      for (;;) {
        const { done, value } = work.next();
        if (done) return value;
      }
    },
    outputs(metrics) {
      return {
        checkpoint: encodeModel(model, params.loss),
        optimizer: encodeOptimizer(optimizer),
        metrics: encodeJson(metrics),
      };
    },
  };
}

function makeOptimizer(parameters: readonly Parameter[], { optimizer }: TrainParams, backend: Backend): Optimizer {
  if (optimizer.name === "basic") return basicOptim(parameters, optimizer.lr, backend);
  const { lr, momentum, dampening, weight_decay: weightDecay, nesterov } = optimizer;
  return sgd(parameters, { lr, momentum, dampening, weightDecay, nesterov }, backend);
}

/** The rate of a training whose optimizer is plain gradient descent; null for another. */
function rateOf({ optimizer }: TrainParams): number | null {
  if (optimizer.name === "basic") return optimizer.lr;
  return descentRate({ lr: optimizer.lr, momentum: optimizer.momentum, weightDecay: optimizer.weight_decay });
}

function lossText(loss: number): string {
  return loss.toPrecision(4);
}

function diverged(what: string, where: string, lastLoss: number | null): DivergedError {
  const before = lastLoss === null
    ? "No step of this run had a finite loss before it"
    : `The last finite loss was ${lossText(lastLoss)}`;
  return new DivergedError(
    `${what} in ${where}. ${before}. The epochs that were finished are stored. ` +
      "Lower train.optimizer.lr, or clamp the loss (train.loss.clamp; the article's is 1e-10).",
  );
}
