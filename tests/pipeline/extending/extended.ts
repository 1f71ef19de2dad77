/** The classifier with a definition more of every kind, and an experiment that names all of them. */
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { FILE_ROLES } from "../../../pipeline/define/dataset.ts";
import { extendPipeline, type Pipeline } from "../../../pipeline/define/define_pipeline.ts";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { parseIdx } from "../../../pipeline/formats/idx.ts";
import type { SmallDataset } from "../../small_dataset.ts";
import { ALL } from "../code_of.ts";
import { adagrad } from "./definitions/adagrad.ts";
import { confusionCsv } from "./definitions/confusion_csv.ts";
import { elu } from "./definitions/elu.ts";
import { macroF1, macroF1Chart } from "./definitions/macro_f1.ts";
import { noise } from "./definitions/noise.ts";
import { text } from "./definitions/text_format.ts";

const DEFINITIONS = new URL("./definitions/", import.meta.url);

/**
 * The extended pipeline. The files of its definitions are copied to `folder`, as if somebody had written them there: keys
 * follow the copies, which a test may edit.
 */
export function extendedIn(folder: string): Pipeline {
  Deno.mkdirSync(folder, { recursive: true });
  for (const { name } of Deno.readDirSync(DEFINITIONS)) {
    Deno.copyFileSync(new URL(name, DEFINITIONS), join(folder, name));
  }
  const names = [...Deno.readDirSync(DEFINITIONS)].map(({ name }) => `import "./${name}";\n`);
  Deno.writeTextFileSync(join(folder, ALL), names.sort().join(""));
  const copied = <D extends { source: string }>(definition: D): D => ({
    ...definition,
    source: pathToFileURL(join(folder, basename(definition.source))).href,
  });
  return extendPipeline(classifier, {
    stages: [copied(noise)],
    layers: [copied(elu)],
    optimizers: [copied(adagrad)],
    formats: [copied(text)],
    figures: [copied(macroF1)],
    charts: [copied(macroF1Chart)],
    exports: [copied(confusionCsv)],
    roots: [{ name: "mine", folder }],
  });
}

/** Writes the small dataset as text, and an experiment on it that needs the extended pipeline. Gives its path. */
export function writeExtendedExperiment(small: SmallDataset): string {
  const data = small.path("text");
  Deno.mkdirSync(data);
  const files = Object.fromEntries(FILE_ROLES.map((role) => {
    const { shape: [count], data: numbers } = parseIdx(Deno.readFileSync(join(small.data, role)), role);
    const width = numbers.length / count;
    const lines = Array.from({ length: count }, (_, row) => numbers.slice(row * width, (row + 1) * width).join(" "));
    const bytes = new TextEncoder().encode(lines.join("\n") + "\n");
    Deno.writeFileSync(join(data, `${role}.txt`), bytes);
    return [role, { name: `${role}.txt`, sha256: digestOfBytes(bytes) }];
  }));
  return small.write("extended.json", {
    name: "extended",
    chain: ["download", "tensorize", "noise", "normalize", "batch", "train", "validate"],
    pipeline: {
      download: { dataset: "mnist-text", source: { from: "file", path: data }, files },
      tensorize: { format: "text" },
      noise: { std: 10 },
      normalize: { mean: 33, std: 79 },
      train: { model: ["linear(784,8)", "elu", "linear(8,10)", "softmax"], optimizer: { name: "adagrad" }, epochs: 2 },
    },
  });
}
