/** The native kernels' threads: no bit depends on their number, nor on who else in the process computes. */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { loadNative, usableLibraries } from "../../../core/kernels/native.ts";
import { plain } from "../../../core/kernels/plain.ts";
import { withWork, WORK } from "./shared_work.ts";

const LIBRARIES = join(import.meta.dirname!, "../../../core/kernels/built");
const NAMES = Deno.build.os === "linux" ? await usableLibraries(LIBRARIES) : [];
const EXPECTED = new Map<string, Int32Array>();
if (NAMES.length > 0) { for (const name of WORK) withWork(name, (bitsWith) => EXPECTED.set(name, bitsWith(plain))); }

for (const library of NAMES) {
  for (const name of WORK) {
    Deno.test(`${library}: ${name} has the plain twin's bits with 1, 2, 3, 4 and 7 threads`, async () => {
      const { kernels, setThreads } = await loadNative(LIBRARIES, library);
      const expected = EXPECTED.get(name)!;
      assert(expected.some((bits) => bits !== 0));
      withWork(name, (bitsWith) => {
        for (const threads of [1, 2, 3, 4, 7, 2]) {
          assertEquals(setThreads(threads), threads);
          // Which thread computes what changes from time to time.
          for (let time = 0; time < 8; time++) {
            assert(bitsWith(kernels).every((bits, i) => bits === expected[i]), `${threads} threads`);
          }
        }
      });
      setThreads(1);
    });
  }
}

Deno.test("several Workers of one process compute the same bits", { ignore: NAMES.length === 0 }, async () => {
  const { setThreads } = await loadNative(LIBRARIES);
  setThreads(3);
  const workers = [1, 2, 3].map(() => new Worker(import.meta.resolve("./shared_work_worker.ts"), { type: "module" }));
  try {
    const found = workers.map((worker) =>
      new Promise<[string, Int32Array][]>((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = reject;
      })
    );
    for (const results of await Promise.all(found)) {
      for (const [name, bits] of results) assert(bits.every((value, i) => value === EXPECTED.get(name)![i]), name);
    }
  } finally {
    workers.forEach((worker) => worker.terminate());
    setThreads(1);
  }
});

/** The pool's threads in this process. Deno reads /proc only where everything is allowed. */
function threadsNow(): number {
  const list = ["-c", `cat /proc/${Deno.pid}/task/*/comm 2> /dev/null`];
  const { stdout } = new Deno.Command("sh", { args: list }).outputSync();
  return new TextDecoder().decode(stdout).split("\n").filter((name) => name === "retrace-kernels").length;
}

Deno.test("a helper that is about to sleep hears that it shall end", { ignore: NAMES.length === 0 }, async () => {
  const { setThreads } = await loadNative(LIBRARIES);
  for (let round = 0; round < 20_000; round++) [3, 3, 1].forEach(setThreads);
  assertEquals(setThreads(1), 1);
});

Deno.test("threads start and end when their number changes", { ignore: NAMES.length === 0 }, async () => {
  const { setThreads } = await loadNative(LIBRARIES);
  for (const count of [7, 2, 4, 1]) {
    assertEquals(setThreads(count), count);
    // A thread that has just started has no name yet, and one that has left the library is still listed for a moment.
    const deadline = Date.now() + 10_000;
    while (threadsNow() !== count - 1 && Date.now() < deadline) await new Promise((done) => setTimeout(done, 1));
    assertEquals(threadsNow(), count - 1);
  }
  assertEquals(setThreads(-5), 1);
  // Or fewer, where the system refuses so many.
  assert(setThreads(100_000) <= 256);
  assertEquals(setThreads(1), 1);
});
