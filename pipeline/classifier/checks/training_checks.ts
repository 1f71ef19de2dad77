/** Checks of what an experiment says of its training: the model, the schedule, and when to stop. */
import { FormatError, ShapeError } from "../../../core/errors.ts";
import { modelSizes, parameterCount, parseModel } from "../../../core/layers/model_layers.ts";
import { defineCheck } from "../../define/experiment_check.ts";
import { named } from "../../define/library.ts";
import { countText } from "../../text/numbers.ts";
import { targetOf } from "../kinds/label_target.ts";
import { lengthProblem, type Schedule } from "../kinds/chosen_schedule.ts";
import { gibibytes, MAX_MEMORY } from "../kinds/kernel_memory.ts";
import { knownData } from "../kinds/known_data.ts";
import { checkFit, checkImage, checkLoss } from "../kinds/model_fit.ts";
import { paramsOf } from "../kinds/run_params.ts";
import { ADVICE, lacksValidationRows } from "../kinds/validation_rows.ts";

/** Whether early stopping has validation rows to decide by, and can end the training. */
export const earlyStopping = defineCheck({
  name: "early-stopping",
  about: "Early stopping has validation rows to decide by.",
  source: import.meta.url,
  path: ["pipeline", "validate", "early_stopping"],
  check(known) {
    const { params } = known;
    const rule = params.validate?.early_stopping as { figure: string } | undefined;
    if (rule === undefined) return;
    if (lacksValidationRows(known) || knownData(known).validationRows === 0) {
      throw new FormatError(
        `it decides by validation rows, which this experiment has not: ${ADVICE}`,
      );
    }
    const stages = Object.keys(params);
    if (stages.indexOf("validate") !== stages.indexOf("train") + 1) {
      throw new FormatError("validate can end train only if it comes directly after it in the chain.");
    }
    if (rule.figure === "accuracy" && targetOf(params.tensorize) === "number") {
      throw new FormatError('numbers that are predicted have no accuracy. Write "figure": "loss".');
    }
  },
});

/** Whether the model takes the dataset's images, and has its classes. */
export const modelFits = defineCheck({
  name: "model-fits",
  about: "The model takes as many numbers as an example has, in their order, and has a class for every label.",
  source: import.meta.url,
  path: ["pipeline", "train", "model"],
  check(known) {
    if (known.params.train === undefined) return;
    const { model, loss } = paramsOf({ pipeline: known.params });
    const { layers, losses } = known.library;
    const [data, chosen] = [knownData(known), named(losses, loss.name)];
    if (data.target !== null) checkLoss(chosen, data.target);
    const bound = parseModel(model, layers);
    if (data.shape !== null) checkImage(bound[0], data.shape);
    checkFit(modelSizes(bound), data, chosen);
  },
});

/** An evaluation lists the classes; with these it has 6 MB, of the 16 that are read. */
const MAX_CLASSES = 1 << 16;
/** predictions.csv has all probabilities, and must be shorter than the longest string, 2^29 characters. */
const MAX_PROBABILITIES = 25_000_000;

/** Whether training has enough memory, and what it yields can be stored. */
export const modelSize = defineCheck({
  name: "model-size",
  about: "Training fits into memory, and the predictions into their file.",
  source: import.meta.url,
  path: ["pipeline", "train", "model"],
  check(known) {
    const { params: pipeline, library } = known;
    if (pipeline.train === undefined || pipeline.batch === undefined) return;
    const { model, batchSize } = paramsOf({ pipeline });
    const layers = parseModel(model, library.layers);
    const { inFeatures, classes } = modelSizes(layers);
    const { trainRows, testRows } = knownData(known);

    const optimizer = pipeline.train.optimizer as Record<string, unknown> & { name: string };
    const states = named(library.optimizers, optimizer.name).state(optimizer).length;
    const parameters = parameterCount(layers);
    // A lower bound: hidden layers, the images and the gradients of a batch come in addition.
    const rows = trainRows === null ? 1 : Math.min(batchSize, trainRows);
    const bytes = 4 * (parameters * (2 + states) + rows * (inFeatures + classes));
    if (bytes > MAX_MEMORY) {
      throw new ShapeError(
        `Training needs at least ${gibibytes(bytes)} for ${countText(parameters)} parameters with their ` +
          `gradients and batches of ${countText(rows)} rows, but there are ${gibibytes(MAX_MEMORY)}. ` +
          "Make the layers narrower, or batch.size smaller.",
      );
    }
    if (classes > MAX_CLASSES) {
      throw new ShapeError(
        `The model has ${countText(classes)} classes, but at most ${countText(MAX_CLASSES)} are stored.`,
      );
    }
    if (testRows !== null && testRows * classes > MAX_PROBABILITIES) {
      throw new ShapeError(
        `The predictions would be ${countText(testRows)} test examples x ${countText(classes)} classes = ` +
          `${countText(testRows * classes)} probabilities, but at most ${countText(MAX_PROBABILITIES)} are stored. ` +
          "Make the last linear layer narrower; labels are at most 255.",
      );
    }
  },
});

/** Whether the training has as many steps as its schedules need, and no more. */
export const scheduleFits = defineCheck({
  name: "schedule-fits",
  about: "The schedules of the learning rate last as long as the training.",
  source: import.meta.url,
  path: ["pipeline", "train", "schedule"],
  check(known) {
    const { train, batch } = known.params;
    if (train?.schedule === undefined || batch === undefined) return;
    const { schedule, epochs } = train as { schedule: Schedule; epochs: number };
    const rows = (batch.rows as number | undefined) ?? knownData(known).trainRows;
    if (rows === null && [schedule].flat()[0].per === "step") return;
    const batches = Math.ceil((rows ?? 1) / paramsOf({ pipeline: known.params }).batchSize);
    const problem = lengthProblem({ schedule, epochs }, batches, known.library);
    if (problem !== null) throw new FormatError(problem);
  },
});
