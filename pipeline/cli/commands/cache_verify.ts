/** `cache verify`: reads every stored byte, and reports what is damaged or missing. */
import { totalSize } from "../../engine/cache/contents.ts";
import type { EntryKind } from "../../engine/files/entry.ts";
import { Store } from "../../engine/store/store.ts";
import { repairStore, type UsedBy, type Verification, verifyStore } from "../../engine/cache/verify.ts";
import { bytesText, countText } from "../../text/numbers.ts";
import { defineCommand } from "../command.ts";
import { FAILED } from "../failure.ts";
import { flag } from "../option.ts";
import { reportsOf } from "../cache_progress.ts";
import { cache, json } from "../shared_options.ts";
import { dim, green, print, printError, red } from "../terminal.ts";
import { printCacheWait } from "../wait_text.ts";

export const command = defineCommand({
  name: "cache verify",
  about: "Read every stored byte and report what is damaged or missing",
  options: { repair: flag("move damaged files to quarantine, so the next run computes them again"), cache, json },
  exitCodes: { 1: "something is damaged or missing, repaired or not" },
  isPlain: true,
  may: ({ options: { cache, repair } }) => ({ read: [cache], write: repair ? [cache] : [], sys: ["hostname"] }),
  run({ options: { repair, cache, json }, send }) {
    const store = new Store(cache);
    const report = reportsOf("cache verify", send);
    const found = verifyStore(store, {
      onRecord: report("records", "steps"),
      onArtifact: report("artifacts", "bytes"),
    });
    send({ progress: null });
    const repaired = repair && !found.isGood;
    const failures = repaired ? repairStore(store, found, printCacheWait) : [];
    const isRepaired = repaired && failures.length === 0;
    print(json ? JSON.stringify({ ...found, repaired: isRepaired }) : asText(found, isRepaired));
    for (const { message } of failures) printError(`${red("not repaired:")} ${message}`);
    return found.isGood ? 0 : FAILED;
  },
});

function asText(found: Verification, repaired: boolean): string {
  const { records, artifacts, bytes, damagedRecords, damagedArtifacts, missing, orphaned, isGood } = found;
  const count = damagedRecords.length + damagedArtifacts.length + missing.length;
  const verdict = isGood
    ? green("all intact")
    : repaired
    ? "damaged files were moved to quarantine; the next run computes them again"
    : `${red(`${count} damaged or missing`)}; after deno task cache verify --repair, a run computes them again`;
  const problem = (kind: string, what: string, why: string) => `${red(kind)}  ${what}  ${dim(why)}`;
  return [
    ...damagedRecords.map((path) => problem("damaged", path, "is not a record that matches its checksum")),
    ...damagedArtifacts.map(({ path, kind, found, usedBy }) =>
      problem("damaged", path, `${foundText(found, kind)}; ${usersText(usedBy)}`)
    ),
    ...missing.map(({ digest, usedBy }) => problem("missing", `artifact ${digest}`, usersText(usedBy))),
    ...(orphaned.length === 0 ? [] : [
      `${countText(orphaned.length)} artifacts of ${bytesText(totalSize(orphaned))} belong to no record: ` +
      "deno task cache gc removes them",
    ]),
    `${countText(records)} records, ${countText(artifacts)} artifacts, ${bytesText(bytes)}: ${verdict}`,
  ].join("\n");
}

function foundText(found: string | null, kind: EntryKind): string {
  if (found !== null) return `has the SHA-256 ${found}`;
  return kind === "file" ? "cannot be read" : `is a ${kind}`;
}

function usersText(usedBy: readonly UsedBy[]): string {
  const users = usedBy.map(({ stage, key, step }) => `${stage} ${step ?? ""}`.trimEnd() + ` (${key.slice(0, 10)})`);
  return users.length === 0 ? "no record refers to it" : `used by ${users.join(", ")}`;
}
