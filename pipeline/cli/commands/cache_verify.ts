/** `cache verify`: reads every byte that is stored, and names what is damaged or missing. */
import { repairStore, type UsedBy, type Verification, verifyStore } from "../../engine/cache/verify.ts";
import { totalSize } from "../../engine/cache/contents.ts";
import { UsageError } from "../../engine/run_errors.ts";
import { Store } from "../../engine/store/store.ts";
import { FAILED } from "../failure.ts";
import { bytesText, countText } from "../../text/numbers.ts";
import { readOptions } from "../options.ts";
import { dim, green, print, red } from "../terminal.ts";

const HELP = `Read every byte that is stored, and name what is damaged or missing.

  deno task cache verify [options]

  --repair      move what is damaged to the cache's quarantine folder, and remove the records of what is missing;
                the next run makes both anew
  --cache DIR   where stages are stored (default: .retrace). --repair writes there: for another folder than .retrace,
                RETRACE_ALLOW=--allow-write=DIR deno task cache verify --repair --cache DIR
  --json        print what was found as JSON

Exit code: 0 nothing is wrong, 1 something is damaged or missing (repaired or not), 2 wrong use.`;

/** The command. */
export function cacheVerify(args: string[]): number {
  const spec = { command: "cache verify", values: ["cache"], switches: ["repair", "json"] };
  const { values, switches, rest } = readOptions(args, spec);
  if (switches.has("help")) {
    print(HELP);
    return 0;
  }
  if (rest.length > 0) throw new UsageError(`cache verify takes options only, but was given ${rest.join(" ")}.`);
  const store = new Store(values.cache ?? ".retrace");
  const found = verifyStore(store);
  const repaired = switches.has("repair") && !found.isGood;
  if (repaired) repairStore(store, found);
  print(switches.has("json") ? JSON.stringify({ ...found, repaired }) : asText(found, repaired));
  return found.isGood ? 0 : FAILED;
}

function asText(found: Verification, repaired: boolean): string {
  const { records, artifacts, bytes, damagedRecords, damagedArtifacts, missing, orphaned } = found;
  const count = damagedRecords.length + damagedArtifacts.length + missing.length;
  return [
    ...damagedRecords.map((path) => `${red("damaged")}  ${path}  ${dim("is not a record with its seal")}`),
    ...damagedArtifacts.map(({ path, found, usedBy }) =>
      `${red("damaged")}  ${path}  ${dim(`has the SHA-256 ${found}; ${usersText(usedBy)}`)}`
    ),
    ...missing.map(({ digest, usedBy }) => `${red("missing")}  artifact ${digest}  ${dim(usersText(usedBy))}`),
    ...(orphaned.length > 0
      ? [
        `${countText(orphaned.length)} artifacts of ${bytesText(totalSize(orphaned))} belong to no record: ` +
        "deno task cache gc removes them",
      ]
      : []),
    `${countText(records)} records, ${countText(artifacts)} artifacts, ${bytesText(bytes)}: ${
      count === 0
        ? green("all as they were stored")
        : repaired
        ? "what is damaged was moved to quarantine; the next run makes it anew"
        : `${red(`${count} wrong`)}; deno task cache verify --repair clears the way for a run to make them anew`
    }`,
  ].join("\n");
}

function usersText(usedBy: readonly UsedBy[]): string {
  const names = usedBy.map(({ stage, key, step }) => `${stage} ${step ?? ""}`.trimEnd() + ` (${key.slice(0, 10)})`);
  return names.length === 0 ? "no record names it" : `named by ${names.join(", ")}`;
}
