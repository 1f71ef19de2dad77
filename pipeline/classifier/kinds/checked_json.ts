/** Checks what was read of a JSON artifact: a cache may come from somebody else. */
import { type $ZodType, config, safeParse } from "zod/v4/core";
import en from "zod/v4/locales/en.js";
import { FormatError } from "../../../core/errors.ts";

// What zod says of its own accord where all of it is loaded: what was expected, and what was found.
config(en());

/**
 * The value, if the schema fits it.
 * @throws FormatError that names the first field which does not; `label` names the artifact.
 */
export function checked<T>(schema: $ZodType<T>, value: unknown, label: string): T {
  const result = safeParse(schema, value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0];
  throw new FormatError(
    `${label}: ${path.join(".") || "the whole"} is not what the stage writes (${message}). ` +
      "It is not from this run's stages: delete the cache, and run again.",
  );
}
