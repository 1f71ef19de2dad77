/** The format of a dataset's files, as an experiment chooses it. */
import { z } from "zod";
import type { FormatDefinition } from "../../define/format.ts";
import { type Library, named } from "../../define/library.ts";

/** A format with its params. */
export interface ChosenFormat {
  readonly definition: FormatDefinition;
  readonly params: Record<string, unknown>;
}

/** The format that the params of tensorize name, with its own params and their defaults. */
export function formatOf(
  { format }: { readonly format?: unknown },
  { formats }: Pick<Library, "formats">,
): ChosenFormat {
  const chosen = typeof format === "string" ? { name: format } : format ?? {};
  const { name = formats[0].name, ...params } = chosen as { name?: string };
  const definition = named(formats, name);
  return { definition, params: z.object(definition.params).parse(params) };
}
