/** What the first run of an experiment adds to its lock, which another one may have written meanwhile. */
import { assertEquals, assertThrows } from "@std/assert";
import { addToLock } from "../../../pipeline/cli/front/write_lock.ts";
import { ConfigError, ResultsError } from "../../../pipeline/engine/run_errors.ts";
import { type Lock, readLock } from "../../../pipeline/experiment/lock_file.ts";
import { writeWhole } from "../../../pipeline/results/whole_file.ts";
import { withExperiments } from "../experiment/experiments.ts";

const lockOf = (...files: [name: string, digit: string][]): Lock =>
  Object.fromEntries(files.map(([name, digit]) => [`https://host/${name}`, { sha256: digit.repeat(64), size: 3 }]));

Deno.test("of two first runs, the later one completes the lock of the other, or is refused if it has fetched other bytes", () => {
  withExperiments(({ path }) => {
    const file = path("iris.json");
    const add = (found: Lock, isNew = false) => addToLock({ file, found, isNew }).lines.map(({ text }) => text);
    assertEquals(add(lockOf(["a", "1"])).length, 1);
    assertEquals(add(lockOf(["a", "1"], ["b", "2"]))[0].includes("a has not changed"), true);
    const both = lockOf(["a", "1"], ["b", "2"]);
    assertEquals(readLock(file), both);
    const error = assertThrows(() => add(lockOf(["a", "3"], ["c", "4"])), ConfigError, "was written while this ran");
    assertEquals(error.message.includes("https://host/a: 1111111111… (3 bytes) → 3333333333…"), true);
    assertEquals(readLock(file), both, "it stays as it was");
    assertEquals(add(lockOf(["a", "3"]), true)[0].includes("→ 3333333333…"), true);
    assertEquals(readLock(file), { ...both, ...lockOf(["a", "3"]) });
  });
});

Deno.test("no other process writes a file between what its new content depends on and its replacement", () => {
  withExperiments(({ path }) => {
    const write = (bytes: Uint8Array | (() => Uint8Array)) => writeWhole(path("a.lock.json"), bytes, "the lock");
    write(() => {
      assertThrows(() => write(new Uint8Array(1)), ResultsError, ".a.lock.json.new");
      return new Uint8Array(2);
    });
    assertEquals(Deno.readFileSync(path("a.lock.json")).length, 2);
  });
});
