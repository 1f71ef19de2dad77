/** Real files for fuzzing: the heads of MNIST's files, checkpoints of a real training, records of a real run. */
import { encodeIdx } from "../pipeline/formats/encode_idx.ts";
import { encodeJson } from "../../pipeline/formats/json.ts";
import { encodeNpy } from "../../pipeline/formats/npy.ts";
import { FILE_ROLES } from "../../pipeline/define/dataset.ts";
import { firstRows } from "../small_dataset.ts";

/** The first rows of MNIST's files, and one file of each other type. */
export const IDX: Uint8Array[] = [
  ...FILE_ROLES.map((role) => firstRows(role, 3)),
  encodeIdx("i16", [2, 3], Int16Array.of(1, -2, 3, 4, 5, 6)),
  encodeIdx("f32", [2, 1, 2], Float32Array.of(1, 2, NaN, 4)),
  encodeIdx("f64", [3], Float64Array.of(1, 2, 3)),
];

/** Arrays of every kind that stages write. */
export const NPY: Uint8Array[] = [
  encodeNpy("u1", [3, 4], Uint8Array.from({ length: 12 }, (_, i) => i)),
  encodeNpy("u1", [3], Uint8Array.of(0, 1, 2)),
  encodeNpy("f4", [2, 4], new Float32Array(8)),
  encodeNpy("f4", [256], new Float32Array(256)),
  encodeNpy("i4", [5], Int32Array.of(4, 3, 2, 1, 0)),
  encodeNpy("f8", [], Float64Array.of(1)),
];

/** The figures of an epoch. */
export const EVALUATION = encodeJson({
  epoch: 1,
  accuracy: 0.5,
  correct: 1,
  total: 2,
  mean_batch_accuracy: 0.5,
  loss: 1.5,
  loss_per_image: null,
  classes: [0, 1].map((c) => ({ class: c, precision: null, recall: 0.5, support: 1 })),
  confusion: [[1, 0], [1, 0]],
});

/** The figures of an epoch, of many classes. */
export const WIDE_EVALUATION = encodeJson({
  epoch: 1,
  accuracy: 0.5,
  correct: 1,
  total: 2,
  mean_batch_accuracy: 0.5,
  loss: 1.5,
  loss_per_image: null,
  classes: [0, 1].map((c) => ({ class: c, precision: null, recall: 0.5, support: 1 })),
  confusion: { size: 2, true: [0, 1], predicted: [0, 0], images: [1, 1] },
});

/** How an epoch is split. */
export const BATCHES = encodeJson({ rows: 5, size: 2, shuffle: true, seed: 0, batches: 3, last: 1 });
