/** Run by a test in a separate process: downloads a file, and prints the number of bytes whenever some arrive. */
import { https } from "../../../pipeline/sources/https.ts";

const [url, name, sha256, scratch] = Deno.args;
await https.fetch({ name, sha256 }, { url, gzip: false }, {
  scratch,
  projects: [],
  signal: new AbortController().signal,
  progress: (done) => console.log(done),
});
