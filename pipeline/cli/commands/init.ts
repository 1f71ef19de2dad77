/** `init`: makes a folder for experiments of one's own. */
import { join, resolve } from "node:path";
import { experimentsIn } from "../../experiment/extends.ts";
import { defineCommand } from "../command.ts";
import { loadOnDemand } from "../load_on_demand.ts";
import { flag } from "../option.ts";
import { cache } from "../shared_options.ts";

/** The files that are written as they are. */
const TEMPLATES = join(import.meta.dirname!, "../../../experiments/template");

export const command = defineCommand({
  name: "init",
  about: "Make a folder for experiments and code of your own",
  args: "[FOLDER]",
  terms: { FOLDER: "the folder, which is made if it does not exist (default: the current one)" },
  example: "../mine",
  options: { cache, quiet: flag("print nothing but errors") },
  details:
    "Files that are there already are kept. Run it again after you have changed definitions of your own: editors then " +
    "know the names of your stages, layers and others in all experiments of the folder.",
  common: true,
  modules: ["./new_folder.ts"],
  scheduler: "./front/schedule_init.ts",
  experiments: ({ args: [folder = "."] }) => experimentsIn(join(folder, "experiments")),
  may: ({ args: [folder = "."] }) => ({ read: [TEMPLATES], write: [resolve(folder)] }),
  async run({ args: [folder = "."], options: { quiet }, pipeline }) {
    const { makeFolder } = await loadOnDemand<typeof import("../new_folder.ts")>("./new_folder.ts");
    makeFolder(folder, { pipeline, templates: TEMPLATES, quiet });
    return 0;
  },
});
