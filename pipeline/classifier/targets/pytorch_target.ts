/** The target PyTorch: a Python file that needs PyTorch and nothing else, and the weights. */
import { defineTarget } from "../../define/target.ts";
import { encodeNpy } from "../../formats/npy.ts";
import { exportedModel, MODEL_OUTPUTS, testSet } from "../kinds/exported_model.ts";
import { modelPy } from "./model_py.ts";
import { writtenLayers } from "./written_layers.ts";

/** `--to pytorch`. */
export const pytorch = defineTarget({
  name: "pytorch",
  about: "model.py, which needs PyTorch alone, and weights.safetensors, which it loads.",
  source: import.meta.url,
  from: MODEL_OUTPUTS,
  begin: (folder, { check }) =>
    check ? `python3 ${folder}/model.py --check` : `cd ${folder} && python3 -c "from model import load; print(load())"`,
  write(run, { check }) {
    const model = exportedModel(run);
    const { table } = model.input;
    return {
      "model.py": new TextEncoder().encode(modelPy(run, model, writtenLayers(model, "torch"))),
      "weights.safetensors": run.artifact("checkpoint").bytes(),
      ...(table === null ? {} : { "normalize.npy": encodeNpy("f4", [256], table) }),
      ...(check ? testSet(run) : {}),
    };
  },
});
