/** IDX as a format of dataset files. Apart from its parser, which pages use too. */
import { defineFormat } from "../define/format.ts";
import { idxNumbers, parseIdx, readIdxHeader } from "./idx.ts";
import { eachChanged, headerOf, wholeNumbers } from "./pieces.ts";

export const idx = defineFormat({
  name: "idx",
  about: "The format of the MNIST files: a header with element type and shape, then the elements.",
  source: import.meta.url,
  read: parseIdx,
  open(file, label) {
    const { dtype, shape, ...place } = headerOf(file, (start) => readIdxHeader(start, label, file.size));
    return {
      type: dtype,
      shape,
      pieces: () => eachChanged(wholeNumbers(file, place), (elements) => idxNumbers(dtype, elements)),
    };
  },
});
