/** .npy as a format of dataset files. Apart from its parser, which the store's artifacts use too. */
import { defineFormat, typeOf } from "../define/format.ts";
import { ARRAY_TYPES, decodeNpy, type NpyArray } from "./npy.ts";
import { numbersOf } from "./npy_numbers.ts";
import { openNpy } from "./npy_pieces.ts";
import { eachChanged } from "./pieces.ts";

export const npy = defineFormat({
  name: "npy",
  about: "An array of NumPy, as numpy.save writes it.",
  source: import.meta.url,
  read: (bytes, label) => numbersOf(decodeNpy(bytes, label), label),
  open(file, label) {
    const { dtype, shape, pieces } = openNpy(file, label);
    const numbers = (data: NpyArray["data"], first: number) => numbersOf({ dtype, shape, data }, label, first).data;
    return {
      shape,
      type: typeOf(numbers(new ARRAY_TYPES[dtype](0), 0)),
      pieces: () => eachChanged(pieces(), numbers),
    };
  },
});
