import { assertEquals, assertMatch } from "@std/assert";
import { repairStore, verifyStore } from "../../../pipeline/engine/cache/verify.ts";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { artifactPath, digestOf, type Outcome, runToys, textDigest, withCache } from "./bench.ts";
import { damage, DAMAGES, swap } from "./tamper.ts";

const flipped = DAMAGES["a bit flipped in the middle"];

/** The file of the only record of a complete stage. */
function recordOf(cache: string, stage: string): string {
  const [{ name }] = [...Deno.readDirSync(`${cache}/records/${stage}`)].filter(({ isFile }) => isFile);
  return `${cache}/records/${stage}/${name}`;
}

/** The files in quarantine, without notes. */
function setAside(cache: string): string[] {
  return [...Deno.readDirSync(`${cache}/quarantine`)].map(({ name }) => name).filter((name) => !name.endsWith(".txt"));
}

function textPath(cache: string, run: Outcome): string {
  return artifactPath(cache, digestOf(run, "words", "text"));
}

Deno.test("verifyStore() finds no problem after a run, and counts what it read", async () => {
  await withCache(async (cache) => {
    await runToys(cache);
    const { records, artifacts, isGood, orphaned } = verifyStore(new Store(cache));
    assertEquals({ records, artifacts, isGood, orphaned }, { records: 8, artifacts: 12, isGood: true, orphaned: [] });
  });
});

Deno.test("verifyStore() finds no problem if there is no cache", async () => {
  await withCache((cache) => assertEquals(verifyStore(new Store(cache)).isGood, true));
});

for (const [name, change] of Object.entries(DAMAGES)) {
  Deno.test(`verifyStore() lists an artifact with ${name}, and the records that refer to it`, async () => {
    await withCache(async (cache) => {
      const run = await runToys(cache);
      const path = textPath(cache, run);
      damage(path, change);
      const found = verifyStore(new Store(cache));
      const users = [...found.damagedArtifacts, ...found.missing].map(({ usedBy }) => usedBy.map(({ stage }) => stage));
      assertEquals([found.isGood, users], [false, [["report", "words"]]]);
      assertEquals(found.damagedArtifacts.map((one) => one.path), name === "no file" ? [] : [path]);
    });
  });
}

Deno.test("verifyStore() lists both artifacts if they have each other's names", async () => {
  await withCache(async (cache) => {
    const run = await runToys(cache);
    const paths = ["words", "lower"].map((stage) => artifactPath(cache, textDigest(run, stage)));
    swap(paths[0], paths[1]);
    const { damagedArtifacts } = verifyStore(new Store(cache));
    assertEquals(damagedArtifacts.map(({ path }) => path).sort(), paths.sort());
    assertEquals(damagedArtifacts.map(({ found }) => found).sort(), damagedArtifacts.map((one) => one.expected).sort());
  });
});

Deno.test("verifyStore() lists a record if one of its bytes, or its name, has changed", async () => {
  await withCache(async (cache) => {
    await runToys(cache);
    const path = recordOf(cache, "report");
    damage(path, flipped);
    assertEquals(verifyStore(new Store(cache)).damagedRecords, [path]);
    damage(path, flipped);
    assertEquals(verifyStore(new Store(cache)).isGood, true);
    const misnamed = path.replace(/[0-9a-f]{64}/, "0".repeat(64));
    Deno.renameSync(path, misnamed);
    assertEquals(verifyStore(new Store(cache)).damagedRecords, [misnamed]);
  });
});

Deno.test("verifyStore() lists artifacts that no record refers to, which are not a problem", async () => {
  await withCache((cache) => {
    const store = new Store(cache);
    const { digest } = store.put(new Uint8Array(10));
    const { orphaned, isGood } = verifyStore(store);
    assertEquals([orphaned.map(({ path }) => path), isGood], [[artifactPath(cache, digest)], true]);
  });
});

Deno.test("repairStore() quarantines damaged files with a note, and a run recomputes them", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    const [text, record] = [textPath(cache, first), recordOf(cache, "lower")];
    damage(text, flipped);
    damage(record, flipped);
    damage(artifactPath(cache, digestOf(first, "grow", "last")), DAMAGES["no file"]);
    const damaged = Deno.readFileSync(text);
    const store = new Store(cache);
    repairStore(store, verifyStore(store));
    assertEquals(verifyStore(store).isGood, true);
    assertEquals(setAside(cache).length, 2);
    const digest = digestOf(first, "words", "text");
    const [aside] = setAside(cache).filter((name) => name.startsWith(digest));
    assertEquals(Deno.readFileSync(`${cache}/quarantine/${aside}`), damaged);
    assertEquals(
      Deno.readTextFileSync(`${cache}/quarantine/${aside}.txt`),
      `file artifacts/${digest.slice(0, 2)}/${digest}\nexpected ${digest}\nfound SHA-256 ${digestOfBytes(damaged)}\n`,
    );
    const second = await runToys(cache);
    assertEquals([second.work, second.digests], [["words", "lower", "grow ends", "report"], first.digests]);
  });
});

Deno.test("runStages() quarantines a damaged artifact and a damaged record when it recomputes them", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    damage(textPath(cache, first), flipped);
    damage(recordOf(cache, "lower"), flipped);
    await runToys(cache);
    assertEquals(setAside(cache).length, 2);
    for (const name of setAside(cache)) {
      assertMatch(
        Deno.readTextFileSync(`${cache}/quarantine/${name}.txt`),
        /^file .*\nexpected .*\nfound SHA-256 \w{64}\n$/,
      );
    }
  });
});

Deno.test("Store.discard() ignores an artifact that another process has replaced by the correct one", async () => {
  await withCache((cache) => {
    const store = new Store(cache);
    const address = store.put(new Uint8Array(10));
    store.discard(address.digest);
    assertEquals(store.holds(address), true);
  });
});

Deno.test("verifyStore() tells how many records, and how many bytes of artifacts, it has checked", async () => {
  await withCache(async (cache) => {
    await runToys(cache);
    const turns: Record<string, [number, number][]> = { records: [], artifacts: [] };
    const { records, artifacts, bytes } = verifyStore(new Store(cache), {
      onRecord: (...turn) => turns.records.push(turn),
      onArtifact: (...turn) => turns.artifacts.push(turn),
    });
    assertEquals(turns.records, Array.from({ length: records }, (_, i) => [i, records]));
    assertEquals(turns.artifacts.map(([, total]) => total), Array(artifacts).fill(bytes));
    assertEquals(turns.artifacts.map(([done]) => done), turns.artifacts.map(([done]) => done).sort((a, b) => a - b));
  });
});
