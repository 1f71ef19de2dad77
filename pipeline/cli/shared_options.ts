/** Options and arguments that several commands have. */
import { UsageError } from "../engine/run_errors.ts";
import { flag, oneOf, optional, repeatable, wholeNumber, withDefault } from "./option.ts";

/** As many as the native kernels' pool can have. */
const MAX_THREADS = 256;
/** More workers than any machine has cores are a typo. */
const MAX_JOBS = 1024;

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
export const jobs = withDefault(
  "N",
  "run this many at a time, each in a process",
  "1",
  wholeNumber(1, MAX_JOBS),
);
export const allowHost = {
  ...repeatable(
    "HOST",
    "a host, or HOST:PORT, that downloads and code of your own may reach although no experiment names it",
  ),
  read: (texts: readonly string[]) => texts.map(hostAndPort),
};
export const quiet = flag("print nothing but warnings and errors");
export const verbose = flag("show what the processes are allowed to do");
export const json = flag("print JSON instead of text");

/** What RUN means in `compare` and `report`. */
export const RUN_TERMS = {
  RUN: "a run's name or folder (two-layer, results/two-layer@seed=7), a CONFIG or a GLOB",
  CONFIG: "an experiment file: its run, and the runs of its other seeds (NAME@seed=…)",
  GLOB: "all runs or files that match: 'results/two-layer*', 'experiments/*.json'",
};

/** "host" → "host:443". @throws UsageError for anything but a host with or without a port. */
function hostAndPort(text: string): string {
  const [, host, port = "443"] = /^([a-z0-9][a-z0-9.-]*|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/i.exec(text) ?? [];
  if (host !== undefined && Number(port) <= 65535) return `${host}:${port}`;
  throw new UsageError(
    `--allow-host takes HOST or HOST:PORT, as in data.example:8443, but was given ${JSON.stringify(text)}.`,
  );
}
