/** Clients that are half open, slow, many, or do not read. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { changes, serveHttp } from "../../../pipeline/ui/http_server.ts";

const LIMITS = { patience: 200, idle: 200, connections: 4 };
const REQUEST = "GET /x HTTP/1.1\r\nHost: localhost\r\n";

interface Server {
  port: number;
  url: string;
  /** A connection that has sent this. */
  connect(text: string): Promise<Deno.TcpConn>;
}

async function withServer(answer: () => Response, work: (server: Server) => Promise<void>): Promise<void> {
  const end = new AbortController();
  const { port, finished } = await serveHttp(answer, 0, end.signal, LIMITS);
  const connect = async (text: string) => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    await connection.write(new TextEncoder().encode(text));
    return connection;
  };
  try {
    await work({ port, url: `http://127.0.0.1:${port}`, connect });
  } finally {
    end.abort();
    await finished;
  }
}

/** Everything that the server sends until it ends the connection. */
async function untilClosed(connection: Deno.TcpConn): Promise<string> {
  let text = "";
  const bytes = new Uint8Array(1 << 16);
  for (;;) {
    const count = await connection.read(bytes).catch(() => null);
    if (count === null) break;
    text += new TextDecoder().decode(bytes.subarray(0, count));
  }
  connection.close();
  return text;
}

const hello = () => new Response("hello");

Deno.test("a connection without a whole request is closed, and others are answered meanwhile", async () => {
  await withServer(hello, async ({ url, connect }) => {
    const parts = ["", "G", REQUEST, "GET / HTTP/1.1\r\n"];
    for (const part of parts) {
      const connection = await connect(part);
      assertEquals(await (await fetch(url)).text(), "hello");
      assert(!(await untilClosed(connection)).includes("hello"));
    }
    const body = await connect("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nab");
    await untilClosed(body);
    // An answered connection that goes on with half a request.
    const second = await connect(`${REQUEST}\r\n${REQUEST}`);
    assertEquals((await untilClosed(second)).split("hello").length, 2);
  });
});

Deno.test("headers that arrive letter by letter do not keep a connection open", async () => {
  await withServer(hello, async ({ connect }) => {
    const connection = await connect(`${REQUEST}X: `);
    const letter = new TextEncoder().encode("a");
    const drip = setInterval(() => void connection.write(letter).catch(() => {}), 20);
    assert(!(await untilClosed(connection)).includes("hello"));
    clearInterval(drip);
  });
});

Deno.test("there are only so many connections, and again some when the half-open ones have been closed", async () => {
  await withServer(hello, async ({ url, connect }) => {
    const held = await Promise.all(Array.from({ length: LIMITS.connections }, () => connect(REQUEST)));
    assertEquals(await untilClosed(await connect("")), "");
    await Promise.all(held.map(untilClosed));
    assertEquals(await (await fetch(url)).text(), "hello");
  });
});

Deno.test("a client that does not read is dropped, and little is kept for it", async () => {
  let parts = 0;
  let cancel = () => {};
  const cancelled = new Promise<void>((resolve) => cancel = resolve);
  const endless = () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          parts++;
          controller.enqueue(new Uint8Array(1 << 20));
        },
        cancel,
      }),
    );
  await withServer(endless, async ({ connect }) => {
    const connection = await connect(`${REQUEST}\r\n`);
    await cancelled;
    // The system itself keeps some megabytes for the connection.
    assert(parts < 50, `${parts} MiB`);
    connection.close();
  });
});

Deno.test("a stream of news makes none for a client that does not read them", async () => {
  let made = 0;
  let poll = () => {};
  const original = globalThis.setInterval;
  try {
    // The test polls.
    globalThis.setInterval = ((callback: () => void) => (poll = callback, 0)) as unknown as typeof setInterval;
    const reader = changes(() => "x".repeat(++made)).body!.getReader();
    await reader.read();
    for (let i = 0; i < 100; i++) poll();
    assert(made <= 3, `${made} snapshots`);
    // One that reads gets the newest.
    const before = made;
    for (let i = 0; i < 10; i++) {
      await reader.read();
      poll();
    }
    assert(made > before, "no news");
    await reader.cancel();
  } finally {
    globalThis.setInterval = original;
  }
});

Deno.test("an answer that cannot be made is an answer, and HEAD has none of its body", async () => {
  const fails = () => {
    throw new Error("no \u001b[2J");
  };
  await withServer(fails, async ({ url }) => {
    const response = await fetch(url);
    assertEquals([response.status, await response.text()], [500, "This page cannot be made: no \\u001b[2J\n"]);
  });
  let closed = 0;
  await withServer(() => changes(() => 1, () => closed++), async ({ url }) => {
    const response = await fetch(url, { method: "HEAD" });
    assertEquals([response.status, await response.text(), closed], [200, "", 1]);
  });
});

Deno.test("a port that is in use is an error with its code", async () => {
  await withServer(hello, async ({ port }) => {
    const error = await assertRejects(() => serveHttp(hello, port, new AbortController().signal));
    assertEquals((error as { code?: string }).code, "EADDRINUSE");
  });
});
