/**
 * HTTP on this machine, for clients that may be half open, slow or many: requests have to arrive in time, connections are
 * few, and a client that does not read what it asked for is dropped. Deno.serve has no such limits.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { visible } from "../text/visible.ts";

/** What a server grants its clients. Times are in milliseconds. */
export interface HttpLimits {
  /** Until a request has arrived, from its first byte or from the connection; and until what is sent has been read. */
  patience: number;
  /** How long a connection without a request stays open. */
  idle: number;
  /** How many connections are open at once. An open page has one. */
  connections: number;
}

const LIMITS: HttpLimits = { patience: 10_000, idle: 5000, connections: 100 };

/** A request, as far as it is of interest: what it asks for is not its body. */
export type Asked = Pick<IncomingMessage, "method" | "headers" | "url">;

/**
 * Answers requests at 127.0.0.1; port 0 takes any that is free. `signal` ends it, and `finished` settles when it has
 * ended. @throws an error with the code EADDRINUSE if the port is in use.
 */
export async function serveHttp(
  answer: (asked: Asked) => Response,
  port: number,
  signal: AbortSignal,
  { patience, idle, connections }: HttpLimits = LIMITS,
): Promise<{ port: number; finished: Promise<void> }> {
  const server = createServer({
    headersTimeout: patience,
    requestTimeout: patience,
    connectionsCheckingInterval: patience / 4,
    keepAliveTimeout: idle,
  });
  server.maxConnections = connections;
  server.on("request", (asked, to) => {
    send(responseTo(asked, answer), asked, to, patience).catch(() => void to.destroy());
  });
  const { promise: finished, resolve: end } = Promise.withResolvers<void>();
  server.on("close", end);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  if (signal.aborted) close();
  else signal.addEventListener("abort", close, { once: true });
  return { port: (server.address() as { port: number }).port, finished };
}

function responseTo(asked: Asked, answer: (asked: Asked) => Response): Response {
  try {
    return answer(asked);
  } catch (error) {
    const reason = visible(error instanceof Error ? error.message : String(error));
    return new Response(`This page cannot be made: ${reason}\n`, {
      status: 500,
      headers: { "content-type": "text/plain" },
    });
  }
}

/** Sends a response as fast as it is read. */
async function send(response: Response, { method }: Asked, to: ServerResponse, patience: number): Promise<void> {
  const reader = response.body?.getReader();
  // Also of a stream that never ends: its client has gone.
  to.on("close", () => void reader?.cancel().catch(() => {}));
  to.writeHead(response.status, Object.fromEntries(response.headers));
  if (method === "HEAD") await reader?.cancel();
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader!.read()) {
    if (!to.write(part.value)) await drained(to, patience);
    if (to.destroyed) return;
  }
  to.end();
}

/** Resolves when the client has read what was sent, or is gone; one that does not read is dropped. */
async function drained(to: ServerResponse, patience: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => to.destroy(), patience);
  to.once("drain", resolve);
  to.once("close", resolve);
  await promise;
  clearTimeout(timer);
}

/** Why a request is rejected: it is not of this server's own pages, and others run in the same browser. Or null. */
export function refusal(
  { headers, method = "" }: Pick<Asked, "headers" | "method">,
): { status: number; text: string } | null {
  const { host, origin, "sec-fetch-site": site } = headers;
  // A request under another name for this address comes from another site (DNS rebinding). The port may be any: a tunnel,
  // as of ssh -L, has its own.
  if (!isLoopback(host)) {
    return {
      status: 421,
      text: "This page is served to this machine only: open it as http://127.0.0.1 or http://localhost, with the port.",
    };
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return { status: 403, text: "Requests from other sites are rejected." };
  }
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    // A link to a page may be followed from anywhere: the answer is shown to the user, not to the other site.
    const isFollowedLink = method === "GET" && headers["sec-fetch-mode"] === "navigate" &&
      headers["sec-fetch-dest"] === "document";
    return isFollowedLink ? null : { status: 403, text: "Requests from other sites are rejected." };
  }
  return ["GET", "HEAD"].includes(method) ? null : { status: 405, text: "This server is read-only." };
}

/** Whether a Host header names this machine whatever a DNS server says: localhost, *.localhost, 127.0.0.0/8 or [::1]. */
function isLoopback(host = ""): boolean {
  const [, name] = /^(.+?)(?::\d{1,5})?$/.exec(host.toLowerCase()) ?? [];
  if (name === undefined) return false;
  const [first, ...bytes] = name.split(".");
  const isAddress = first === "127" && bytes.length === 3 &&
    bytes.every((byte) => /^(0|[1-9]\d{0,2})$/.test(byte) && Number(byte) < 256);
  return isAddress || name === "[::1]" || /^([a-z0-9_-]+\.)*localhost\.?$/.test(name);
}

const POLL_INTERVAL_MS = 200;
/** After this many polls without a change, an empty line is sent, which reveals a lost connection. */
const QUIET_POLLS = 50;

/** Sends `snapshot()` as JSON until the client has gone, then calls `close`. If `snapshot` throws, the stream ends. */
export function changes(snapshot: () => unknown, close: () => void = () => {}): Response {
  let timer: ReturnType<typeof setInterval>;
  let sent = "";
  let quiet = 0;
  const end = () => {
    clearInterval(timer);
    close();
  };
  const body = new ReadableStream<string>({
    start(controller) {
      const send = () => {
        const data = JSON.stringify(snapshot());
        quiet = data === sent ? quiet + 1 : 0;
        if (data !== sent) controller.enqueue(`data: ${data}\n\n`);
        else if (quiet % QUIET_POLLS === 0) controller.enqueue(":\n\n");
        sent = data;
      };
      const poll = () => {
        // A client that does not read gets the present state when it does.
        if ((controller.desiredSize ?? 0) <= 0) return;
        try {
          send();
        } catch {
          // Thrown by a timer, it would end the server.
          end();
          controller.close();
        }
      };
      controller.enqueue("retry: 1000\n\n");
      timer = setInterval(poll, POLL_INTERVAL_MS);
      poll();
    },
    cancel: end,
  });
  return new Response(body.pipeThrough(new TextEncoderStream()), { headers: { "content-type": "text/event-stream" } });
}
