/** The benchmarks are not run by tests; that they load, and keep to the house's size of files, is. */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { initialParameters, trainerOf } from "../../bench/job_trainer.ts";
import { JOBS } from "../../bench/jobs.ts";

const BENCH = fileURLToPath(new URL("../../bench/", import.meta.url));
const MOST_LINES = 250;

Deno.test("every benchmark's command line loads and explains itself", () => {
  for (const file of ["bench.ts", "peers.ts", "shapes.ts"]) {
    const args = [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-read",
      "--allow-env",
      "--allow-ffi",
      join(BENCH, file),
      "--help",
    ];
    const { code, stdout } = new Deno.Command(Deno.execPath(), { args }).outputSync();
    assertEquals(code, 0, file);
    assert(new TextDecoder().decode(stdout).includes("deno task bench"), file);
  }
});

Deno.test("every job can be trained, and its parameters are as many as its sizes say", () => {
  for (const job of JOBS) {
    if (job.sizes.length === 0) continue;
    const count = job.sizes.slice(1).reduce((sum, outputs, i) => sum + (job.sizes[i] + 1) * outputs, 0);
    assertEquals(initialParameters(job).length, count, job.name);
  }
  assertEquals(initialParameters(JOBS.find(({ name }) => name === "lenet")!).length, 61706);
});

Deno.test("the trainer of two-layer has the losses of the experiment: it is the experiment that is timed", () => {
  const { train_loss } = trainerOf(JOBS[0]).runEpoch(1);
  assertEquals(train_loss?.toFixed(6), "21.014524");
});

Deno.test(`no file of the benchmarks is longer than ${MOST_LINES} lines`, () => {
  assertEquals(filesUnder(BENCH).filter((path) => Deno.readTextFileSync(path).split("\n").length > MOST_LINES + 1), []);
});

function filesUnder(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesUnder(join(folder, name)) : [join(folder, name)]
  );
}
