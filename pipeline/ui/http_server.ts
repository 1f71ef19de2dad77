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
