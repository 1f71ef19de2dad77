/** .npy as a format of dataset files. Apart from its parser, which the store's artifacts use too. */
import { defineFormat } from "../define/format.ts";
import { decodeNpy } from "./npy.ts";
import { numbersOf } from "./npy_numbers.ts";

export const npy = defineFormat({
  name: "npy",
  about: "An array of NumPy, as numpy.save writes it.",
  source: import.meta.url,
  read: (bytes, label) => numbersOf(decodeNpy(bytes, label), label),
});
