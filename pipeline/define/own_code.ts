/** Where Retrace's own code is. */
import { join } from "node:path";
import type { CodeRoot } from "../engine/keys/code_root.ts";

/** Retrace's own root. */
export const OWN_CODE: CodeRoot = {
  name: "",
  folder: join(import.meta.dirname!, "../.."),
  program: ["core", "pipeline", "std"],
};
