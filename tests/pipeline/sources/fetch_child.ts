/** Run by a test as a process of its own: fetches a file, and prints how many bytes it has each time some arrive. */
import { https } from "../../../pipeline/sources/https.ts";

const [url, name, sha256, scratch] = Deno.args;
await https.fetch({ name, sha256 }, { url, gzip: false }, {
  scratch,
  signal: new AbortController().signal,
  progress: (done) => console.log(done),
});
