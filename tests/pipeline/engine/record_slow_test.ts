import { assertEquals } from "@std/assert";
import { digestOfPlain } from "../../../pipeline/engine/store/digest.ts";
import {
  keyOf,
  readRecord,
  type Request,
  type StageRecord,
  writeRecord,
} from "../../../pipeline/engine/keys/record.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { type Changes, runToys, straightDigests, withCache, wordsOf } from "./bench.ts";
import { damage, DAMAGES } from "./tamper.ts";

/** The file of the record of a stage, or of one of its steps, in a cache with one of each. */
function recordPath(cache: string, stage: string, step?: number): string {
  const folder = `${cache}/records/${stage}${step === undefined ? "" : "/steps"}`;
  const isIt = (path: string) => JSON.parse(Deno.readTextFileSync(path)).record.request.step === step;
  const files = [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile);
  return files.map(({ name }) => `${folder}/${name}`).find(isIt)!;
}

const encode = (text: string) => new TextEncoder().encode(text);

/** Changes a record; its file remains well-formed JSON. */
function rewrite(change: (record: StageRecord) => void) {
  return (bytes: Uint8Array) => {
    const sealed = JSON.parse(new TextDecoder().decode(bytes));
    change(sealed.record);
    return encode(JSON.stringify(sealed));
  };
}

/** Changes a record, and updates its checksum. */
function forge(change: (record: StageRecord) => void) {
  return (bytes: Uint8Array) => {
    const { record } = JSON.parse(new TextDecoder().decode(bytes));
    change(record);
    return encode(JSON.stringify({ seal: digestOfPlain(record), record }));
  };
}

const RECORD_DAMAGES = {
  ...DAMAGES,
  // The last byte is a line break.
  "its last byte cut off": (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, -2),
  "no JSON object": () => encode("null"),
  "neither checksum nor record": () => encode("{}"),
  "outputs of other bytes": rewrite(({ outputs }) => Object.values(outputs)[0].digest = "0".repeat(64)),
  "outputs of another size": rewrite(({ outputs }) => Object.values(outputs)[0].size += 1),
  "no outputs": rewrite((record) => record.outputs = {}),
  "no outputs, with a valid checksum": forge((record) => record.outputs = {}),
  "a superfluous output, with a valid checksum": forge(({ outputs }) => outputs.more = Object.values(outputs)[0]),
  "a path for a digest, with a valid checksum": forge(({ outputs }) =>
    Object.values(outputs)[0].digest = "../../elsewhere"
  ),
  "an invalid size, with a valid checksum": forge(({ outputs }) => Object.values(outputs)[0].size = -1),
  "a size beyond the memory, with a valid checksum": forge(({ outputs }) => Object.values(outputs)[0].size = 2 ** 52),
  "a hundred thousand brackets": () => encode("[".repeat(100_000)),
  "params that were not requested": rewrite(({ request }) => request.params = {}),
};

for (const [name, change] of Object.entries(RECORD_DAMAGES)) {
  Deno.test(`runStages() runs a stage again if its record has ${name}`, async () => {
    await withCache(async (cache) => {
      const first = await runToys(cache);
      for (const [stage, work] of [["words", "words"], ["grow", "grow ends"], ["report", "report"]]) {
        damage(recordPath(cache, stage), change);
        const second = await runToys(cache);
        assertEquals([second.work, second.digests], [[work], first.digests]);
        assertEquals((await runToys(cache)).work, []);
      }
    });
  });

  Deno.test(`runStages() resumes after the step before if a step's record has ${name}`, async () => {
    await withCache(async (cache) => {
      const params: Changes = { grow: { rounds: 4 } };
      await runToys(cache);
      damage(recordPath(cache, "grow", 2), change);
      assertEquals((await runToys(cache)).work, [], "the record of the complete fold is intact");
      const longer = await runToys(cache, { params });
      assertEquals(longer.work, ["grow 2", "grow 3", "grow 4", "grow ends", "report"]);
      assertEquals(longer.digests, await straightDigests(params));
    });
  });
}

Deno.test("runStages() reports a damaged record", async () => {
  await withCache(async (cache) => {
    const { keys } = await runToys(cache);
    damage(recordPath(cache, "words"), DAMAGES["a bit flipped in the middle"]);
    const second = await runToys(cache);
    assertEquals(wordsOf(second, "words"), [
      `stored record (${keys.words.slice(0, 10)}) is damaged: ${recordPath(cache, "words")}`,
    ]);
  });
});

Deno.test("runStages() runs a stage if the record of another key has its name", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache);
    const path = recordPath(cache, "words");
    const params: Changes = { words: { text: "Other" } };
    const { keys } = await runToys(cache, { params });
    Deno.removeSync(`${cache}/records/words/${keys.words}.json`);
    Deno.copyFileSync(path, `${cache}/records/words/${keys.words}.json`);
    const second = await runToys(cache, { params });
    assertEquals([second.work, second.digests], [["words"], await straightDigests(params)]);
    assertEquals((await runToys(cache)).digests, first.digests);
  });
});

Deno.test("keyOf() changes with any part of the request, but not with the order of its fields", () => {
  const request: Request = {
    stage: "s",
    version: 1,
    code: "c",
    params: { a: 1, b: [1, 2] },
    inputs: { x: "1", each: ["1", "2"] },
    step: 0,
  };
  const others: Request[] = [
    { ...request, stage: "t" },
    { ...request, version: 2 },
    { ...request, code: "d" },
    { ...request, params: { a: 1, b: [2, 1] } },
    { ...request, params: { a: 1 } },
    { ...request, inputs: { x: "2", each: ["1", "2"] } },
    { ...request, inputs: { x: "1", each: ["2", "1"] } },
    { ...request, inputs: { y: "1", each: ["1", "2"] } },
    { ...request, step: 1 },
    { ...request, step: undefined },
  ];
  assertEquals(new Set([request, ...others].map(keyOf)).size, others.length + 1);
  const reversed = Object.fromEntries(Object.entries(request).reverse()) as unknown as Request;
  assertEquals(keyOf({ ...reversed, params: { b: [1, 2], a: 1 } }), keyOf(request));
});

Deno.test("writeRecord() replaces an older record with the same key", async () => {
  await withCache((cache) => {
    const store = new Store(cache);
    const request: Request = { stage: "s", version: 1, code: "c", params: {}, inputs: {} };
    for (const seconds of [1, 2]) writeRecord(store, { request, outputs: {}, seconds });
    assertEquals(readRecord(store, request)?.seconds, 2);
    assertEquals(readRecord(store, { ...request, version: 2 }), null);
  });
});
