import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import type { DatasetFile, FetchContext } from "../../../pipeline/define/dataset.ts";
import { DownloadError } from "../../../pipeline/engine/run_errors.ts";
import { download } from "../../../pipeline/sources/https.ts";
import { DEFAULT_LIMITS, type DownloadLimits } from "../../../pipeline/sources/http_attempt.ts";
import { contextIn, gzip, makeBytes, namesIn, sha256, withFolder } from "./scratch.ts";
import { answerRange, withServer } from "./server.ts";

const BYTES = makeBytes(300_000);
const FILE = { name: "images", sha256: sha256(BYTES) };
const PART = `${FILE.sha256}.part`;
const CUT = 100_000;
const ETAG = { etag: '"one"' };
const QUICK: DownloadLimits = { ...DEFAULT_LIMITS, attempts: 3, firstWait: 1, maxWait: 4, idleTimeout: 20_000 };

function source(url: string, options: Partial<DownloadLimits & { gzip: boolean }> = {}) {
  return (file: DatasetFile, context: FetchContext) =>
    download(file, { url, gzip: options.gzip ?? false }, context, { ...QUICK, ...options });
}

Deno.test("download() requests only the rest after a dropped connection", async () => {
  await withFolder(async (folder) => {
    const answer = (request: Parameters<typeof answerRange>[1], count: number) => ({
      ...answerRange(BYTES, request, ETAG),
      cutAfter: count < 2 ? CUT : undefined,
    });
    await withServer(answer, async (server) => {
      const context = contextIn(folder);
      const { path } = await source(server.url)(FILE, context);
      assertEquals(await Deno.readFile(path), BYTES);
      assertEquals(server.received.map(({ headers }) => headers.range), [
        undefined,
        `bytes=${CUT}-`,
        `bytes=${2 * CUT}-`,
      ]);
      assertEquals(server.received.map(({ headers }) => headers["if-range"]), [undefined, '"one"', '"one"']);
      assertEquals(server.sent, BYTES.length);
      assertEquals(context.reports.at(-1), { done: BYTES.length, total: BYTES.length, note: FILE.name });
    });
  });
});

Deno.test("download() requests only the rest behind a redirect, too", async () => {
  await withFolder(async (folder) => {
    await withServer(
      (request, count) =>
        request.path === "/images"
          ? { status: "302 Found", headers: { location: "/elsewhere" } }
          : { ...answerRange(BYTES, request, ETAG), cutAfter: count === 1 ? CUT : undefined },
      async (server) => {
        const { path } = await source(server.url)(FILE, contextIn(folder));
        assertEquals(await Deno.readFile(path), BYTES);
        assertEquals(server.received.map((request) => request.path), [
          "/images",
          "/elsewhere",
          "/images",
          "/elsewhere",
        ]);
        assertEquals(server.sent, BYTES.length);
      },
    );
  });
});

Deno.test("download() resumes the compressed bytes of a gzip file", async () => {
  const packed = await gzip(BYTES);
  await withFolder(async (folder) => {
    await withServer(
      (request, count) => ({ ...answerRange(packed, request, ETAG), cutAfter: count === 0 ? CUT : undefined }),
      async (server) => {
        const { path } = await source(server.url, { gzip: true })(FILE, contextIn(folder));
        assertEquals(await Deno.readFile(path), BYTES);
        assertEquals(server.sent, packed.length);
      },
    );
  });
});

Deno.test("download() continues as long as every attempt brings new bytes", async () => {
  await withFolder(async (folder) => {
    const cutAfter = 30_000;
    await withServer((request) => ({ ...answerRange(BYTES, request, ETAG), cutAfter }), async (server) => {
      await source(server.url, { attempts: 2 })(FILE, contextIn(folder));
      assertEquals(server.received.length, 10);
    });
  });
});

Deno.test("download() stops when attempts bring no new bytes, and states what is kept", async () => {
  await withFolder(async (folder) => {
    await withServer(() => ({ body: BYTES, cutAfter: CUT }), async (server) => {
      const error = await assertRejects(() => source(server.url)(FILE, contextIn(folder)), DownloadError);
      assertStringIncludes(error.message, `The ${CUT} bytes that have arrived are kept`);
      assertEquals(server.received.length, 3);
    });
  });
});

Deno.test("download() starts over if the server does not support ranges", async () => {
  await withFolder(async (folder) => {
    await withServer(
      (_, count) => ({ body: BYTES, cutAfter: count === 0 ? CUT : undefined }),
      async ({ url, received }) => {
        const { path } = await source(url)(FILE, contextIn(folder));
        assertEquals(await Deno.readFile(path), BYTES);
        assertEquals(received[1].headers.range, `bytes=${CUT}-`);
      },
    );
  });
});

Deno.test("download() starts over if the server sends another range than requested", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(join(folder, PART), BYTES.subarray(0, CUT));
    const other = { status: "206 Partial Content", headers: { "content-range": `bytes 5-9/${BYTES.length}` } };
    // The second answer has wrong bytes, which allow for one more download; the first answer must not use it up.
    const answers = [{ ...other, body: BYTES.subarray(5, 10) }, { body: makeBytes(9, 9) }, { body: BYTES }];
    await withServer((_, count) => answers[count], async ({ url, received }) => {
      const { path } = await source(url)(FILE, contextIn(folder));
      assertEquals(await Deno.readFile(path), BYTES);
      assertEquals(received.map(({ headers }) => headers.range), [`bytes=${CUT}-`, undefined, undefined]);
    });
  });
});

Deno.test("download() starts over if the part is longer than the server's file", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(join(folder, PART), makeBytes(BYTES.length + 5, 3));
    await withServer((request) => answerRange(BYTES, request), async ({ url, received }) => {
      const { path } = await source(url)(FILE, contextIn(folder));
      assertEquals(await Deno.readFile(path), BYTES);
      assertEquals(received.map(({ headers }) => headers.range), [`bytes=${BYTES.length + 5}-`, undefined]);
    });
  });
});

Deno.test("download() downloads no byte twice if the part is complete", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(join(folder, PART), BYTES);
    await withServer((request) => answerRange(BYTES, request), async (server) => {
      const { path } = await source(server.url)(FILE, contextIn(folder));
      assertEquals(await Deno.readFile(path), BYTES);
      assertEquals(server.sent, 0);
    });
  });
});

Deno.test("download() downloads again if the resumed part had other bytes", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(join(folder, PART), makeBytes(CUT, 3));
    await withServer((request) => answerRange(BYTES, request), async ({ url, received }) => {
      const { path } = await source(url)(FILE, contextIn(folder));
      assertEquals(await Deno.readFile(path), BYTES);
      assertEquals(received.map(({ headers }) => headers.range), [`bytes=${CUT}-`, undefined]);
    });
  });
});

Deno.test("download() starts over if the file on the server has changed between two attempts", async () => {
  const old = makeBytes(BYTES.length, 2);
  await withFolder(async (folder) => {
    await withServer(
      (request, count) =>
        count === 0
          ? { ...answerRange(old, request, ETAG), cutAfter: CUT }
          : answerRange(BYTES, request, { etag: '"two"' }),
      async ({ url, received }) => {
        const { path } = await source(url)(FILE, contextIn(folder));
        assertEquals(await Deno.readFile(path), BYTES);
        assertEquals(received.map(({ headers }) => headers["if-range"]), [undefined, '"one"']);
      },
    );
  });
});

Deno.test("download() uses the date of the last change if the ETag is weak", async () => {
  const date = "Wed, 21 Oct 2015 07:28:00 GMT";
  const validator = { etag: 'W/"one"', "last-modified": date };
  await withFolder(async (folder) => {
    await withServer(
      (request, count) => ({ ...answerRange(BYTES, request, validator), cutAfter: count === 0 ? CUT : undefined }),
      async (server) => {
        await source(server.url)(FILE, contextIn(folder));
        assertEquals(server.received[1].headers["if-range"], date);
        assertEquals(server.sent, BYTES.length);
      },
    );
  });
});

Deno.test("download() stops at once when it is aborted, and the next run resumes", async () => {
  await withFolder(async (folder) => {
    await withServer(
      (request, count) => ({
        ...answerRange(BYTES, request, ETAG),
        ...(count === 0 ? { cutAfter: CUT, hold: true } : {}),
      }),
      async (server) => {
        const controller = new AbortController();
        const reason = new Error("enough");
        const context = contextIn(folder, controller.signal);
        context.progress = (done) => done === CUT && controller.abort(reason);
        // The connection sends nothing more: only the signal can end it.
        const fetching = () => source(server.url, { idleTimeout: 3_600_000 })(FILE, context);
        assertEquals(await assertRejects(fetching), reason);
        assertEquals(server.received.length, 1);
        assertEquals((await Deno.stat(join(folder, PART))).size, CUT);

        const { path } = await source(server.url)(FILE, contextIn(folder));
        assertEquals(await Deno.readFile(path), BYTES);
        assertEquals(server.sent, BYTES.length);
      },
    );
  });
});

Deno.test("download() stops at once when it is aborted before another attempt", async () => {
  await withFolder(async (folder) => {
    await withServer(() => ({ status: "503 Service Unavailable" }), async ({ url }) => {
      const controller = new AbortController();
      const reason = new Error("enough");
      const context = contextIn(folder, controller.signal);
      // Called before the wait; an hour later the test would have failed.
      context.progress = () => void queueMicrotask(() => controller.abort(reason));
      const hour = 3_600_000;
      const error = await assertRejects(() => source(url, { firstWait: hour, maxWait: hour })(FILE, context));
      assertEquals(error, reason);
    });
  });
});

Deno.test("download() resumes where a process was killed", async () => {
  await withFolder(async (folder) => {
    await withServer(
      (request, count) => ({
        ...answerRange(BYTES, request, ETAG),
        ...(count === 0 ? { cutAfter: CUT, hold: true } : {}),
      }),
      async (server) => {
        await fetchAndKill(server.url, folder);
        assertEquals(namesIn(folder), [PART, `${FILE.sha256}.validator`]);

        const { path } = await source(server.url)(FILE, contextIn(folder));
        assertEquals(await Deno.readFile(path), BYTES);
        assertEquals(server.received.map(({ headers }) => headers.range), [undefined, `bytes=${CUT}-`]);
        assertEquals(server.received[1].headers["if-range"], '"one"');
        assertEquals(server.sent, BYTES.length);
      },
    );
  });
});

/** Downloads in another process, and kills it (signal 9) as soon as it has reported `CUT` bytes. */
async function fetchAndKill(url: string, folder: string): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-net=127.0.0.1",
      `--allow-read=${folder}`,
      `--allow-write=${folder}`,
      join(import.meta.dirname!, "fetch_child.ts"),
      ...[url, FILE.name, FILE.sha256, folder],
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let printed = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    printed += text;
    if (printed.split("\n").includes(String(CUT))) child.kill("SIGKILL");
  }
  const { signal } = await child.status;
  assertEquals(signal, "SIGKILL", `the other process was to be killed at ${CUT} bytes, but printed ${printed}`);
}
