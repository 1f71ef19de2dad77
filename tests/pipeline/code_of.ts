/** Code readers for tests: of a whole pipeline, or of some files. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PROGRAM } from "../../pipeline/cli/front/program_code.ts";
import { readOwnCode } from "../../pipeline/cli/front/read_code.ts";
import type { Pipeline } from "../../pipeline/define/define_pipeline.ts";
import { CodeReader } from "../../pipeline/engine/keys/code.ts";
import { type CodeMap, type CodeRoot, joinedMaps } from "../../pipeline/engine/keys/code_map.ts";

/** In a folder outside the project: the module that imports all of its definitions. */
export const ALL = "all.ts";

/** The last maps: what they know about unchanged files saves time. */
let [own, before]: (CodeMap | null)[] = [null, null];

/** Reads the code of a pipeline, with definitions in folders of its roots and in tests. */
export function codeOf(pipeline: Pipeline): Promise<CodeReader> {
  const { figures, charts, exports, roots } = pipeline;
  const sources = [...figures, ...charts, ...exports].map(({ source }) => fileURLToPath(source));
  const others = roots.slice(1).map(({ folder }) => join(folder, ALL));
  const inTests = sources.filter((path) => path.startsWith(import.meta.dirname!));
  return codeFrom(roots, [...others, ...new Set(inTests)]);
}

/** Reads Retrace's own code, and the code of others that starts from these modules. */
export async function codeFrom(roots: readonly CodeRoot[], entries: readonly string[]): Promise<CodeReader> {
  own = await readOwnCode(PROGRAM, own);
  if (entries.length === 0) return new CodeReader(own);
  before = await readOwnCode({ roots, entries }, before, own);
  return new CodeReader(joinedMaps(own, before));
}
