/** Runs `reproduce` in a process of its own, with expected digests and cache in a test's folder. */
import { join } from "node:path";
import { commandOf, type Outcome, outcomeOf, PROJECT } from "./retrace.ts";

/** `deno task reproduce` on the digests in `folder`/expected.json; `project` may be a copy of this one. */
export async function reproduceIn(folder: string, args: readonly string[], project = PROJECT): Promise<Outcome> {
  const words = commandOf(["reproduce", ...args]).map((word) => (word === MAIN ? join(project, MAIN) : word));
  const folders = ["--expected", join(folder, "expected.json"), "--cache", join(folder, "cache")];
  return await outcomeOf([...words, ...folders], {}, project);
}

const MAIN = "pipeline/cli/front/main.ts";
