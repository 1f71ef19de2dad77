/** A web server with a certificate of its own authority, as a university may have. It knows ranges, and can stop in the middle. */
import { join } from "node:path";

/** A server of a folder's files. */
export interface HttpsServer extends AsyncDisposable {
  url: string;
  /** The certificate of its authority. */
  authority: string;
  /** What was requested, "NAME" or "NAME RANGE"; and the bytes that were sent. */
  readonly requests: string[];
  sent: number;
  /** Nothing after the first bytes of this file is sent; `stuck` is called then. */
  stopAt: { name: string; stuck: () => void } | null;
}

/** What is sent of a file at which it stops. */
const FIRST_BYTES = 1000;

/** Whether certificates can be made here. */
export function hasOpenssl(): boolean {
  try {
    return new Deno.Command("openssl", { args: ["version"], stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

/** Serves the files of `folder`; `place` is for its certificates. */
export function serveHttps(folder: string, place: string): HttpsServer {
  const authority = certificatesIn(place);
  const [cert, key] = ["server.pem", "server.key"].map((name) => Deno.readTextFileSync(join(place, name)));
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, cert, key, onListen() {} }, (request) => {
    const name = decodeURIComponent(new URL(request.url).pathname.slice(1));
    const range = request.headers.get("range");
    served.requests.push(range === null ? name : `${name} ${range}`);
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      bytes = Deno.readFileSync(join(folder, name));
    } catch {
      return new Response("nothing", { status: 404 });
    }
    const [from, size] = [Number(/\d+/.exec(range ?? "0")![0]), bytes.length];
    const headers: Record<string, string> = { etag: `"${bytes.at(-1)}"` };
    if (from >= size) return new Response(null, { status: 416, headers: { "content-range": `bytes */${size}` } });
    if (range !== null) headers["content-range"] = `bytes ${from}-${size - 1}/${size}`;
    const stop = served.stopAt?.name === name ? served.stopAt : null;
    const rest = bytes.subarray(from, stop === null ? size : from + FIRST_BYTES);
    served.sent += rest.length;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        controller.enqueue(rest);
        if (stop === null) controller.close();
        else stop.stuck();
      },
    });
    return new Response(body, { status: range === null ? 200 : 206, headers });
  });
  const served: HttpsServer = {
    url: `https://localhost:${server.addr.port}/`,
    authority,
    requests: [],
    sent: 0,
    stopAt: null,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
  return served;
}

/** Makes a certificate for this machine and the authority that signs it, whose certificate's path is returned. */
function certificatesIn(place: string): string {
  const path = (name: string) => join(place, name);
  const openssl = (...args: string[]) => {
    const { success, stderr } = new Deno.Command("openssl", { args }).outputSync();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
  };
  const keys = (name: string) => ["-newkey", "rsa:2048", "-nodes", "-keyout", path(name)];
  openssl("req", "-x509", ...keys("own.key"), "-out", path("own.pem"), "-days", "2", "-subj", "/CN=Test authority");
  openssl("req", ...keys("server.key"), "-out", path("server.csr"), "-subj", "/CN=localhost");
  Deno.writeTextFileSync(path("names"), "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n");
  const signed = ["-CA", path("own.pem"), "-CAkey", path("own.key"), "-CAcreateserial", "-days", "2"];
  openssl("x509", "-req", "-in", path("server.csr"), ...signed, "-out", path("server.pem"), "-extfile", path("names"));
  return path("own.pem");
}
