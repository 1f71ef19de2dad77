/** Attacks every place of a cache with every obstacle, for every command: `attacked_cache.ts OBSTACLE…`. */
import { collectGarbage } from "../../../pipeline/engine/cache/gc.ts";
import { contentsOf } from "../../../pipeline/engine/cache/contents.ts";
import { repairStore, verifyStore } from "../../../pipeline/engine/cache/verify.ts";
import { filesOfRecords, keepReceipt, readReceipt } from "../../../pipeline/engine/keys/receipt.ts";
import { recordPath } from "../../../pipeline/engine/keys/record.ts";
import { readLeases } from "../../../pipeline/engine/store/lease.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { AgedIo } from "./aged_io.ts";
import { type Changes, digestOf, type Outcome, runToys, textDigest } from "./bench.ts";
import { attack, makeOutside, plant, remove } from "./obstacles.ts";
import { BIG } from "./toys.ts";

/** The texts are large: their checks are remembered. */
const PARAMS: Changes = { words: { repeat: BIG }, grow: { rounds: 1 } };
const STATEMENT = { place: "place", subject: "subject", content: "content" };

async function runAll(cache: string): Promise<Outcome> {
  const store = new Store(cache, new AgedIo(cache));
  const outcome = await runToys(cache, { params: PARAMS, io: store.io });
  store.scratch("words", "key");
  await readReceipt(store, STATEMENT.place, STATEMENT.subject);
  const files = filesOfRecords(store, outcome.results.map(({ record }) => record));
  await keepReceipt(store, STATEMENT, files, Date.now());
  return outcome;
}

const COMMANDS: Record<string, (cache: string) => unknown> = {
  run: runAll,
  "cache list": (cache) => [contentsOf(new Store(cache)), readLeases(new Store(cache).tree)],
  "cache verify": (cache) => verifyStore(new Store(cache)),
  "cache verify --repair": (cache) => repairStore(new Store(cache), verifyStore(new Store(cache))),
  "cache gc --unused": (cache) => collectGarbage(new Store(cache), {}, () => new Set()),
  "cache gc --max-size 0": (cache) => collectGarbage(new Store(cache), { size: 0 }, () => new Set()),
};

/** The places of folders, and those of files. */
function placesIn(cache: string, outcome: Outcome): { folders: string[]; files: string[] } {
  const digest = textDigest(outcome, "words");
  const step = digestOf(outcome, "grow", "state", 1);
  const nameIn = (folder: string) =>
    [...Deno.readDirSync(`${cache}/${folder}`)].find(({ isFile, name }) => isFile && name !== "store.lock")!.name;
  const record = recordPath(new Store("."), outcome.results[0].record.request);
  return {
    folders: [
      ...["locks", "leases", "receipts", "quarantine", "temporary", "checked", "artifacts", "records", "scratch"],
      ...[
        "scratch/words",
        "scratch/words/key",
        "records/words",
        "records/grow/steps",
        `artifacts/${digest.slice(0, 2)}`,
      ],
    ],
    files: [
      ...[digest, step].map((one) => `artifacts/${one.slice(0, 2)}/${one}`),
      ...[record, `records/grow/steps/${nameIn("records/grow/steps")}`, `records/words/${"0".repeat(64)}.json`],
      ...["locks/store.lock", `locks/${nameIn("locks")}`, "leases/x", `receipts/${nameIn("receipts")}`],
      ...[`checked/${digest}`, "quarantine/x", "temporary/x", "scratch/words/key/x"],
    ],
  };
}

function copy(from: string, to: string): void {
  Deno.mkdirSync(to);
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) copy(`${from}/${name}`, `${to}/${name}`);
    else Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
  }
}

if (import.meta.main) {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-attacked-" });
  try {
    const [outside, ready, cache] = ["outside", "ready", "cache"].map((name) => `${folder}/${name}`);
    const outcome = await runAll(ready);
    await runAll(ready);
    const places = placesIn(ready, outcome);
    makeOutside(outside, ["x", ...places.files.map((path) => path.split("/").at(-1)!)]);
    for (const obstacle of Deno.args) {
      const attacked = [
        ...(obstacle === "a folder" ? [] : places.folders),
        ...(obstacle === "a file" ? [] : places.files),
      ];
      for (const place of attacked) {
        copy(ready, cache);
        for (const [name, command] of Object.entries(COMMANDS)) {
          plant(obstacle, `${cache}/${place}`, outside);
          await attack(`${name}: ${obstacle} in the place of ${place}`, outside, () => command(cache));
        }
        remove(`${cache}/${place}`);
        await attack(`afterwards: ${obstacle} in the place of ${place}`, outside, async () => {
          const { digests } = await runAll(cache);
          if (JSON.stringify(digests) !== JSON.stringify(outcome.digests)) throw new Error("The bytes have changed.");
        });
        remove(cache);
      }
    }
  } finally {
    remove(folder);
  }
}
