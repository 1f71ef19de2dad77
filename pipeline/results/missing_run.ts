/** What to do about a run that was named but is not there. */
import { basename } from "node:path";
import { kindOfInput } from "../engine/files/entry.ts";
import { nearest } from "../text/suggestion.ts";
import { isRunFolder, namesIn, readFile } from "./folder.ts";

const MAX_LISTED = 12;

/** Says which run may have been meant, or which command makes it. */
export function adviceForMissing(run: string, results: string): string {
  const name = basename(run.replace(/\/+$/, "")).replace(/\.json$/, "");
  const runs = namesIn(results).filter((one) => !one.startsWith(".") && holdsRun(`${results}/${one}`));
  if (name !== run && runs.includes(name)) return `Did you mean ${name}?`;
  const [experiment, changes = ""] = name.split(/@(.*)/s);
  const config = `experiments/${experiment}.json`;
  if (kindOfInput(config) === "file") return `Run it first: deno task run ${config}${optionsFor(changes)}.`;
  const meant = nearest(name, runs);
  if (meant !== null) return `Did you mean ${meant}?`;
  if (runs.length === 0) return `There are no runs in ${results} yet: deno task run experiments/two-layer.json.`;
  const others = runs.length > MAX_LISTED ? `, and ${runs.length - MAX_LISTED} more` : "";
  return `The runs in ${results}: ${runs.slice(0, MAX_LISTED).join(", ")}${others}.`;
}

/** The options that gave a run the changes in its name; none if the name does not show them exactly. */
export function optionsFor(changes: string): string {
  if (changes === "" || !/^[a-z_.0-9]+=[A-Za-z0-9.+-]+(,[a-z_.0-9]+=[A-Za-z0-9.+-]+)*$/.test(changes)) return "";
  return changes.split(",").map((change) => change.replace(/^seed=/, " --seeds ").replace(/^(?! )/, " --set ")).join(
    "",
  );
}

function holdsRun(folder: string): boolean {
  return isRunFolder(folder) && readFile(folder, "metrics.json") !== null;
}
