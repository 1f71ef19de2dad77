/** Whether a run has PyTorch's weights, bit for bit, for the experiments that PyTorch has trained as well. */
import type { FinishedRun, Remark } from "../../define/figure.ts";
import type { Artifact } from "../../engine/stage/kind.ts";
import { attempt, readInput } from "../../engine/files/entry.ts";
import { isJsonObject, jsonObjectIn } from "../../engine/store/bounded_json.ts";
import { canonicalJson, type Plain } from "../../engine/store/digest.ts";
import { digestOfWeights } from "../../formats/tensor_digests.ts";

/** What is needed of an experiment in expected.json. */
export interface Trained {
  experiment: Pick<FinishedRun["experiment"], "chain" | "pipeline">;
  pytorch?: { version: string; epochs: { weights: string }[] };
}

/** Enough for the digests of 100,000 epochs. */
const MAX_BYTES = 1 << 27;

/** The file need not be there: `reproduce` writes it. */
const EXPECTED = {
  source: import.meta.url,
  optionalFiles: ["../../../experiments/expected.json"],
  url: new URL("../../../experiments/expected.json", import.meta.url),
};
/** Read together with the code, so that later edits belong to the next run. */
const TRAINED = trainedIn(EXPECTED.url);

/** The experiments in the file. What is no experiment is left out: `reproduce` says what is wrong with it. */
export function trainedIn(file: URL): Trained[] {
  // It may be missing or damaged, or this process may not read it, as one that writes no results.
  const content = attempt(() => jsonObjectIn(readInput(file, MAX_BYTES) ?? new Uint8Array()));
  return Object.values(Object(content?.experiments)).filter(isTrained);
}

function isTrained(one: unknown): one is Trained {
  if (!isJsonObject(one) || !isJsonObject(one.experiment) || !isJsonObject(one.experiment.pipeline)) return false;
  const { pytorch } = one;
  if (pytorch === undefined) return true;
  const isEpoch = (epoch: unknown) => isJsonObject(epoch) && typeof epoch.weights === "string";
  return isJsonObject(pytorch) && typeof pytorch.version === "string" && Array.isArray(pytorch.epochs) &&
    pytorch.epochs.every(isEpoch);
}

/** The remark on a run with the params of an experiment that PyTorch has trained; null for every other run. */
export function pytorchRemark(run: FinishedRun, trained: readonly Trained[] = TRAINED): Remark | null {
  const same = paramsOf(run.experiment);
  const pytorch = trained.find(({ experiment }) => paramsOf(experiment) === same)?.pytorch;
  if (pytorch === undefined || run.epochs < 1) return null;
  const compared = run.each<Artifact>("checkpoint").slice(0, pytorch.epochs.length);
  const at = compared.findIndex((checkpoint, epoch) =>
    digestOfWeights(checkpoint.bytes(), "checkpoint") !== pytorch.epochs[epoch].weights
  );
  const name = `PyTorch ${pytorch.version}`;
  const explanation =
    "The SHA-256 of all parameters is compared after every epoch. To train the experiment in PyTorch " +
    "again: deno task reproduce --pytorch.";
  if (at >= 0) return { text: `not the bits of ${name} from epoch ${at} on`, explanation };
  const last = compared.length - 1;
  if (last < 1) return null;
  const which = last === 1 ? "epoch 1" : `each of ${last < run.epochs ? "the first " : ""}${last} epochs`;
  return { text: `same bits as ${name} after ${which}`, explanation, isGood: true };
}

/** What decides the weights after every epoch. */
function paramsOf({ chain, pipeline: { download, train, validate: _, ...pipeline } }: Trained["experiment"]): string {
  const { source: __, ...data } = download ?? {};
  const { epochs: ___, ...training } = train ?? {};
  return canonicalJson({ chain, pipeline: { ...pipeline, download: data, train: training } } as Plain);
}
