/** IDX as a format of dataset files. Apart from its parser, which pages use too. */
import { defineFormat } from "../define/format.ts";
import { parseIdx } from "./idx.ts";

export const idx = defineFormat({
  name: "idx",
  about: "The format of the MNIST files: a header with element type and shape, then the elements.",
  source: import.meta.url,
  read: parseIdx,
});
