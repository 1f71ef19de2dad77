/** A small file never takes much memory, whatever it says of itself. */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { TARGETS } from "./hostile.ts";

const MOST_GROWTH = 64 * 2 ** 20;
const SCRIPT = join(import.meta.dirname!, "peak.ts");

/** By how many bytes a process grew at most while the reader read each of its hostile files. */
function growthOf(name: string): { growth: number; files: number } {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-memory-" });
  try {
    const run = (order: string) => {
      const args = ["run", "--no-check", "--allow-all", "--v8-flags=--expose-gc", SCRIPT, order, name, folder];
      const { success, stdout, stderr } = new Deno.Command(Deno.execPath(), { args }).outputSync();
      assert(success, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout);
    };
    run("write");
    const sizes = [...Deno.readDirSync(folder)].map(({ name }) => Deno.statSync(join(folder, name)).size);
    assertEquals(sizes.filter((size) => size > 2 ** 20), [], "hostile files are small");
    return { growth: Number(run("read")), files: sizes.length };
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

for (const name of Object.keys(TARGETS)) {
  Deno.test({
    name: `the reader of ${name} takes at most 64 MiB for a file of at most 1 MiB`,
    // Only Linux keeps the peak of a stretch of work.
    ignore: Deno.build.os !== "linux",
    fn() {
      const { growth, files } = growthOf(name);
      assert(files > 0);
      assert(growth >= 0 && growth <= MOST_GROWTH, `it grew by ${(growth / 2 ** 20).toFixed(1)} MiB`);
    },
  });
}
