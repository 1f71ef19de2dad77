/** model.py: the text of the Python file that loads a model with PyTorch. */
import type { FinishedRun } from "../../define/figure.ts";
import { pythonText } from "../../text/python.ts";
import type { ExportedModel, ModelInput } from "../kinds/exported_model.ts";

/** How a run's probabilities are made of outputs that are none: in words, and in Python. */
const PROBABILITIES = {
  logits: { what: "logits", made: (outputs: string) => `torch.softmax(${outputs}, dim=1)` },
  "log-probabilities": { what: "logarithms of probabilities", made: (outputs: string) => `${outputs}.exp()` },
} as const;

/** The text for a run's model, whose layers are these expressions. */
export function modelPy(
  run: FinishedRun,
  { layers, shapes, input, outputs }: ExportedModel,
  modules: readonly string[],
): string {
  const type = input.table === null ? "float32" : "uint8";
  const [taken, given] = [["N", ...input.shape], ["N", ...shapes[layers.length]]].map((shape) => shape.join(", "));
  const shown = outputs === null ? null : PROBABILITIES[outputs];
  const about = shown === null
    ? ""
    : `\nThe outputs are ${shown.what}; ${shown.made("outputs")} are the probabilities that the run shows.\n`;
  return `"""A model that Retrace has trained, for PyTorch; no other package is needed.

    from model import load
    outputs = load()(examples)    # ${type} [${taken}] to float32 [${given}]
${about}
python3 model.py --check compares it with the run on the test set, which is exported with --check, too.
"""
import ast
import json
import struct
import sys
from pathlib import Path

import torch
from torch import nn

FOLDER = Path(__file__).resolve().parent
# The run that trained it.
RUN = ${pythonText(run.name)}
DTYPES = {"F32": torch.float32, "<f4": torch.float32, "|u1": torch.uint8}


class Input(nn.Module):
${inputText(input, shapes[0])}

def load():
    """The trained model, for evaluation."""
    layers = nn.Sequential(
${modules.map((module) => `        ${module},\n`).join("")}    )
    layers.load_state_dict(read_safetensors(FOLDER / "weights.safetensors"))
    return nn.Sequential(Input(), layers).eval()


def read_safetensors(path):
    """The tensors in a file by name. It is the length of a JSON header, the header, and the numbers."""
    data = bytearray(path.read_bytes())
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)

    def tensor(entry):
        begin, end = entry["data_offsets"]
        numbers = torch.frombuffer(data[8 + length + begin : 8 + length + end], dtype=DTYPES[entry["dtype"]])
        return numbers.reshape(entry["shape"])

    return {name: tensor(entry) for name, entry in header.items()}


def read_npy(path):
    """The array in a file of NumPy's format 1.0."""
    data = bytearray(path.read_bytes())
    (length,) = struct.unpack_from("<H", data, 8)
    header = ast.literal_eval(data[10 : 10 + length].decode("latin1"))
    return torch.frombuffer(data[10 + length :], dtype=DTYPES[header["descr"]]).reshape(header["shape"])


def check():
    """Compares the outputs for the test set with the run's; returns the exit code."""
    try:
        examples = read_npy(FOLDER / "test_images.npy")
    except FileNotFoundError:
        sys.exit("There is no test set here. Export the run with --check.")
    model = load()
    with torch.no_grad():
        outputs = torch.cat([model(some) for some in examples.split(1000)])
${shown === null ? "" : `    outputs = ${shown.made("outputs")}\n`}${checkText(run)}

if __name__ == "__main__":
    if sys.argv[1:] != ["--check"]:
        sys.exit("usage: python3 model.py --check")
    sys.exit(check())
`;
}

/** The body of the class for what is done to an example before the first layer, which takes this shape. */
function inputText({ table, moments }: ModelInput, shape: readonly number[]): string {
  const [about, buffers, value] = table !== null
    ? [
      "Bytes become the numbers that the model was trained on: normalize.npy has one for each of the 256.",
      ['"table", read_npy(FOLDER / "normalize.npy")'],
      "self.table[examples.long()]",
    ]
    : moments !== null
    ? [
      "Numbers are normalized as for the training.",
      ["mean", "std"].map((name) =>
        `"${name}", torch.tensor(${JSON.stringify(moments[name as "mean" | "std"])}, dtype=torch.float32)`
      ),
      "((examples - self.mean) / self.std)",
    ]
    : ["Numbers are taken as they are.", [], "examples"];
  return `    """${about}"""

    def __init__(self):
        super().__init__()
${buffers.map((buffer) => `        self.register_buffer(${buffer})\n`).join("")}
    def forward(self, examples):
        return ${value}.reshape(len(examples), ${shape.join(", ")})
`;
}

/** The end of the check: of a classifier the count of right answers, of another model the outputs themselves. */
function checkText({ figures, has }: FinishedRun): string {
  const correct = figures.correct?.at(-1);
  if (typeof correct === "number") {
    return `    labels = read_npy(FOLDER / "test_labels.npy")
    correct = int((outputs.argmax(dim=1) == labels).sum())
    print(f"{correct} of {len(labels)} correct; the run has ${correct}")
    return 0 if correct == ${correct} else 1
`;
  }
  if (!has("predictions")) {
    return `    sys.exit(f"The run has not evaluated its model; there are {len(outputs)} outputs, and nothing to compare with.")
`;
  }
  return `    expected = read_npy(FOLDER / "test_outputs.npy")
    difference = float((outputs - expected).abs().max())
    print(f"{len(outputs)} outputs; the largest difference from the run's is {difference:.2g}")
    return 0 if difference <= 1e-5 * max(1.0, float(expected.abs().max())) else 1
`;
}
