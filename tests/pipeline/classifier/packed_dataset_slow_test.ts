/** Datasets whose files are named and listed as they were published: packed. */
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { FILE_ROLES } from "../../../pipeline/define/dataset.ts";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { finishRun } from "../results/finished_run.ts";

Deno.test("a run on packed files has the numbers of a run on the plain ones, whichever digests are listed", async () => {
  using small = makeSmallDataset({ train: 128, test: 64, epochs: 1 });
  const plain = await finishRun(small.config, small.path("cache"));
  const weights = plain.run.artifact("checkpoint").digest;
  const packed = FILE_ROLES.map((role) => {
    const bytes = Deno.readFileSync(join(small.data, role));
    const members = [gzipSync(bytes.subarray(0, 99)), gzipSync(bytes.subarray(99)), new Uint8Array(512)];
    const whole = Uint8Array.from(members.flatMap((member) => [...member]));
    Deno.writeFileSync(join(small.data, `${role}.gz`), whole);
    return [role, { name: `${role}.gz`, own: digestOfBytes(whole), content: digestOfBytes(bytes) }] as const;
  });
  for (const which of ["own", "content"] as const) {
    const { experiment } = small;
    experiment.pipeline.download.files = Object.fromEntries(
      packed.map(([role, file]) => [role, { name: file.name, sha256: file[which] }]),
    );
    const { run } = await finishRun(small.write(`${which}.json`, experiment), small.path(which));
    assertEquals(run.artifact("checkpoint").digest, weights, which);
  }
});
