/** Run by a test in a separate process: `reproduce` without a front, so all of it runs where the test has put it. */
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { reproduce } from "../../../pipeline/cli/reproduction.ts";
import { readableFolders } from "../../../pipeline/experiment/folders.ts";
import { codeOf } from "../code_of.ts";

const [config, expected, cache] = Deno.args;
const worker = {
  pipeline: classifier,
  code: await codeOf(classifier),
  foldersOf: (file: string) => readableFolders(file, []),
  lockOf: () => null,
  signal: new AbortController().signal,
  send() {},
};
Deno.exit(
  await reproduce(
    [config],
    { expected, update: false, pytorch: false, set: [], results: "results", cache, kernels: "wasm", json: false },
    worker,
  ),
);
