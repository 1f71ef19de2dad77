/** `cache`: lists, checks and clears what is stored. */
import { nearest } from "../../text/suggestion.ts";
import { UsageError } from "../../engine/run_errors.ts";
import { print } from "../terminal.ts";

const HELP = `List, check and clear what is stored.

  deno task cache list             every record: stage, size, age, and what it was made with
  deno task cache verify           read every byte, and name what is damaged or missing
  deno task cache gc               remove what is old, too much, or not used

Each of them explains itself with --help.`;

const COMMANDS: Record<string, () => Promise<(args: string[]) => number>> = {
  list: async () => (await import("./cache_list.ts")).cacheList,
  verify: async () => (await import("./cache_verify.ts")).cacheVerify,
  gc: async () => (await import("./cache_gc.ts")).cacheGc,
};

/** The command. */
export async function cache(args: string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === "--help" || name === "-h") {
    print(HELP);
    return 0;
  }
  const names = Object.keys(COMMANDS);
  if (name === undefined || !Object.hasOwn(COMMANDS, name)) {
    const meant = name === undefined ? null : nearest(name, names);
    const found = name === undefined ? "" : `, but was given "${name}"`;
    const hint = meant === null ? "" : ` Did you mean ${meant}?`;
    throw new UsageError(`cache takes one of ${names.join(", ")}${found}.${hint} See deno task cache --help.`);
  }
  return (await COMMANDS[name]())(rest);
}
