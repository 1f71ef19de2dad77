/** Checks that definitions are where they say: a key has the code of the file that a definition names as its source. */
import type { Definition } from "../engine/stage/kind.ts";
import { DefinitionError } from "../engine/run_errors.ts";
import type { Pipeline } from "./define_pipeline.ts";

/**
 * Checks that every definition of a pipeline is an export of its source, or in a list that is one. Otherwise, what makes
 * or wraps it elsewhere would be part of no key.
 * @throws DefinitionError for one that is not.
 */
export async function checkExported(pipeline: Pipeline): Promise<void> {
  const lists = Object.entries(pipeline).filter(([, list]) => Array.isArray(list)) as [string, readonly unknown[]][];
  const modules = new Map<string, Promise<readonly unknown[]>>();
  for (const [kind, list] of lists) {
    for (const definition of list.filter(isDefinition)) {
      const { name, source } = definition;
      const exported = await modules.getOrInsertComputed(source, exportsOf);
      if (exported.includes(definition)) continue;
      throw new DefinitionError(
        `"${name}" in ${kind} of the pipeline is not an export of its source, ${source}, so an edit to what makes or ` +
          "wraps it would not change any key. Define it there, or give it a file of its own with its own source.",
      );
    }
  }
}

/** The values that a module exports, and those in lists that it exports. It has been loaded, so this needs no permission. */
async function exportsOf(source: string): Promise<readonly unknown[]> {
  const module: Record<string, unknown> = await import(source);
  return Object.values(module).flatMap((value) => (Array.isArray(value) ? [value, ...value] : [value]));
}

function isDefinition(value: unknown): value is Definition & { name: string } {
  return typeof value === "object" && value !== null && "source" in value && typeof value.source === "string";
}
