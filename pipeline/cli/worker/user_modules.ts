/** Modules of a user's own: their definitions join the pipeline, after the worker has given up what they must not have. */
import { listOf } from "../../../core/declared.ts";
import { type Definitions, extendPipeline, type Pipeline } from "../../define/define_pipeline.ts";
import { fieldProblem, originProblem } from "../../define/definition_fields.ts";
import { ConfigError, DefinitionError } from "../../engine/run_errors.ts";
import { namesOf } from "../../results/finish_run.ts";
import { loadDrawing } from "../../results/load_drawing.ts";
import { messageOfUser } from "../failure.ts";
import { isCodeOf, placeIn, showCodeOf, userPlaceOf } from "../user_errors.ts";
import { type Computing, loadNativeCode } from "../native_code.ts";
import { LIBRARIES, PACKAGES } from "../permissions.ts";
import type { WorkRequest } from "../protocol.ts";
import { printSharedWarning } from "../terminal.ts";

/** A module: its URL, and what runs its code. */
type UserModule = readonly [url: string, load: () => Promise<Record<string, unknown>>];

/**
 * The pipeline with the definitions that the modules export.
 * @throws ConfigError for a module without any, or for a name that is missing or taken, of a command that runs experiments.
 */
export async function extended(
  pipeline: Pipeline,
  modules: readonly UserModule[],
  { code, options, roots, permissions }: WorkRequest,
): Promise<Pipeline> {
  showCodeOf(roots);
  // With permission to load native code, any code could call the system.
  const mayLoad = (folders: readonly string[]) =>
    folders.some((folder) => permissions.ffi === true || permissions.ffi?.includes(folder));
  const draws = mayLoad(PACKAGES);
  if (mayLoad([LIBRARIES])) await loadNativeCode(options as Computing, draws, Number(options.jobs ?? 1));
  else if (draws) await loadDrawing();
  Deno.permissions.revokeSync({ name: "ffi" });
  let all = extendPipeline(pipeline, { roots });
  for (const [url, load] of modules) {
    try {
      all = join(all, url, definitionsIn(url, await loaded(url, load)));
    } catch (error) {
      const isTheirs = error instanceof ConfigError || error instanceof DefinitionError;
      // A command on finished runs does without: the code of an old one may be broken, or clash with that of another.
      if (!isTheirs || code !== null) throw error;
      printSharedWarning(`${error.message} Its definitions are left out.`);
    }
  }
  if (code !== null) checkOrigins(all);
  return all;
}

async function loaded(...[url, load]: UserModule): Promise<Record<string, unknown>> {
  try {
    return await load();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new ConfigError(`${userPlaceOf(error) ?? placeIn(url)}: ${messageOfUser(error)}`);
  }
}

/** Adds the definitions of a module. */
function join(pipeline: Pipeline, url: string, definitions: Definitions): Pipeline {
  for (const [list, added] of Object.entries(definitions)) {
    const known = pipeline[list as keyof Definitions] as readonly { name: string; source?: string }[];
    for (const definition of added as readonly { name: string }[]) {
      const { name } = definition;
      if (typeof name !== "string") throw new ConfigError(`${placeIn(url)} exports one of ${list} without a name.`);
      const problem = fieldProblem(list, definition);
      if (problem !== null) throw new ConfigError(`${placeIn(url)}: "${name}" ${problem}`);
      const taken = known.find((one) => one.name === name);
      if (taken === undefined) continue;
      const whose = taken.source !== undefined && isCodeOf(taken.source) ? placeIn(taken.source) : "Retrace";
      throw new ConfigError(
        `${
          placeIn(url)
        } defines "${name}", but ${whose} has one of that name among its ${list} already. Give it another name.`,
      );
    }
  }
  return extendPipeline(pipeline, definitions);
}

/** @throws ConfigError for a figure, a chart, an export or a target of a user that is computed from what no stage outputs. */
function checkOrigins({ stages, figures, charts, exports, targets }: Pipeline): void {
  const outputs = stages.flatMap(namesOf);
  for (const { name, source, from } of [...figures, ...charts, ...exports, ...targets]) {
    const problem = isCodeOf(source) ? originProblem(from, outputs) : null;
    if (problem !== null) throw new ConfigError(`${placeIn(source)}: "${name}" ${problem}`);
  }
}

/** The definitions among the exports of a module, also in lists, by the list of a pipeline that they belong to. */
function definitionsIn(url: string, module: Record<string, unknown>): Definitions {
  const exported = new Set(Object.values(module).flatMap((value) => Array.isArray(value) ? value : [value]));
  const own = [...exported].filter((value) => listOf(value) !== null) as { source?: string }[];
  if (own.length === 0) {
    throw new ConfigError(
      `${
        placeIn(url)
      } is in "uses", but exports no definition. Export what defineStage(), defineLayer() and the others ` +
        "return: export const noise = defineStage({ … });",
    );
  }
  for (const one of own) if (one.source === "") one.source = url;
  return Object.fromEntries(Map.groupBy(own, (value) => listOf(value)!));
}
