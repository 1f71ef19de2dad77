/** Turns the dataset's files into arrays (article section "Normalize the data": torchvision's ToTensor). */
import { z } from "zod";
import { MAX_CLASSES, type Target } from "../../define/format.ts";
import { nameOrChoiceOf } from "../../define/library.ts";
import { defineStage } from "../../define/define_stage.ts";
import { encodeJson } from "../../formats/json.ts";
import { encodeNpy } from "../../formats/npy.ts";
import { formatOf } from "../kinds/chosen_format.ts";
import { Dataset, dataset, NO_ROWS } from "../kinds/dataset_kind.ts";
import { files } from "../kinds/files_kind.ts";
import { encodeNames, readClassNames } from "../kinds/dataset_names.ts";
import { TENSORIZE } from "../kinds/stage_names.ts";
import { checkSame, checkSet } from "./checked_sets.ts";
import { classLabels, type GivenClasses } from "./class_labels.ts";
import { encodeFeatures, encodeNumbers } from "./encoded_sets.ts";
import { readSets, type RowSet } from "./read_sets.ts";

interface Params {
  format?: string | Record<string, unknown>;
  scale: "unit" | "none";
  classes?: number;
  target?: Target;
}

/** What labels without names are, unless an experiment says otherwise: MNIST's 10 digits. */
const DEFAULT_CLASSES = 10;

/**
 * Byte images remain bytes, with a table of the 256 values: a quarter of the memory, and the same bits once looked up.
 * Images of other numbers become float32.
 */
export const tensorize = defineStage({
  name: TENSORIZE,
  version: 1,
  about: "Turn the examples into rows of numbers and the labels into class numbers, and check both.",
  source: import.meta.url,
  params(library): z.ZodType<Params> {
    const { formats } = library;
    return z.strictObject({
      format: nameOrChoiceOf(formats).optional().describe(`The format of the files. Default: ${formats[0].name}.`),
      scale: z.enum(["unit", "none"]).default("unit").describe(
        'How bytes are scaled: "unit" divides them by 255, like ToTensor; "none" keeps 0 to 255. Other numbers are kept.',
      ),
      classes: z.int().min(1).max(MAX_CLASSES).optional().describe(
        `Labels are 0 to classes - 1. Default: as many as there are names; without names, those of the training set, or ` +
          `${DEFAULT_CLASSES} if examples and labels are in separate files.`,
      ),
      target: z.enum(["class", "number"]).optional().describe(
        'What labels are: "class", or "number" for numbers to predict (regression). Default: class.',
      ),
    }).transform((params) => {
      const isCounted = params.classes === undefined && params.target !== "number" &&
        formatOf(params, library).definition.read !== undefined;
      return isCounted ? { ...params, classes: DEFAULT_CLASSES } : params;
    }) as unknown as z.ZodType<Params>;
  },
  definitions: (params, library) => [formatOf(params, library).definition],
  inputs: { files },
  outputs: { dataset },
  async run({ params, inputs, library }) {
    const { target = "class", classes: count, scale } = params;
    const { train, test } = await readSets(inputs.files, formatOf(params, library), target);
    checkSet(train);
    if (test !== null) checkSet(test);
    if (test !== null) checkSame(train, test);
    const names = readClassNames(inputs.files.class_names);
    const { classes, ...labels } = target === "class"
      ? encodeClasses(train, test, { names, count })
      : { train: encodeNumbers(train), test: test && encodeNumbers(test), classes: [] };
    const table = train.features.type === "u8" ? byteTable(scale) : new Float32Array(0);
    return {
      dataset: new Dataset({
        train_images: encodeFeatures(train),
        train_labels: labels.train,
        test_images: test === null ? NO_ROWS : encodeFeatures(test),
        test_labels: labels.test ?? NO_ROWS,
        table: encodeNpy("f4", [table.length], table),
        example_shape: encodeJson(train.features.shape.slice(1)),
        names: encodeNames({ classes, columns: train.columns, targets: train.targets }),
      }),
    };
  },
});

/** The labels as uint8 `[N]`, and the names of the classes. */
function encodeClasses(train: RowSet, test: RowSet | null, given: GivenClasses) {
  const labels = classLabels(train, test, given);
  const encode = (numbers: Uint8Array) => encodeNpy("u1", [numbers.length], numbers);
  return { train: encode(labels.train), test: labels.test && encode(labels.test), classes: labels.classes };
}

/** table[v] = f32(v / 255), like ToTensor's `div(255)` on float32; or v itself. float32 [256]. */
function byteTable(scale: "unit" | "none"): Float32Array {
  return Float32Array.from({ length: 256 }, (_, value) => scale === "unit" ? value / 255 : value);
}
