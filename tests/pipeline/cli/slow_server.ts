/** A web server that sends a file's bytes one by one, and knows ranges. */
import { join } from "node:path";

/** A server of a folder's files. */
export interface SlowServer extends AsyncDisposable {
  url: string;
  /** Bytes that were sent. */
  readonly sent: number;
  /** The ranges that were asked for. */
  readonly ranges: string[];
  /** From now on everything is sent at once. */
  hurry(): void;
}

/** Milliseconds between two pieces. */
const PAUSE = 5;
const PIECE_BYTES = 64;

/** Serves the files of `folder` on a port of this machine. */
export function serveSlowly(folder: string): SlowServer {
  let [sent, slow] = [0, true];
  const ranges: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const bytes = Deno.readFileSync(join(folder, new URL(request.url).pathname));
    const range = request.headers.get("range");
    if (range !== null) ranges.push(range);
    const from = Number(/\d+/.exec(range ?? "0")![0]);
    let at = from;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (slow) await new Promise((resolve) => setTimeout(resolve, PAUSE));
        const piece = bytes.slice(at, slow ? at + PIECE_BYTES : undefined);
        at += piece.length;
        sent += piece.length;
        if (piece.length === 0) controller.close();
        else controller.enqueue(piece);
      },
    });
    const headers: Record<string, string> = { etag: '"one"', "content-length": String(bytes.length - from) };
    if (range !== null) headers["content-range"] = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    return new Response(body, { status: range === null ? 200 : 206, headers });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    get sent() {
      return sent;
    },
    ranges,
    hurry: () => slow = false,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
