import { ShapeError } from "../../../core/errors.ts";
import { defineCheck } from "../../define/experiment_check.ts";
import { gibibytes, MAX_MEMORY } from "../kinds/kernel_memory.ts";
import { knownData } from "../kinds/known_data.ts";

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
