/** Evaluates a run's model on other data of the run's format, as the validate stage does on the test set. */
import { DivergedError, FormatError } from "../../core/errors.ts";
import { openScope } from "../../core/tensor/tensor.ts";
import { formatOf } from "../classifier/kinds/chosen_format.ts";
import { targetOf } from "../classifier/kinds/label_target.ts";
import { Dataset } from "../classifier/kinds/dataset_kind.ts";
import type { Evaluation, RegressionEvaluation } from "../classifier/kinds/json_kinds.ts";
import { normalized } from "../classifier/kinds/normalized_numbers.ts";
import { placeOf } from "../classifier/kinds/finite_numbers.ts";
import { checkSet, describe } from "../classifier/stages/checked_sets.ts";
import { knownLabels } from "../classifier/stages/class_labels.ts";
import { makeEvaluator } from "../classifier/stages/evaluator.ts";
import { encodeFeatures, encodeNumbers } from "../classifier/stages/encoded_sets.ts";
import { type GivenFile, readGivenSet, type RowSet } from "../classifier/stages/read_sets.ts";
import { downloadedFiles, givenClassNames } from "../define/dataset.ts";
import type { Library } from "../define/library.ts";
import { joinedPieces, memoryArtifact } from "../engine/store/memory_artifact.ts";
import { encodeNpy } from "../formats/npy.ts";
import { type Classifier, makeClassifier } from "./classifier.ts";
import type { TrainedRun } from "./trained_run.ts";

/** The batches of a run whose chain has no validate stage. */
const BATCH_SIZE = 64;

/**
 * Reads a file of examples with labels, or one of each, and evaluates the model on them.
 * @throws FormatError for other columns, classes or shapes than the run's, for what is not of its format, and for numbers that
 * are too large for the model.
 */
export async function evaluateRun(
  run: TrainedRun,
  files: readonly GivenFile[],
  library: Library,
): Promise<Omit<Evaluation, "epoch"> | Omit<RegressionEvaluation, "epoch">> {
  using _memory = openScope();
  const { experiment: { pipeline }, names: { columns } } = run;
  const model = makeClassifier(run, library.layers);
  const { definition, params } = formatOf(pipeline.tensorize ?? {}, library);
  const known = columns.length === 0 ? params : { ...params, columns };
  const set = await readGivenSet(files, { definition, params: known }, targetOf(pipeline.tensorize));
  checkSet(set);
  checkLikeRun(set, run, model);
  const parts = {
    test_images: encodeExamples(set, run),
    test_labels: encodeLabels(set, run, model, library),
    table: encodeNpy("f4", [run.table.length], run.table),
  };
  const artifacts = Object.entries(parts).map(([name, bytes]) => [name, memoryArtifact(bytes)]);
  const weights = memoryArtifact(run.weights);
  const batchSize = (pipeline.validate?.batch_size ?? BATCH_SIZE) as number;
  const evaluator = makeEvaluator(new Dataset(Object.fromEntries(artifacts)), "test", weights, batchSize, library);
  try {
    const { epoch: _, ...evaluation } = evaluator.evaluate(weights, 0);
    return evaluation;
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    throw new FormatError(
      `${set.name}: the loss is NaN: the model's outputs for these examples are beyond float32. Check that their numbers ` +
        "are in the units of those that it was trained on.",
    );
  }
}

/** Whether a run's format has examples and labels in files of their own. */
export function takesArrays({ experiment: { pipeline } }: TrainedRun, library: Library): boolean {
  return formatOf(pipeline.tensorize ?? {}, library).definition.read !== undefined;
}

/** The names of a run's files with test examples, and with their labels if these are apart; none if a split drew them. */
export function testFilesOf({ experiment: { pipeline } }: TrainedRun, { datasets }: Library): string[] {
  const own = downloadedFiles(pipeline.download, datasets);
  return [own.test ?? own.test_images, own.test_labels].flatMap((file) => file?.name ?? []);
}

/** Checks that examples have the type, the shape and the columns of those that the model was trained on. */
function checkLikeRun(
  { features, name, columns = [] }: RowSet,
  run: TrainedRun,
  { shape, takesBytes }: Classifier,
): void {
  const [, ...found] = features.shape;
  if (String(found) !== String(shape) || (features.type === "u8") !== takesBytes) {
    const expected = `${takesBytes ? "bytes, u8" : "numbers, f32"} [N, ${shape.join(", ")}]`;
    const given = describe(["N", ...found], features.type);
    throw new FormatError(`${name}: expected examples as those of the run, ${expected}, but found ${given}.`);
  }
  const odd = columns.findIndex((column, i) => column !== run.names.columns[i]);
  if (odd === -1) return;
  throw new FormatError(
    `${name}: expected the columns of the run in its order, but feature ${odd + 1} is ` +
      `${JSON.stringify(columns[odd])}, and the run's is ${JSON.stringify(run.names.columns[odd])}.`,
  );
}

/** Bytes as they are, with the run's table; other numbers normalized as the run's were. */
function encodeExamples(set: RowSet, { moments }: TrainedRun): Uint8Array<ArrayBuffer> {
  const { name, features: { shape } } = set;
  const nameFrom = (first: number) => (i: number) => `${name}: the number at ${placeOf(first + i, shape)}`;
  const { pieces } = encodeFeatures(
    set,
    moments ? (numbers, first) => normalized(numbers, moments, nameFrom(first), first) : undefined,
  );
  return joinedPieces(pieces());
}

function encodeLabels(set: RowSet, run: TrainedRun, { classes }: Classifier, { datasets }: Library) {
  const { download, tensorize } = run.experiment.pipeline;
  if (targetOf(tensorize) === "number") return encodeNumbers(set);
  const labels = knownLabels(set, run.names.classes, givenClassNames(download, datasets), classes);
  return encodeNpy("u1", [labels.length], labels);
}
