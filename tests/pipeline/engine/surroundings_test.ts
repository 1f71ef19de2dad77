/** Clocks that are wrong, a cache that may only be read, a cache on another file system. */
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
      // deno-lint-ignore no-explicit-any -- as Date itself: nothing, a number, or several.
      constructor(...args: any[]) {
        // @ts-ignore: the arguments are Date's own.
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
  Deno.test(`runStages() gives the same bytes, and finds them, when the clock is ${ahead / DAY} day ahead`, async () => {
    await withCache(async (cache) => {
      const wanted = await straightDigests(BIG_WORDS);
      const wrong = await withClock(ahead, () => runToys(cache, { params: BIG_WORDS }));
      assertEquals(wrong.digests, wanted);
      assertEquals((await runToys(cache, { params: BIG_WORDS })).work, []);
      assertEquals((await withClock(-ahead, () => runToys(cache, { params: BIG_WORDS }))).work, []);
    });
  });

  Deno.test(`runStages() finds damage that was done when the clock was ${ahead / DAY} day ahead, in the same tick as the check`, async () => {
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

Deno.test("runStages() works on files that carry tomorrow's and yesterday's dates", async () => {
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

/** A file system that lets nothing be changed, on which every file is old enough for its check to be remembered. */
class ReadOnlyIo extends AgedIo {
  override note = refuse;
  override remove = refuse;
  override writeDurably = refuse;
  override writeWhile = refuse;
  override copyDurably = refuse;
  override rename = refuse;
  override makeFolder = refuse;
}

function refuse(): never {
  throw new StoreError("The store cannot use it: Read-only file system (os error 30).");
}

Deno.test("runStages() uses a cache that may only be read when nothing is to be done, and refuses to work in it", async () => {
  await withCache(async (cache) => {
    const { digests } = await runToys(cache, { params: BIG_WORDS });
    const io: StoreIo = new ReadOnlyIo();
    const again = await runToys(cache, { params: BIG_WORDS, io });
    assertEquals([again.work, again.digests], [[], digests]);
    const more: Changes = { ...BIG_WORDS, lower: { mark: "!" } };
    await assertRejects(() => runToys(cache, { params: more, io }), StoreError, "Read-only file system");
  });
});

Deno.test({
  name: "runStages() works in a cache on another file system than the temporary files",
  // A rename from one to the other would fail. Elsewhere there is no second file system to count on.
  ignore: Deno.build.os !== "linux",
  async fn() {
    const folder = `/dev/shm/retrace-${crypto.randomUUID()}`;
    const work = Deno.makeTempFileSync();
    const script = new URL("./toy_process.ts", import.meta.url).href;
    try {
      // Deno lets only a process with all permissions into /dev.
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
