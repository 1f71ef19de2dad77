/** `export`: a finished run as files for other tools. */
import { basename, relative, resolve } from "node:path";
import { ResultsError, UsageError } from "../../engine/run_errors.ts";
import { pathsOfExport } from "../../results/exported_folder.ts";
import { bytesText } from "../../text/numbers.ts";
import { suggestion } from "../../text/suggestion.ts";
import { defineCommand } from "../command.ts";
import { flag, optional } from "../option.ts";
import { cache, json, results } from "../shared_options.ts";
import { bold, dim, print, tableText } from "../terminal.ts";

export const command = defineCommand({
  name: "export",
  about: "Write a finished run for PyTorch, ONNX, NumPy or TensorBoard",
  args: "RUN",
  terms: { RUN: "a run's name or its folder: two-layer, results/two-layer@seed=7" },
  example: "two-layer --to pytorch --check",
  options: {
    to: optional("TARGET", "the tool, also one that the run's own definitions add; without it, they are listed"),
    out: optional("FOLDER", "where the files are written (default: RUN-TARGET in the current folder)"),
    check: flag("write the test set, too, to compare what was exported with the run"),
    results,
    cache,
    json,
  },
  details:
    "A folder is written whole, and a later export replaces it. What no export has written, or what was edited since, is " +
    "never replaced: the command then changes nothing, and exits with 2.",
  common: true,
  runs: ({ args: [run], options: { results } }) => ({ results, names: [run] }),
  // Figures and targets of a user's own may read files that they declare.
  may: ({ args: [run], options: { to, out } }) => ({
    read: true,
    write: to === undefined ? [] : pathsOfExport(folderFor(run, to, out)),
  }),
  async run({ pipeline, args: [run], options: { to, out, check, results, cache, json } }) {
    const names = pipeline.targets.map(({ name }) => name);
    if (to === undefined) {
      const available = tableText(pipeline.targets.map(({ name, about }) => [`  ${name}`, about]));
      throw new UsageError(`export takes --to TARGET, one of:\n${available}`);
    }
    const target = pipeline.targets.find(({ name }) => name === to);
    if (target === undefined) throw new UsageError(`There is no target "${to}". ${suggestion(to, names)}`);
    const { folderOfRun } = await import("../../results/trained_model.ts");
    const { reopenRun } = await import("../../results/reopened_run.ts");
    const { writeExport } = await import("../../results/exported_folder.ts");
    const { Store } = await import("../../engine/store/store.ts");
    const finished = reopenRun(pipeline, folderOfRun(run, results), new Store(cache));
    const missing = [target.from ?? []].flat().find((output) => !finished.has(output));
    if (missing !== undefined) {
      throw new ResultsError(`${run} has no ${missing}, which the target ${to} needs. Choose another run or target.`);
    }
    const files = await target.write(finished, { check });
    const folder = folderFor(run, to, out);
    const written = writeExport(folder, { run: finished.name, target: target.name }, files);
    if (json) print(JSON.stringify({ run: finished.name, target: target.name, folder, files: written }));
    else {
      const rows = Object.entries(files).map(([name, { length }]) => [`  ${name}`, bytesText(length)]);
      print(`${bold(`${folder}/`)}  ${dim(target.about)}\n${tableText(rows, ["left", "right"])}`);
      if (target.begin !== undefined) print(`  ${target.begin(folder, { check })}`);
    }
    return 0;
  },
});

/**
 * The folder to write: by default in the current one, since results are a run's own, which a later one replaces. Deno can
 * allow no path with a comma, which the name of a run with several changes has. @throws UsageError for one that is in use.
 */
function folderFor(run: string, to: string, out = `${basename(resolve(run)).replaceAll(",", "+")}-${to}`): string {
  if (!relative(resolve(out), Deno.cwd()).startsWith("..")) {
    throw new UsageError(
      `--out takes a folder to replace, so not the current one or one around it, but found "${out}".`,
    );
  }
  return out.replace(/(?<=.)\/+$/, "");
}
