/** A web server on this machine that misbehaves on demand: it writes HTTP itself, so it can stop anywhere. */

/** A request as it arrived. */
export interface Received {
  path: string;
  /** By lower-case name. */
  headers: Record<string, string>;
}

/** What the server does with a request. */
export interface Answer {
  /** Status line after "HTTP/1.1 ". Default: "200 OK". */
  status?: string;
  headers?: Record<string, string>;
  body?: Uint8Array;
  /** Sends only this many bytes of the body, although the header Content-Length counts all of them. */
  cutAfter?: number;
  /** Keeps the connection open after the body, without sending anything. */
  hold?: boolean;
}

/** A running server. */
export interface TestServer {
  /** `http://127.0.0.1:PORT/`. */
  url: string;
  /** The requests so far. */
  received: Received[];
  /** Bytes of bodies sent so far. */
  sent: number;
}

/** Does `work` while a server responds with `answer`s (`count` is 0 for the first request). */
export async function withServer(
  answer: (request: Received, count: number) => Answer,
  work: (server: TestServer) => Promise<void>,
): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const server: TestServer = { url: `http://127.0.0.1:${listener.addr.port}/`, received: [], sent: 0 };
  const held: Deno.Conn[] = [];
  const serving = (async () => {
    for await (const connection of listener) {
      const request = await readRequest(connection);
      if (request === null) {
        connection.close();
        continue;
      }
      const given = answer(request, server.received.push(request) - 1);
      const body = (given.body ?? new Uint8Array(0)).subarray(0, given.cutAfter);
      try {
        await writeAll(connection, headOf(given));
        await writeAll(connection, body);
        server.sent += body.length;
      } catch {
        // The client may close the connection.
      }
      if (given.hold) held.push(connection);
      else connection.close();
    }
  })();
  try {
    await work(server);
  } finally {
    listener.close();
    for (const connection of held) connection.close();
    await serving;
  }
}

/** Answers like a correct server that has `bytes`: with the rest of them if the request asks for it. */
export function answerRange(bytes: Uint8Array, request: Received, validator: Record<string, string> = {}): Answer {
  const start = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
  const condition = request.headers["if-range"];
  if (start === undefined || (condition !== undefined && !Object.values(validator).includes(condition))) {
    return { headers: validator, body: bytes };
  }
  if (Number(start) >= bytes.length) {
    return { status: "416 Range Not Satisfiable", headers: { "content-range": `bytes */${bytes.length}` } };
  }
  const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
  return {
    status: "206 Partial Content",
    headers: { ...validator, "content-range": range },
    body: bytes.subarray(Number(start)),
  };
}

function headOf({ status = "200 OK", headers = {}, body }: Answer): Uint8Array {
  const lines = Object.entries({ "content-length": String(body?.length ?? 0), connection: "close", ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return new TextEncoder().encode(`HTTP/1.1 ${status}\r\n${lines.join("")}\r\n`);
}

async function readRequest(connection: Deno.Conn): Promise<Received | null> {
  let text = "";
  const chunk = new Uint8Array(4096);
  while (!text.includes("\r\n\r\n")) {
    const count = await connection.read(chunk);
    if (count === null) return null;
    text += new TextDecoder().decode(chunk.subarray(0, count));
  }
  const [first, ...lines] = text.split("\r\n\r\n")[0].split("\r\n");
  const headers = Object.fromEntries(lines.map((line) => {
    const [name, ...value] = line.split(":");
    return [name.toLowerCase(), value.join(":").trim()];
  }));
  return { path: first.split(" ")[1], headers };
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await connection.write(bytes.subarray(written));
}
