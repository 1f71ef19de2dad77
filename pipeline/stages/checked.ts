/** Checks what was read of a JSON artifact: a cache may come from somebody else. */
import { type $ZodType, safeParse } from "zod/v4/core";
import { FormatError } from "../../core/errors.ts";

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
