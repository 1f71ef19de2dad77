/** Where Retrace's own code is. */
import { join } from "node:path";
import type { CodeRoot } from "../engine/keys/code_map.ts";

/** Retrace's own root. */
export const OWN_CODE: CodeRoot = {
  name: "",
  folder: join(import.meta.dirname!, "../.."),
  program: ["core", "pipeline", "std"],
};

/** Whether a definition's source is part of Retrace. */
export function isOwnCode(source: string): boolean {
  return OWN_CODE.program!.some((folder) => source.startsWith(new URL(`../../${folder}/`, import.meta.url).href));
}
