/** A run on the small dataset whose images have another shape. */
import { join } from "node:path";
import { FILE_ROLES } from "../../../pipeline/define/dataset.ts";
import type { FinishedRun } from "../../../pipeline/define/figure.ts";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { parseIdx } from "../../../pipeline/formats/idx.ts";
import type { SmallDataset } from "../../small_dataset.ts";
import { encodeIdx } from "../formats/encode_idx.ts";
import { finishRun } from "./finished_run.ts";
import { readJson } from "./written_run.ts";

/** The run, its results folder with the names in it, and its input.json. */
interface ShapedRun {
  run: FinishedRun;
  folder: string;
  names: string[];
  input: { shape: number[]; mean?: number; std?: number };
}

/** Writes the dataset's images in another shape, as bytes or numbers, and runs an experiment on it. */
export async function runOnShape(
  small: SmallDataset,
  shape: number[],
  type: "u8" | "f32" = "u8",
  normalize: Record<string, number> = { mean: 0.1307, std: 0.3081 },
  sets: string[] = [],
): Promise<ShapedRun> {
  const experiment = small.experiment;
  const files = FILE_ROLES.map((role) => {
    const { shape: [rows], data } = parseIdx(Deno.readFileSync(join(small.data, role)), role);
    if (!role.endsWith("images")) return [role, small.files[role]];
    const name = `${role}-${type}-${shape.join("x")}`;
    const numbers = type === "u8" ? Uint8Array.from(data) : Float32Array.from(data, (byte) => byte / 7);
    const bytes = encodeIdx(type, [rows, ...shape], numbers);
    Deno.writeFileSync(join(small.data, name), bytes);
    return [role, { name, sha256: digestOfBytes(bytes) }];
  });
  experiment.pipeline.download.files = Object.fromEntries(files);
  experiment.pipeline.normalize = normalize;
  const finished = await finishRun(small.write("shaped.json", experiment), small.path("cache"), sets);
  const folder = small.path("shaped");
  await finished.writeTo(folder);
  const input = readJson<ShapedRun["input"]>(join(folder, "input.json"));
  return { run: finished.run, folder, input, names: [...Deno.readDirSync(folder)].map(({ name }) => name) };
}
