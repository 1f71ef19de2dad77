/** Experiment files of the toy pipeline, for tests that load and never run them. */
import { dirname, join } from "node:path";

/** Room for experiment files. */
export interface Experiments {
  /** A temporary folder. */
  folder: string;
  /** Writes a file into the folder, or a folder in it, as JSON unless it is text; gives its path. */
  write(name: string, content: unknown): string;
  /** The path of a name in the folder. */
  path(name: string): string;
  /** A new experiment of the toy pipeline that can be loaded, with every stage of its chain. */
  // deno-lint-ignore no-explicit-any -- tests put good and bad values into it.
  good(): any;
}

/** Does `work` with a temporary folder that goes away. */
export function withExperiments(work: (experiments: Experiments) => void): void {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-config-" });
  try {
    work({
      folder,
      write: (name, content) => write(join(folder, name), content),
      path: (name) => join(folder, name),
      good,
    });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function write(path: string, content: unknown): string {
  Deno.mkdirSync(dirname(path), { recursive: true });
  Deno.writeTextFileSync(path, typeof content === "string" ? content : JSON.stringify(content, null, 2));
  return path;
}

function good() {
  return {
    name: "good",
    seed: 0,
    pipeline: {
      collect: { source: { from: "disk", path: "data" } },
      scale: {},
      shuffle: { size: 64 },
      fit: { model: ["wide", "relu", "narrow"], optimizer: { name: "sgd", lr: 0.1 }, epochs: 2 },
      judge: {},
    },
  };
}
