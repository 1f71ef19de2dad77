/** Checks a parsed JSON artifact by a schema, because a cache is not trusted. */
import { type $ZodType, config, safeParse } from "zod/v4/core";
import en from "zod/v4/locales/en.js";
import { FormatError } from "../../core/errors.ts";

// The messages that the complete zod has by default: what was expected, and what was found.
config(en());

/** The value, checked by the schema. @throws FormatError, with `label`, that states the first invalid field. */
export function checked<T>(schema: $ZodType<T>, value: unknown, label: string): T {
  const result = safeParse(schema, value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0];
  throw new FormatError(
    `${label}: ${path.join(".") || "the value"} is not what the stage writes (${message}). ` +
      "This run's stages did not write it. To remove what is damaged: deno task cache verify --repair. Then run again.",
  );
}
