/** Checks of what an experiment says of its data: files, classes, sets and batches. */
import { downloadedFiles, publishedDataset } from "../../define/dataset.ts";
import { defineCheck } from "../../define/experiment_check.ts";
import { formatOf } from "../kinds/chosen_format.ts";
import { targetOf } from "../kinds/label_target.ts";
import { FormatError, ShapeError } from "../../../core/errors.ts";
import { knownData } from "../kinds/known_data.ts";
import { type DrawnSets, splitSizes } from "../kinds/split_sizes.ts";
import { NORMALIZE, SPLIT } from "../kinds/stage_names.ts";
import { checkBatchRows, parseModel } from "../../../core/layers/model_layers.ts";
import { checkFirstRows } from "../kinds/first_rows.ts";
import { paramsOf } from "../kinds/run_params.ts";
import { imageForm } from "../kinds/augmented_images.ts";
import { readExampleShape } from "../kinds/example_shape.ts";
import { gibibytes, MAX_MEMORY } from "../kinds/kernel_memory.ts";

/** What the files are, by their fields: arrays for formats with `read`, examples for those with `readExamples`. */
export const filesFitFormat = defineCheck({
  name: "files-fit-format",
  about: "The files are arrays, or files of examples, as the format reads them.",
  source: import.meta.url,
  path: ["pipeline", "download", "files"],
  check({ params: { download, tensorize }, library }) {
    if (download === undefined || tensorize === undefined) return;
    const files = downloadedFiles(download, library.datasets);
    const { definition: { name, read } } = formatOf(tensorize, library);
    if (Object.hasOwn(files, "train_images") === (read !== undefined)) return;
    const fields = read === undefined
      ? "train and test, or data"
      : "train_images, train_labels, test_images, test_labels";
    const others = library.formats.filter((one) => (one.read === undefined) !== (read === undefined));
    throw new Error(
      `expected ${fields}, which the format "${name}" reads, but found ${Object.keys(files).join(", ")}. Formats for ` +
        `these (tensorize.format): ${others.map(({ name }) => name).join(", ")}.`,
    );
  },
});

/** Whether there are classes that have the given names. */
export const classNamesFit = defineCheck({
  name: "class-names-fit",
  about: "Names of classes are given only where labels are classes.",
  source: import.meta.url,
  path: ["pipeline", "download", "class_names"],
  check({ params: { download, tensorize } }) {
    if (download?.class_names === undefined || targetOf(tensorize) === "class") return;
    throw new FormatError(
      'labels that are numbers to predict (tensorize.target is "number") have no classes. Leave out one of the two.',
    );
  },
});

/** Whether there is a test set, in the dataset or drawn, and whether the dataset has the rows that are drawn. */
export const splitFits = defineCheck({
  name: "split-fits",
  about: "There is a test set, and rows are left to train on.",
  source: import.meta.url,
  path: ["pipeline", SPLIT],
  check(known) {
    const { params, makersOf } = known;
    const split = params.split as DrawnSets | undefined;
    const beforeSplit = (name: string) => makersOf(name).slice(0, makersOf(name).indexOf(SPLIT));
    const { trainRows, testRows } = knownData(split === undefined ? known : { ...known, makersOf: beforeSplit });
    if (testRows === 0 && split?.test === undefined && params.validate !== undefined) {
      throw new FormatError('the dataset has no test set. Draw one from its rows: "split": { "test": 0.2 }.');
    }
    if (split === undefined) return;
    if (testRows !== null && testRows > 0 && split.test !== undefined) {
      throw new FormatError(`the dataset has a test set, of ${testRows} rows. Leave out test, which draws one.`);
    }
    if (beforeSplit("train_images").includes(NORMALIZE)) {
      throw new FormatError(
        "validation rows must not be part of what normalize measures. Put split before it in the chain.",
      );
    }
    if (trainRows !== null) splitSizes(split, trainRows);
  },
});

/** Whether the training set has the rows that are wanted of it, and the last batch as many as the layers need. */
export const batchFits = defineCheck({
  name: "batch-fits",
  about: "The training set has enough rows, and the last batch as many as the layers need.",
  source: import.meta.url,
  path: ["pipeline", "batch"],
  check(known) {
    const { params, library } = known;
    if (params.batch === undefined) return;
    const { size, rows: wanted } = params.batch as { size: number; rows?: number };
    const all = knownData(known).trainRows;
    if (all === null) return;
    checkFirstRows(wanted, all);
    if (params.train === undefined) return;
    const { model } = paramsOf({ pipeline: params });
    checkBatchRows(parseModel(model, library.layers), ((wanted ?? all) - 1) % size + 1);
  },
});

/** Whether examples are pictures, if they are to be augmented. */
export const augmentFits = defineCheck({
  name: "augment-fits",
  about: "Examples that are augmented are pictures.",
  source: import.meta.url,
  path: ["pipeline", "train", "augment"],
  check({ params, library, makersOf, artifact }) {
    if (params.train?.augment === undefined) return;
    const maker = makersOf("example_shape").at(-1);
    const stored = maker === undefined ? null : artifact(maker, "example_shape");
    const published = maker === "tensorize"
      ? publishedDataset(params.download, library.datasets)?.content?.shape
      : null;
    const shape = stored === null ? published : readExampleShape(stored);
    if (shape) imageForm(shape, 0);
  },
});

/** Whether there is memory for the images that are trained on, and for those that are evaluated at the same time. */
export const dataSize = defineCheck({
  name: "data-size",
  about: "The training and the test images fit into memory together.",
  source: import.meta.url,
  path: ["pipeline", "download"],
  check(known) {
    const { train, validate } = known.params;
    if (train === undefined) return;
    const { trainBytes, testBytes } = knownData(known);
    const bytes = (trainBytes ?? 0) + (validate === undefined ? 0 : testBytes ?? 0);
    if (bytes <= MAX_MEMORY) return;
    throw new ShapeError(
      `The images have ${gibibytes(bytes)}, but there are ${gibibytes(MAX_MEMORY)} for them and the model. Use fewer ` +
        "rows, or, if their numbers are bytes, files of bytes (uint8), which take a quarter of the memory.",
    );
  },
});
