/** A results folder that somebody made to fill the memory. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { withFolder } from "../sources/scratch.ts";
import { listOf, writeRun } from "./served.ts";

const SCRIPT = join(import.meta.dirname!, "ui_memory.ts");
const MOST_GROWTH = 400 * 2 ** 20;
const EXPERIMENT = { name: "x", seed: 0, pipeline: { train: { model: ["linear(4,2)"], epochs: 3 } } };
const BEGIN = JSON.stringify({ run: "x", title: "t", epochs: 3, experiment: EXPERIMENT }) + "\n";

/** A log of about this many bytes, one line per epoch. */
function logOf(bytes: number): string {
  const line = (epoch: number) =>
    `{"epoch":${epoch},"figures":{"accuracy":0.5,"loss":1.25,"train_loss":${epoch % 7}}}\n`;
  return BEGIN +
    Array.from({ length: Math.floor((bytes - BEGIN.length) / line(100_000).length) }, (_, i) => line(i)).join("");
}

/** Writes hostile files; as sparse ones where only their size counts. */
const FILES: Record<string, (results: string) => void> = {
  huge: (results) => write(join(results, ".huge.live"), logOf(1e8)),
  long: (results) => write(join(results, ".long.live"), logOf(2 ** 24 - 1000)),
  wide: (results) =>
    write(
      join(writeRun(results, "wide"), "history.csv"),
      `epoch${",a".repeat(90)}\n` + `0${",1".repeat(90)}\n`.repeat(9e4),
    ),
  lists: (results) => write(join(writeRun(results, "lists"), "metrics.json"), `{"a":[${"[],".repeat(1.39e6)}1]}`),
  params: (results) => write(join(writeRun(results, "params"), "experiment.json"), manyParams()),
  sparse(results) {
    const folder = writeRun(results, "sparse");
    for (const name of ["report.html", "history.csv", "run.json"]) Deno.truncateSync(join(folder, name), 2 ** 33);
  },
  records(results) {
    const values = Array.from({ length: 2 ** 18 - 100 }, () => "1.5").join(",");
    const text = `{"status":"failed","epoch":3,"figures":{"loss":[${values}]}}`;
    write(join(results, ".records.unfinished.json"), text);
    for (let i = 0; i < 50; i++) write(join(results, `.more${i}.unfinished.json`), text);
  },
  metrics: (results) => Deno.truncateSync(join(writeRun(results, "metrics"), "metrics.json"), 2 ** 33),
};

function manyParams(): string {
  const train = Object.fromEntries(Array.from({ length: 15_000 }, (_, i) => [`k${i}`, i]));
  return JSON.stringify({ seed: 0, pipeline: { train } });
}

function write(path: string, text: string): void {
  Deno.writeTextFileSync(path, text);
}

Deno.test({
  name: "the ui takes a bounded amount of memory, whatever a results folder holds",
  // Only Linux keeps the peak of a stretch of work.
  ignore: Deno.build.os !== "linux",
  async fn() {
    await withFolder((results) => {
      writeRun(results, "good");
      for (const make of Object.values(FILES)) make(results);
      const notes = new Map(listOf(results).map(({ name, status, note }) => [name, `${status} ${note}`]));
      assertStringIncludes(notes.get("huge")!, "at most 16777216 are read");
      assertStringIncludes(notes.get("metrics")!, "8589934592 bytes, but at most 4194304 are read");
      assertEquals(notes.get("good"), "finished ");
      for (const name of ["sparse", "wide"]) assertStringIncludes(notes.get(name)!, "finished");
      for (const name of Object.keys(FILES)) {
        const args = ["run", "--no-check", "--allow-all", SCRIPT, results, "good", name];
        const { success, stdout, stderr } = new Deno.Command(Deno.execPath(), { args }).outputSync();
        assert(success, new TextDecoder().decode(stderr));
        const growth = Number(new TextDecoder().decode(stdout));
        assert(growth > 0 && growth < MOST_GROWTH, `${name}: it grew by ${(growth / 2 ** 20).toFixed(1)} MiB`);
      }
      return Promise.resolve();
    });
  },
});
