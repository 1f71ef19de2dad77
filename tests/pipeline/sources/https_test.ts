import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import type { DatasetFile, FetchContext } from "../../../pipeline/define/dataset.ts";
import { ChecksumError, DownloadError } from "../../../pipeline/engine/run_errors.ts";
import { download } from "../../../pipeline/sources/https.ts";
import { DEFAULT_LIMITS, type DownloadLimits } from "../../../pipeline/sources/http_attempt.ts";
import { contextIn, gzip, makeBytes, namesIn, sha256, withFolder } from "./scratch.ts";
import { withServer } from "./server.ts";

const BYTES = makeBytes(300_000);
const FILE = { name: "train #1", sha256: sha256(BYTES) };
const ENCODED_NAME = "/train%20%231";
/** Three attempts, with short waits. */
const QUICK: DownloadLimits = { ...DEFAULT_LIMITS, attempts: 3, firstWait: 1, maxWait: 4, idleTimeout: 20_000 };

function source(url: string, options: Partial<DownloadLimits & { gzip: boolean }> = {}) {
  return (file: DatasetFile, context: FetchContext) =>
    download(file, { url, gzip: options.gzip ?? false }, context, { ...QUICK, ...options });
}

Deno.test("download() returns the file, and leaves no other files", async () => {
  await withFolder(async (folder) => {
    await withServer(() => ({ body: BYTES, headers: { etag: '"1"' } }), async ({ url, received }) => {
      const context = contextIn(folder);
      const produced = await source(url)(FILE, context);
      assertEquals(produced, { path: join(folder, FILE.sha256), move: true, digest: FILE.sha256 });
      assertEquals(await Deno.readFile(produced.path), BYTES);
      assertEquals(namesIn(folder), [FILE.sha256]);
      assertEquals(received.map(({ path }) => path), [ENCODED_NAME]);
      assertEquals(context.reports.at(-1), { done: BYTES.length, total: BYTES.length, note: FILE.name });
    });
  });
});

Deno.test("download() appends the name to a folder whose URL has no slash at the end", async () => {
  await withFolder(async (folder) => {
    await withServer(() => ({ body: BYTES }), async ({ url, received }) => {
      await source(`${url}data/mnist`)(FILE, contextIn(folder));
      assertEquals(received[0].path, `/data/mnist${ENCODED_NAME}`);
    });
  });
});

Deno.test("download() accepts a file in chunks without a length, from Deno.serve", async () => {
  await withFolder(async (folder) => {
    const stream = () => ReadableStream.from([BYTES.subarray(0, 1000), BYTES.subarray(1000)]);
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response(stream()));
    const context = contextIn(folder);
    const { path } = await source(`http://127.0.0.1:${server.addr.port}/`)(FILE, context);
    await server.shutdown();
    assertEquals(await Deno.readFile(path), BYTES);
    assertEquals(context.reports.at(-1), { done: BYTES.length, total: null, note: FILE.name });
  });
});

Deno.test("download() stops when a server sends more than the largest file has, and keeps nothing", async () => {
  await withFolder(async (folder) => {
    let sent = 0;
    const long = () =>
      new ReadableStream({
        pull(controller) {
          controller.enqueue(BYTES.subarray(0, 100_000));
          if ((sent += 100_000) === 30_000_000) controller.close();
        },
      });
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response(long()));
    const fetching = () =>
      source(`http://127.0.0.1:${server.addr.port}/`, { maxBytes: 1_000_000 })(FILE, contextIn(folder));
    await assertRejects(fetching, DownloadError, "more than 1000000 bytes");
    await server.shutdown();
    assert(sent < 20_000_000, `${sent} bytes`);
    assertEquals(namesIn(folder), []);
  });
});

Deno.test("download() does not begin with a file that the server announces as larger than any that can be used", async () => {
  await withFolder(async (folder) => {
    let sent = 0;
    const slow = () =>
      new ReadableStream({
        async pull(controller) {
          if (++sent > 1) await new Promise((resolve) => setTimeout(resolve, 60_000));
          controller.enqueue(new Uint8Array(1000));
        },
      });
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      () => new Response(slow(), { headers: { "content-length": "1000001" } }),
    );
    const fetching = () =>
      source(`http://127.0.0.1:${server.addr.port}/`, { maxBytes: 1_000_000 })(FILE, contextIn(folder));
    await assertRejects(fetching, DownloadError, "more than 1000000 bytes");
    assertEquals(namesIn(folder), []);
  });
});

Deno.test("download() does not unpack a zip bomb", async () => {
  const packed = await gzip(new Uint8Array(120_000_000));
  await withFolder(async (folder) => {
    await withServer(() => ({ body: packed }), async ({ url }) => {
      const fetching = () => source(url, { gzip: true })(FILE, contextIn(folder));
      await assertRejects(fetching, ChecksumError, "unpacks to far more than its size");
      assertEquals(namesIn(folder), []);
    });
  });
});

Deno.test("download() requests NAME.gz and unpacks it if gzip is set", async () => {
  const packed = await gzip(BYTES);
  await withFolder(async (folder) => {
    await withServer(() => ({ body: packed }), async ({ url, received }) => {
      const { path } = await source(url, { gzip: true })(FILE, contextIn(folder));
      assertEquals(await Deno.readFile(path), BYTES);
      assertEquals(received[0].path, `${ENCODED_NAME}.gz`);
      assertEquals(namesIn(folder), [FILE.sha256]);
    });
  });
});

Deno.test("download() requests no compression, and unpacks what a server compresses anyway", async () => {
  const packed = await gzip(BYTES);
  await withFolder(async (folder) => {
    await withServer(() => ({ body: packed, headers: { "content-encoding": "gzip" } }), async ({ url, received }) => {
      const { path } = await source(url)(FILE, contextIn(folder));
      assertEquals(received[0].headers["accept-encoding"], "identity");
      assertEquals(await Deno.readFile(path), BYTES);
    });
  });
});

Deno.test("download() requests nothing if a killed run has left the complete file", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(join(folder, FILE.sha256), BYTES);
    await withServer(() => ({ body: BYTES }), async ({ url, received }) => {
      await source(url)(FILE, contextIn(folder));
      assertEquals(received.length, 0);
    });
  });
});

Deno.test("download() downloads again if the complete file has other bytes", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(join(folder, FILE.sha256), BYTES.subarray(1));
    await withServer(() => ({ body: BYTES }), async ({ url }) => {
      const { path } = await source(url)(FILE, contextIn(folder));
      assertEquals(await Deno.readFile(path), BYTES);
    });
  });
});

Deno.test("download() downloads once more if the bytes do not match", async () => {
  const wrong = makeBytes(BYTES.length, 2);
  await withFolder(async (folder) => {
    await withServer((_, count) => ({ body: count === 0 ? wrong : BYTES }), async ({ url, received }) => {
      const { path } = await source(url)(FILE, contextIn(folder));
      assertEquals(await Deno.readFile(path), BYTES);
      assertEquals(received.length, 2);
      assertEquals(received[1].headers.range, undefined);
    });
  });
});

Deno.test("download() throws a ChecksumError with digest and URL if the bytes still do not match", async () => {
  const wrong = makeBytes(1000, 2);
  await withFolder(async (folder) => {
    await withServer(() => ({ body: wrong }), async ({ url, received }) => {
      const error = await assertRejects(() => source(url)(FILE, contextIn(folder)), ChecksumError);
      for (const part of [FILE.sha256, sha256(wrong), `${url}train%20%231`, 'in "files"']) {
        assertStringIncludes(error.message, part);
      }
      assertEquals(received.length, 2);
      assert(!namesIn(folder).some((name) => name.endsWith(".part")), "the wrong bytes are not resumed");
    });
  });
});

Deno.test("download() throws a ChecksumError if the gzip file is damaged", async () => {
  const packed = await gzip(BYTES);
  await withFolder(async (folder) => {
    await withServer(() => ({ body: packed.subarray(0, packed.length - 20) }), async ({ url, received }) => {
      const fetching = () => source(url, { gzip: true })(FILE, contextIn(folder));
      const error = await assertRejects(fetching, ChecksumError, "is a damaged gzip file");
      assertStringIncludes(error.message, `${url}train%20%231.gz`);
      assertEquals(received.length, 2);
      assertEquals(namesIn(folder), []);
    });
  });
});

Deno.test("download() tries again when the server is busy, and reports it", async () => {
  await withFolder(async (folder) => {
    const busy = { status: "503 Service Unavailable" };
    await withServer((_, count) => count < 2 ? busy : { body: BYTES }, async ({ url, received }) => {
      const context = contextIn(folder);
      const { path } = await source(url)(FILE, context);
      assertEquals(await Deno.readFile(path), BYTES);
      assertEquals(received.length, 3);
      assertStringIncludes(context.reports[0].note!, "503 Service Unavailable; trying again");
    });
  });
});

Deno.test("download() throws a DownloadError when every attempt fails", async () => {
  for (const status of ["500 Internal Server Error", "408 Request Timeout", "429 Too Many Requests"]) {
    await withFolder(async (folder) => {
      await withServer(() => ({ status }), async ({ url, received }) => {
        const error = await assertRejects(() => source(url)(FILE, contextIn(folder)), DownloadError, status);
        assertStringIncludes(error.message, "3 times in a row");
        assertEquals(received.length, 3);
      });
    });
  }
});

Deno.test("download() waits as long as Retry-After asks", async () => {
  await withFolder(async (folder) => {
    const busy = { status: "429 Too Many Requests", headers: { "retry-after": "0" } };
    await withServer((_, count) => count < 1 ? busy : { body: BYTES }, async ({ url }) => {
      // With the default wait, the test would take an hour.
      const hour = 3_600_000;
      await source(url, { firstWait: hour, maxWait: hour })(FILE, contextIn(folder));
    });
  });
});

Deno.test("download() waits at most maxWait, even if Retry-After asks for more", async () => {
  await withFolder(async (folder) => {
    const busy = { status: "429 Too Many Requests", headers: { "retry-after": "3600" } };
    await withServer((_, count) => count < 1 ? busy : { body: BYTES }, async ({ url }) => {
      await source(url)(FILE, contextIn(folder));
    });
  });
});

Deno.test("download() does not try again if the file does not exist or access is denied", async () => {
  for (const status of ["404 Not Found", "403 Forbidden", "401 Unauthorized", "410 Gone"]) {
    await withFolder(async (folder) => {
      await withServer(() => ({ status }), async ({ url, received }) => {
        const error = await assertRejects(() => source(url)(FILE, contextIn(folder)), DownloadError, status);
        assertStringIncludes(error.message, `${url}train%20%231`);
        assertEquals(received.length, 1);
      });
    });
  }
});

Deno.test("download() states the host if no server answers", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const host = `127.0.0.1:${listener.addr.port}`;
  listener.close();
  await withFolder(async (folder) => {
    const error = await assertRejects(() => source(`http://${host}/`)(FILE, contextIn(folder)), DownloadError);
    assertStringIncludes(error.message, `that ${host} is the right host`);
    assertStringIncludes(error.message, "3 times in a row");
    assertEquals(error.message.split(host).length, 3, "the URL once, and the host once");
  });
});

Deno.test("download() abandons a server that accepts the connection and sends nothing", async () => {
  await withFolder(async (folder) => {
    await withServer(() => ({ body: BYTES, cutAfter: 0, hold: true }), async ({ url }) => {
      const fetching = () => source(url, { attempts: 2, idleTimeout: 50 })(FILE, contextIn(folder));
      await assertRejects(fetching, DownloadError, "the server sent nothing for 0.05 s (2 times in a row)");
    });
  });
});

Deno.test({
  name: "download() states how to allow a host that the experiment does not name",
  permissions: { read: true, write: true, net: ["127.0.0.1:1"] },
  async fn() {
    await withFolder(async (folder) => {
      const fetching = () => source("http://127.0.0.1:4443/")(FILE, contextIn(folder));
      await assertRejects(fetching, DownloadError, "--allow-host 127.0.0.1:4443");
    });
  },
});
