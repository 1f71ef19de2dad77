/** The training loop: combines model, optimizer and data, and trains epoch by epoch. */
import { Augmenter } from "../../../core/augmentations/augmenter.ts";
import { DivergedError } from "../../../core/errors.ts";
import { initializeModel } from "../../../core/inits/initialization.ts";
import { checkBatchRows, modelSizes, parseModel } from "../../../core/layers/model_layers.ts";
import { takesTargets } from "../../../core/losses/loss.ts";
import { countClamped, countCorrect } from "../../../core/model/metrics.ts";
import { makeModel, tensorsOf } from "../../../core/model/model.ts";
import { EpochOrder, Generator } from "../../../core/random/mod.ts";
import type { Backend } from "../../../core/tensor/backend.ts";
import { chosenBackend } from "../../../core/tensor/chosen_backend.ts";
import { type Tensor, tensor } from "../../../core/tensor/tensor.ts";
import { type Library, named } from "../../define/library.ts";
import type { Produced } from "../../engine/stage/kind.ts";
import type { Progress, Resume } from "../../engine/stage/stage.ts";
import { chosenAugmentations, imageForm } from "../kinds/augmented_images.ts";
import { encodeModel, encodeOptimizer, restore } from "../kinds/checkpoint.ts";
import type { Dataset } from "../kinds/dataset_kind.ts";
import { readExampleShape } from "../kinds/example_shape.ts";
import type { Batches, EpochMetrics } from "../kinds/json_kinds.ts";
import { generatorHalves, stateOfHalves } from "../kinds/generator_state.ts";
import { checkFit } from "../kinds/model_fit.ts";
import { checkRows, loadRows } from "./rows.ts";
import { lossOf, trainedLoss } from "./chosen_loss.ts";
import type { TrainParams } from "./train_params.ts";
import { autogradStep, manualStep, type TrainStep } from "./train_step.ts";
import { makeUpdates } from "./updates.ts";

/** Trains epoch by epoch. */
export interface Trainer {
  /** Continues after a stored epoch instead of from the initial weights. */
  resume(from: Resume): void;
  /** Begins with the weights of a checkpoint instead of those that were drawn. */
  startFrom(weights: Uint8Array<ArrayBuffer>): void;
  /**
   * Trains one epoch step by step, so the caller can do something else in between.
   * @throws DivergedError if a loss or a parameter is NaN or infinite.
   */
  stepsOf(epoch: number): Iterator<void, EpochMetrics, void>;
  /** The metrics of epoch 0, in which nothing is trained. */
  untrained(): EpochMetrics;
  /** Trains one epoch at once. */
  runEpoch(epoch: number): EpochMetrics;
  /** How far it is: steps done and in total, and the epoch with its loss so far. */
  progress(): Parameters<Progress>;
  /** The state after the epoch of `metrics`, as outputs. */
  outputs(metrics: EpochMetrics): { checkpoint: Produced; optimizer: Produced; metrics: EpochMetrics };
}

/** Reads the data, builds the model and draws its weights, unless they are those of a run: see `startFrom`. */
export function makeTrainer(
  params: TrainParams,
  { dataset, batches }: { dataset: Dataset; batches: Batches },
  library: Library,
  backend: Backend = chosenBackend(),
): Trainer {
  const layers = parseModel(params.model, library.layers);
  const data = loadRows(dataset, "train", backend);
  const loss = lossOf(params.loss, library);
  checkFit(modelSizes(layers), data, loss.definition);
  checkRows(data, batches);
  checkBatchRows(layers, batches.last);

  const model = makeModel(layers, backend);
  // Also drawn if they are replaced by those of a run: torch draws them before it loads others, and masks after them.
  const generator = new Generator(params.seed);
  const init = typeof params.init === "string" ? params.init : library.inits[0].name;
  initializeModel(model, named(library.inits, init), generator);
  const hasTargets = takesTargets(loss.definition);
  const clamp = loss.definition.clamp?.(loss.params) ?? 0;
  /** What a classifier is measured by in training; clamped samples only where a loss can clamp. */
  const measured = <T>(accuracy: T, clamped: T) => ({
    ...(hasTargets ? {} : { train_accuracy: accuracy }),
    ...(loss.definition.clamp === undefined ? {} : { train_clamped: clamped }),
  });
  const makeStep = (rows: number) =>
    params.gradient === "manual" ? manualStep(model, loss, rows) : autogradStep(model, loss, rows);
  const fullStep = makeStep(Math.min(batches.size, data.count));
  const lastStep = batches.last === batches.size ? fullStep : makeStep(batches.last);
  model.generator?.data.set(generator.state());
  const updates = makeUpdates(params, model, batches.batches, library);
  const { augment = [], augment_seed = params.seed } = params;
  const augmenter = augment.length === 0 ? null : new Augmenter(
    chosenAugmentations(augment, library),
    imageForm(readExampleShape(dataset.part("example_shape")), data.background()),
    batches.rows,
    augment_seed,
  );
  const epochOrder = new EpochOrder(batches.seed, batches.rows, batches.shuffle);
  const order = tensor([batches.rows], "int32");

  let lastLoss: number | null = null;
  let reached = { epoch: 0, batch: 0, loss: NaN };

  /** Returns the loss of a batch and, with clipping, the norm of the gradients. */
  function runBatch(step: TrainStep, epoch: number, batch: number): [loss: number, norm: number] {
    data.gather(step.x, step.labels, order, batch * batches.size);
    augmenter?.change(step.x.data);
    const loss = step.run();
    return [loss, updates.step((epoch - 1) * batches.batches + batch)];
  }

  function diverged(what: string, epoch: number, batch: number, isUntrained = false): DivergedError {
    const before = lastLoss === null
      ? "No earlier step of this run had a finite loss"
      : `The last finite loss was ${lossText(lastLoss)}`;
    const advice = isUntrained
      ? "No step was done yet: normalize the images"
      : params.schedule === undefined
      ? "Lower train.optimizer.lr"
      : "Lower train.optimizer.lr or the rates of train.schedule";
    const orClamp = clamp > 0 || loss.definition.clamp === undefined
      ? ""
      : ", or clamp the loss (train.loss.clamp; the article's is 1e-10)";
    return new DivergedError(
      `${what} in epoch ${epoch}, step ${batch + 1} of ${batches.batches}. ${before}. Completed epochs are stored. ` +
        `${advice}${orClamp}.`,
    );
  }

  return {
    resume({ step: epoch, outputs }) {
      restore(outputs.checkpoint, tensorsOf(model));
      const halves = generatorHalves();
      restore(outputs.optimizer, [...updates.state, ...(model.generator === null ? [] : [halves])]);
      model.generator?.data.set(stateOfHalves(halves));
      updates.resume(epoch * batches.batches);
    },
    startFrom: (weights) => restore({ bytes: () => weights }, tensorsOf(model)),
    *stepsOf(epoch) {
      epochOrder.epoch(epoch, order.data);
      augmenter?.begin(epoch);
      let [lossSum, normSum] = [0, 0];
      let correct = 0;
      let clamped = 0;
      for (let batch = 0; batch < batches.batches; batch++) {
        const step = batch === batches.batches - 1 ? lastStep : fullStep;
        const [loss, norm] = runBatch(step, epoch, batch);
        if (!Number.isFinite(loss)) throw diverged(`The loss became ${loss}`, epoch, batch, epoch === 1 && batch === 0);
        lastLoss = loss;
        lossSum += loss;
        normSum += norm;
        if (!hasTargets) {
          correct += countCorrect(step.output, step.labels as Tensor<"uint8">);
          if (clamp > 0) clamped += countClamped(step.output, step.labels as Tensor<"uint8">, clamp);
        }
        reached = { epoch, batch, loss: lossSum / (batch + 1) };
        yield;
      }
      // No loss of this epoch shows the last step's update.
      const invalid = tensorsOf(model).find(({ value }) => !value.data.every(Number.isFinite));
      if (invalid !== undefined) {
        throw diverged(`${invalid.name} became NaN or infinite`, epoch, batches.batches - 1);
      }
      return {
        epoch,
        train_loss: lossSum / batches.batches,
        ...measured(correct / batches.rows, clamped / batches.rows),
        ...updates.metrics(epoch, normSum / batches.batches),
      };
    },
    untrained: () => ({ epoch: 0, train_loss: null, ...measured(null, null), ...updates.metrics(0, null) }),
    runEpoch(epoch) {
      const steps = this.stepsOf(epoch);
      for (;;) {
        const { done, value } = steps.next();
        if (done) return value;
      }
    },
    progress() {
      const { epoch, batch, loss } = reached;
      const note = `epoch ${epoch} of ${params.epochs}, loss ${lossText(loss)}`;
      return [(epoch - 1) * batches.batches + batch + 1, params.epochs * batches.batches, note];
    },
    outputs(metrics) {
      const drawn = model.generator === null ? [] : [generatorHalves(model.generator.data)];
      return {
        checkpoint: encodeModel(model, trainedLoss(params.loss), loss.definition.takes),
        optimizer: encodeOptimizer([...updates.state, ...drawn]),
        metrics,
      };
    },
  };
}

function lossText(loss: number): string {
  return loss.toPrecision(4);
}
