/** Options and arguments that several commands have. */
import { flag, oneOf, optional, repeatable, wholeNumber, withDefault } from "./option.ts";

/** As many as the native kernels' pool can have. */
const MAX_THREADS = 256;

export const set = repeatable("PATH=VALUE", "change a value: train.epochs=60, seed=7");
export const grid = repeatable(
  "PATH=VALUE",
  "change a value: train.epochs=60, seed=7; lists of values, train.epochs=20,40, are a grid: each combination is run",
);
export const seeds = optional(
  "0..9|0,1,2",
  "run once per seed; it seeds both the weights and the order of the batches",
);
export const data = repeatable(
  "DIR",
  "a folder that an experiment may read, in addition to its own and the current one; the files of a dataset that " +
    "comes with Retrace are taken from there, or its folder with the dataset's name, if they are in it",
);
export const cache = withDefault("DIR", "where stages are stored", ".retrace");
export const results = withDefault("DIR", "the folder with the results", "results");
export const kernels = optional(
  "native|wasm|plain",
  "what computes; the bits are the same (default: native, or wasm where that cannot be loaded)",
  oneOf("native", "wasm", "plain"),
);
export const threads = optional(
  "N",
  "threads that compute, of each run; no bit depends on their number (default: the cores, shared by the runs at a time)",
  wholeNumber(1, MAX_THREADS),
);
export const verbose = flag("show what the processes are allowed to do");
export const json = flag("print JSON instead of text");

/** What RUN means in `compare` and `report`. */
export const RUN_TERMS = {
  RUN: "a run's name or folder (two-layer, results/two-layer@seed=7), a CONFIG or a GLOB",
  CONFIG: "an experiment file: its run, and the runs of its other seeds (NAME@seed=…)",
  GLOB: "all runs or files that match: 'results/two-layer*', 'experiments/*.json'",
};
