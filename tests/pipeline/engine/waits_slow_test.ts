/** Runs and garbage collections that wait for each other say so, and a run hears its signal while it waits. */
import { assertEquals, assertRejects } from "@std/assert";
import { collectGarbage } from "../../../pipeline/engine/cache/gc.ts";
import type { LockOwner } from "../../../pipeline/engine/store/lock.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { makeGate } from "../../torture/gc_during_run.ts";
import { runToys, withCache } from "./bench.ts";

/** Declares a test with a cache. Windows has no named pipes in folders. */
function test(name: string, work: (cache: string) => Promise<void>): void {
  Deno.test({ name, ignore: Deno.build.os === "windows", fn: () => withCache(work) });
}

/** Starts a garbage collection that waits at a named pipe once it has closed the gate. */
function startGc(cache: string) {
  const pipe = makeGate(`${cache}.pipe`);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-read", "--allow-write", "--allow-sys=hostname", "--allow-run=deno"].concat(
      new URL("./gc_child.ts", import.meta.url).href,
      cache,
      pipe.path,
    ),
    stdout: "piped",
  }).spawn();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  return {
    pid: child.pid,
    pipe,
    async says(line: string) {
      assertEquals((await output.read()).value, `${line}\n`);
    },
    async ends() {
      await output.cancel();
      assertEquals((await child.status).success, true);
    },
  };
}

test("a run says which garbage collection it waits for, hears its signal, and continues afterwards", async (cache) => {
  await runToys(cache);
  const store = new Store(cache);
  const gc = startGc(cache);
  await gc.says("closed");
  await gc.pipe.reached();
  const controller = new AbortController();
  const owners: (LockOwner | null)[] = [];
  const onWait = (owner: LockOwner | null) => void owners.push(owner);
  const stop = (owner: LockOwner | null) => {
    onWait(owner);
    controller.abort(new Error("stopped"));
  };
  const never = () => Promise.reject(new Error("The run continues."));
  await assertRejects(() => store.leased(never, { onWait: stop, signal: controller.signal }), Error, "stopped");
  const waiting = store.leased(() => Promise.resolve("done"), {
    onWait(owner) {
      onWait(owner);
      gc.pipe.open();
    },
  });
  assertEquals(await waiting, "done");
  for (const owner of owners) {
    assertEquals([owner?.by, owner?.pid, owner?.host], ["cache gc", gc.pid, Deno.hostname()]);
  }
  assertEquals(owners.length, 2);
  await gc.ends();
});

test("a run that looks something up says which garbage collection it waits for", async (cache) => {
  const store = new Store(cache);
  const address = store.put(new Uint8Array(10));
  const pids: unknown[] = [];
  let gc: ReturnType<typeof startGc>;
  const onWait = (owner: LockOwner | null) => {
    pids.push(owner?.pid);
    gc.pipe.open();
  };
  await store.leased(async () => {
    gc = startGc(cache);
    await gc.says("closed");
    await gc.pipe.reached();
    store.holds(address);
    await gc.ends();
    assertEquals(pids, [gc.pid]);
  }, { onWait });
});

test("a garbage collection says that it waits for a run", async (cache) => {
  await runToys(cache);
  const shared = Deno.openSync(`${cache}/locks/store.lock`, { read: true });
  shared.lockSync(false);
  const gc = startGc(cache);
  await gc.says("waits");
  shared.close();
  await gc.says("closed");
  await gc.pipe.reached();
  gc.pipe.open();
  await gc.ends();
});

test("a garbage collection says which other one it waits for", async (cache) => {
  await runToys(cache);
  const gc = startGc(cache);
  await gc.says("closed");
  await gc.pipe.reached();
  const pids: unknown[] = [];
  const onWait = (owner: LockOwner | null) => {
    pids.push(owner?.pid);
    gc.pipe.open();
  };
  collectGarbage(new Store(cache), {}, () => new Set(), { onWait });
  assertEquals(pids, [gc.pid]);
  await gc.ends();
});
