/** Trials that are written out. */
import { z } from "zod";
import { type Choices, defineSearch } from "../define/search.ts";
import { ConfigError } from "../engine/run_errors.ts";
import { canonicalJson } from "../engine/store/digest.ts";

export const list = defineSearch({
  name: "list",
  about: "The trials that are written out, each trained to the end.",
  source: import.meta.url,
  params: {
    list: z.array(z.record(z.string(), z.json())).min(1).describe(
      'The values of each trial, by path: [{ "train.optimizer.lr": 0.1, "train.epochs": 20 }, …].',
    ),
  },
  trials(space, { list }: { list: Choices[] }) {
    const [path] = Object.keys(space);
    if (path !== undefined) {
      throw new ConfigError(`A list of trials has no other parameters. Remove ${path} from sweep.parameters.`);
    }
    return [...new Map(list.map((choices) => [canonicalJson(choices), choices])).values()];
  },
});
