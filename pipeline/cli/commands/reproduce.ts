/** `reproduce`: computes experiments from scratch, and compares every digest with the expected one. */
import { dirname, join } from "node:path";
import { kindOfInput, readInput } from "../../engine/files/entry.ts";
import { isJsonObject } from "../../engine/store/bounded_json.ts";
import { isExperimentFile } from "../../experiment/extends.ts";
import { hereOrShipped } from "../../experiment/shipped_experiments.ts";
import { defineCommand } from "../command.ts";
import { loadOnDemand } from "../load_on_demand.ts";
import { flag, withDefault } from "../option.ts";
import { computing, PYTHON, union } from "../permissions.ts";
import { pathsToWrite } from "../../results/whole_file.ts";
import { cache, data, json, kernels, results, set, threads, verbose } from "../shared_options.ts";

/** Far more than the digests of any experiments. */
const MAX_EXPECTED_BYTES = 1 << 27;

export const command = defineCommand({
  name: "reproduce",
  about: "Recompute experiments from scratch and compare every digest",
  args: "[CONFIG…]",
  terms: { CONFIG: "an experiment file, or the name of one with expected digests (default: all of those)" },
  example: "--pytorch two-layer",
  options: {
    expected: withDefault("FILE", "the expected digests", "experiments/expected.json"),
    update: flag(
      "make what is computed the expected, if no experiment fails; with --pytorch, what PyTorch computes too",
    ),
    pytorch: flag("train in PyTorch as well, and compare with that instead"),
    set,
    results,
    cache,
    data,
    kernels,
    threads,
    json,
    verbose,
  },
  details:
    "Prints the first stage, epoch and tensor that differ, with both digests; and in how many epochs the weights, the " +
    "training loss and the number of right test images are PyTorch's, bit for bit. PyTorch's are among the expected " +
    "digests; --pytorch computes them now, for any experiment without definitions of your own, with Debian 12's PyTorch " +
    "1.13.1 (apt-get install python3-torch libblas3). --update alone keeps PyTorch's unless the experiment has changed. " +
    "No stored result is used, and none is kept: the cache is an empty folder in DIR, which is removed at the end.",
  exitCodes: { 0: "everything is the same", 1: "something differs, or a run failed" },
  common: true,
  modules: ["./reproduction.ts"],
  experiments: ({ args, options }) => experimentsOf(args, expectedIn(options)),
  may: ({ options: { results, cache, expected, update, pytorch, kernels, threads } }) =>
    union(computing({ kernels, threads }), {
      read: [results, cache, ...pathsToWrite(expectedIn({ expected, update }))],
      write: [cache, ...(update ? pathsToWrite(expected) : [])],
      run: pytorch ? [PYTHON] : [],
    }),
  async run({ args, options, ...worker }) {
    const { reproduce } = await loadOnDemand<typeof import("../reproduction.ts")>("./reproduction.ts");
    const expected = expectedIn(options);
    return await reproduce(experimentsOf(args, expected), { ...options, expected }, worker);
  },
});

/** Without such a file here, that of Retrace, which is never changed. */
function expectedIn({ expected, update }: { expected: string; update: boolean }): string {
  return update ? expected : hereOrShipped(expected);
}

/** The given experiment files, by path or name; by default all with expected digests, which are next to `file`. */
function experimentsOf(given: readonly string[], file: string): string[] {
  const known = namesIn(file);
  const pathOf = (name: string) => join(dirname(file), `${name}.json`);
  // `experiments/*.json` also matches the schema and the expected digests.
  const isName = (one: string) =>
    known.includes(one) || (kindOfInput(one) === null && kindOfInput(pathOf(one)) !== null);
  const named = given.filter(isExperimentFile).map((one) => (isName(one) ? pathOf(one) : one));
  return named.length > 0 ? named : known.map(pathOf);
}

/** The names of the experiments with expected digests; none if the file is missing or damaged, which the work reports. */
function namesIn(file: string): string[] {
  try {
    const bytes = readInput(file, MAX_EXPECTED_BYTES) ?? new Uint8Array();
    const { experiments } = JSON.parse(new TextDecoder().decode(bytes));
    return isJsonObject(experiments) ? Object.keys(experiments) : [];
  } catch {
    return [];
  }
}
