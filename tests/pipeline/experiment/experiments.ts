/** Experiment files of the toy pipeline, for tests that load them and never run them. */
import { dirname, join } from "node:path";

/** A temporary folder of experiment files. */
export interface Experiments {
  folder: string;
  /** Writes a file in the folder, or in a subfolder, as JSON unless it is a string; returns its path. */
  write(name: string, content: unknown): string;
  /** The path of a file in the folder. */
  path(name: string): string;
  /** A valid experiment of the toy pipeline, with every stage of its chain. */
  // deno-lint-ignore no-explicit-any -- tests set valid and invalid values.
  good(): any;
}

/** Does `work` with a temporary folder, and removes it. */
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
