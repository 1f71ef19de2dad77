/** The target NumPy: an .npy file for each parameter, the outputs for the test set, and the figures over the epochs. */
import { defineTarget, type TargetFiles } from "../../define/target.ts";
import { encodeNpy } from "../../formats/npy.ts";
import { encodeNpyRecords } from "../../formats/npy_records.ts";
import { exportedModel, MODEL_OUTPUTS, type ModelInput, testOutputs, testSet } from "../kinds/exported_model.ts";
import { momentArray } from "../kinds/normalized_numbers.ts";

/** `--to numpy`. */
export const numpy = defineTarget({
  name: "numpy",
  about: "An .npy file for each parameter, named as in state_dict, test_outputs.npy, and history.npy.",
  source: import.meta.url,
  from: MODEL_OUTPUTS,
  begin: (folder) => `numpy.load("${folder}/history.npy")["epoch"]`,
  write(run, { check }) {
    const { tensors, input } = exportedModel(run);
    const parameters = tensors.map(({ name, shape, data }) => [`${name}.npy`, encodeNpy("f4", shape, data)]);
    const columns = run.columns.map(({ name, figure }) => [name, run.figures[figure]]);
    const epochs = Array.from({ length: run.epochs + 1 }, (_, epoch) => epoch);
    return {
      ...Object.fromEntries(parameters),
      ...inputFiles(input),
      ...(check ? testSet(run) : testOutputs(run)),
      "history.npy": encodeNpyRecords({ epoch: epochs, ...Object.fromEntries(columns) }),
    };
  },
});

/** What each byte becomes; or what is subtracted from numbers, and what they are divided by. */
function inputFiles({ table, moments }: ModelInput): TargetFiles {
  if (table !== null) return { "normalize.npy": encodeNpy("f4", [256], table) };
  if (moments === null) return {};
  const { mean, std } = moments;
  return Object.fromEntries(
    Object.entries({ mean, std }).map(([name, moment]) => {
      const { shape, data } = momentArray(moment);
      return [`${name}.npy`, encodeNpy("f4", shape, data)];
    }),
  );
}
