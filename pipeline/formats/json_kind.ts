/** Kinds of output that are one JSON artifact. */
import type { ZodType } from "zod";
import { FormatError } from "../../core/errors.ts";
import type { Kind } from "../define/define_stage.ts";
import { checked } from "./checked_json.ts";
import { decodeJson, encodeJson } from "./json.ts";

/**
 * A kind of output that is one JSON artifact: numbers, texts, lists and objects. The schema checks it when it is written, and
 * when it is read, because a cache is not trusted.
 */
export function jsonKind<T>(name: string, about: string, schema: ZodType<T>): Kind<T, T> {
  return {
    name,
    parts: { [name]: { format: "json", about } },
    open: (artifacts) => checked(schema, decodeJson(artifacts[name].bytes(), name), name),
    close(value) {
      const { error } = schema.safeParse(value);
      if (error === undefined) return { [name]: encodeJson(value) };
      const [{ path, message }] = error.issues;
      throw new FormatError(
        `The value of the output ${[name, ...path].join(".")} is not what its kind describes: ${message}.`,
      );
    },
  };
}
