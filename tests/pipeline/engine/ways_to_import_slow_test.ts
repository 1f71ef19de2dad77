/** Whatever a stage imports, and however it is edited: it runs again if the edit can change its result. */
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { withProject, writeFiles } from "./ways_project.ts";
import { EDITS, IMPORTS, READS } from "./ways_to_import.ts";

const WAYS = Object.entries({ ...IMPORTS, ...READS, ...EDITS }).filter(([, { runs }]) => runs !== undefined);

Deno.test("a stage runs again after an edit, with the new result", async (test) => {
  for (const [way, { files, edit, runs }] of WAYS) {
    await test.step(way, async () => {
      await withProject(async (folder) => {
        writeFiles(folder, files);
        assertEquals([await run(folder), await run(folder)], [`run ${runs![0]}`, `hit ${runs![0]}`]);
        writeFiles(folder, edit!);
        assertEquals([await run(folder), await run(folder)], [`run ${runs![1]}`, `hit ${runs![1]}`]);
      });
    });
  }
});

async function run(folder: string): Promise<string> {
  const program = join(import.meta.dirname!, "ways_process.ts");
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: ["run", "-A", program, folder] }).output();
  const text = new TextDecoder();
  return (text.decode(stdout) || text.decode(stderr)).trim();
}
