/** Runs on the small dataset as targets export them, in this process. */
import { join } from "node:path";
import type { LayerDefinition } from "../../../../core/layers/layer.ts";
import { classifier } from "../../../../pipeline/classifier/pipeline.ts";
import type { FinishedRun } from "../../../../pipeline/define/figure.ts";
import type { TargetFiles } from "../../../../pipeline/define/target.ts";

/** The files of a target. */
export async function exported(run: FinishedRun, to: string, check = true): Promise<TargetFiles> {
  return await classifier.targets.find(({ name }) => name === to)!.write(run, { check });
}

/** Writes files into a folder that goes away. */
export function written(files: TargetFiles): { folder: string } & Disposable {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-target-" });
  for (const [name, bytes] of Object.entries(files)) Deno.writeFileSync(join(folder, name), bytes);
  return { folder, [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }) };
}

/** The run with some fields of a layer changed, as if it had been defined so. */
export function withLayer(run: FinishedRun, name: string, change: Partial<LayerDefinition>): FinishedRun {
  const layers = run.library.layers.map((layer) => layer.name === name ? { ...layer, ...change } : layer);
  return { ...run, library: { ...run.library, layers } };
}
