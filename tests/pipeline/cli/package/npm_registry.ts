/**
 * A program: an npm registry on this machine that has one package, and gets all others from the registry that npm is
 * configured with. Arguments: the archive of the package, the URL of the other registry. Prints its own URL.
 */
import { createHash } from "node:crypto";

const [archive, other] = Deno.args;
const bytes = Deno.readFileSync(archive);
const unpacked = await new Response(
  new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")),
).bytes();
const manifest = JSON.parse(fileIn(unpacked, "package/package.json"));
const upstream = other.replace(/\/$/, "");

// It must be there before anything is asked for.
await (await fetch(`${upstream}/deno`)).body?.cancel();
Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: ({ port }) => console.log(`http://127.0.0.1:${port}`) }, answer);

async function answer(request: Request): Promise<Response> {
  const { pathname, search, origin } = new URL(request.url);
  if (pathname === `/${manifest.name}.tgz`) return new Response(bytes);
  if (pathname === `/${manifest.name}`) return Response.json(description(origin));
  const accept = request.headers.get("accept") ?? "*/*";
  const found = await fetch(upstream + pathname + search, { headers: { accept } });
  const type = found.headers.get("content-type") ?? "";
  // Its archives are to come from here as well.
  const body = type.includes("json") ? (await found.text()).replaceAll(upstream, origin) : found.body;
  return new Response(body, { status: found.status, headers: { "content-type": type } });
}

function description(origin: string) {
  const { name, version } = manifest;
  const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  const dist = { tarball: `${origin}/${name}.tgz`, integrity };
  return { name, "dist-tags": { latest: version }, versions: { [version]: { ...manifest, dist } } };
}

/** The text of a file in an archive. */
function fileIn(tar: Uint8Array, path: string): string {
  const text = (from: number, to: number) => new TextDecoder().decode(tar.subarray(from, to)).replace(/\0.*/s, "");
  for (let at = 0; at < tar.length;) {
    const size = parseInt(text(at + 124, at + 136), 8) || 0;
    if (text(at, at + 100) === path) return text(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`The archive has no ${path}.`);
}
