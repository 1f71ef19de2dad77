/** `reproduce`: computes experiments from scratch, and compares every digest with the expected one. */
import { defineCommand } from "../command.ts";
import { loadOnDemand } from "../load_on_demand.ts";
import { flag, withDefault } from "../option.ts";
import { V8_FLAGS } from "../permissions.ts";
import { cache, data, json } from "../shared_options.ts";

export const command = defineCommand({
  name: "reproduce",
  about: "Recompute experiments from scratch and compare every digest",
  args: "[CONFIG…]",
  terms: { CONFIG: "an experiment file, or the name of one with expected digests (default: all of those)" },
  options: {
    expected: withDefault("FILE", "the expected digests", "experiments/expected.json"),
    update: flag("make the computed digests the expected ones, if no experiment fails"),
    cache,
    data,
    json,
  },
  details:
    "Prints the first stage, epoch and tensor that differ, with both digests. No stored result is used, and none is " +
    "kept: the cache is an empty folder in DIR, which is removed at the end.",
  exitCodes: { 0: "everything is the same", 1: "something differs, or a run failed" },
  may: { read: true, write: [".retrace", "experiments"], env: [V8_FLAGS], more: true },
  common: true,
  async run({ pipeline, args, options }) {
    const { reproduce } = await loadOnDemand<typeof import("../reproduction.ts")>("./reproduction.ts");
    return await reproduce(await pipeline(), args, options);
  },
});
