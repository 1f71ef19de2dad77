/** Wrong clocks, a read-only cache, a cache on another file system. */
import { assertEquals, assertRejects } from "@std/assert";
import { StoreError } from "../../../pipeline/engine/run_errors.ts";
import type { StoreIo } from "../../../pipeline/engine/store/store_io.ts";
import { AgedIo } from "./aged_io.ts";
import { artifactPath, type Changes, digestOf, runToys, straightDigests, withCache } from "./bench.ts";
import { damage, DAMAGES } from "./tamper.ts";
import { BIG } from "./toys.ts";

const DAY = 86_400_000;
const BIG_WORDS: Changes = { words: { repeat: BIG } };

/** Does `work` while the clock is `ahead` milliseconds ahead. */
async function withClock<T>(ahead: number, work: () => Promise<T>): Promise<T> {
  const [now, OldDate] = [Date.now, Date];
  try {
    Date.now = () => now() + ahead;
    globalThis.Date = class extends OldDate {
      // deno-lint-ignore no-explicit-any -- like Date itself: nothing, a number, or several.
      constructor(...args: any[]) {
        // @ts-ignore: the arguments are those of Date.
        super(...(args.length === 0 ? [Date.now()] : args));
      }
    } as DateConstructor;
    globalThis.Date.now = Date.now;
    return await work();
  } finally {
    globalThis.Date = OldDate;
    OldDate.now = now;
  }
}

for (const ahead of [DAY, -DAY]) {
  Deno.test(`runStages() outputs and finds the same bytes if the clock is ${ahead / DAY} day ahead`, async () => {
    await withCache(async (cache) => {
      const wanted = await straightDigests(BIG_WORDS);
      const wrong = await withClock(ahead, () => runToys(cache, { params: BIG_WORDS }));
      assertEquals(wrong.digests, wanted);
      assertEquals((await runToys(cache, { params: BIG_WORDS })).work, []);
      assertEquals((await withClock(-ahead, () => runToys(cache, { params: BIG_WORDS }))).work, []);
    });
  });

  Deno.test(`runStages() finds damage in the same tick as the check, with the clock ${ahead / DAY} day ahead`, async () => {
    await withCache(async (cache) => {
      const first = await runToys(cache, { params: BIG_WORDS });
      const path = artifactPath(cache, digestOf(first, "words", "text"));
      await withClock(ahead, async () => assertEquals((await runToys(cache, { params: BIG_WORDS })).work, []));
      const { atime, mtime } = Deno.statSync(path);
      damage(path, DAMAGES["a bit flipped in the middle"]);
      Deno.utimeSync(path, atime!, mtime!);
      const second = await withClock(ahead, () => runToys(cache, { params: BIG_WORDS }));
      assertEquals([second.work, second.digests], [["words"], first.digests]);
    });
  });
}

Deno.test("runStages() works with files dated tomorrow and yesterday", async () => {
  await withCache(async (cache) => {
    const first = await runToys(cache, { params: BIG_WORDS });
    for (const days of [1, -1]) {
      for (const path of filesOf(cache)) Deno.utimeSync(path, new Date(), new Date(Date.now() + days * DAY));
      assertEquals((await runToys(cache, { params: BIG_WORDS })).work, []);
    }
    const more = await runToys(cache, { params: { ...BIG_WORDS, grow: { rounds: 5 } } });
    assertEquals(more.work, ["grow 4", "grow 5", "grow ends", "report"]);
    assertEquals(more.digests.words, first.digests.words);
  });
});

/** A read-only file system, on which every file is old enough for a remembered check. */
class ReadOnlyIo extends AgedIo {
  override note = reject;
  override remove = reject;
  override writeDurably = reject;
  override writeWhile = reject;
  override copyDurably = reject;
  override rename = reject;
  override makeFolder = reject;
}

function reject(): never {
  throw new StoreError("The store cannot use it: Read-only file system (os error 30).");
}

Deno.test("runStages() uses a read-only cache if there is nothing to do, and fails otherwise", async () => {
  await withCache(async (cache) => {
    const { digests } = await runToys(cache, { params: BIG_WORDS });
    const io: StoreIo = new ReadOnlyIo(cache);
    const again = await runToys(cache, { params: BIG_WORDS, io });
    assertEquals([again.work, again.digests], [[], digests]);
    const more: Changes = { ...BIG_WORDS, lower: { mark: "!" } };
    await assertRejects(() => runToys(cache, { params: more, io }), StoreError, "Read-only file system");
  });
});

Deno.test({
  name: "runStages() works in a cache on another file system than the temporary files",
  // A rename from one to the other would fail. Other systems have no second file system for certain.
  ignore: Deno.build.os !== "linux",
  async fn() {
    const folder = `/dev/shm/retrace-${crypto.randomUUID()}`;
    const work = Deno.makeTempFileSync();
    const script = new URL("./toy_process.ts", import.meta.url).href;
    try {
      // Deno requires all permissions for /dev.
      const args = ["run", "-A", "--quiet", script, JSON.stringify({ cache: `${folder}/cache`, work })];
      const { code, stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
      assertEquals([code, JSON.parse(new TextDecoder().decode(stdout))], [0, await straightDigests()]);
    } finally {
      new Deno.Command("rm", { args: ["-rf", folder] }).outputSync();
      Deno.removeSync(work);
    }
  },
});

function filesOf(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesOf(`${folder}/${name}`) : [`${folder}/${name}`]
  );
}
