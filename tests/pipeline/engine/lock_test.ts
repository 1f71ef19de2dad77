import { assert, assertEquals, assertRejects } from "@std/assert";
import { dirname } from "node:path";
import { StoreError } from "../../../pipeline/engine/run_errors.ts";
import type { Tree } from "../../../pipeline/engine/files/tree.ts";
import { storeTree } from "../../../pipeline/engine/store/store_failure.ts";
import { isFree, type LockOwner, removeFree, withLock } from "../../../pipeline/engine/store/lock.ts";

/** Calls `work` with the path of a free lock, and the tree that it is in. */
async function withPath(work: (lock: { tree: Tree; path: string }) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-lock-" });
  try {
    await work({ tree: storeTree(folder), path: `${folder}/one.lock` });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const never = () => {
  throw new Error("It waits.");
};

Deno.test("withLock() reports the holder of the lock and since when, but no former holder", async () => {
  await withPath(async ({ tree, path }) => {
    const owners: (LockOwner | null)[] = [];
    const before = new Date().toISOString();
    const { promise: isEnough, resolve: enough } = Promise.withResolvers<void>();
    const first = withLock(tree, path, never, () => isEnough, { by: "first" });
    const second = withLock(tree, path, (owner) => owners.push(owner), () => Promise.resolve("done"), { by: "second" });
    const [owner] = owners;
    assert(owner !== null && owner.since >= before && owner.since <= new Date().toISOString());
    assertEquals([owner.pid, owner.host, owner.by], [Deno.pid, Deno.hostname(), "first"]);
    enough();
    await first;
    assertEquals(await second, "done");
    assertEquals(Deno.readTextFileSync(path), "");
  });
});

Deno.test("withLock() takes a free lock whose file contains a dead holder, or one on another host", async () => {
  await withPath(async ({ tree, path }) => {
    Deno.writeTextFileSync(
      path,
      JSON.stringify({ pid: 1, host: "elsewhere", since: new Date().toISOString(), by: "x" }),
    );
    assertEquals(
      await withLock(tree, path, never, () => Promise.resolve(Deno.readTextFileSync(path).includes("elsewhere"))),
      false,
    );
  });
});

Deno.test("withLock() waits for an unknown holder", async () => {
  await withPath(async ({ tree, path }) => {
    using file = Deno.openSync(path, { create: true, write: true });
    for (const text of ["", "torn {"]) {
      Deno.writeTextFileSync(path, text);
      file.lockSync(true);
      let owner: LockOwner | null | undefined;
      const waiting = withLock(tree, path, (one) => owner = one, () => Promise.resolve());
      assertEquals(owner, null);
      file.unlockSync();
      await waiting;
    }
  });
});

Deno.test("withLock() stops waiting with the signal's reason, without doing the work", async () => {
  await withPath(async ({ tree, path }) => {
    using file = Deno.openSync(path, { create: true, write: true });
    file.lockSync(true);
    const controller = new AbortController();
    const waiting = withLock(tree, path, () => {}, never, { signal: controller.signal });
    controller.abort(new Error("stopped"));
    await assertRejects(() => waiting, Error, "stopped");
    file.unlockSync();
    // The abandoned wait gets the lock in the end, and releases it.
    await withLock(tree, path, () => {}, () => Promise.resolve());
  });
});

Deno.test("withLock() releases the lock if the work throws", async () => {
  await withPath(async ({ tree, path }) => {
    await assertRejects(() => withLock(tree, path, never, () => Promise.reject(new Error("broken"))), Error, "broken");
    await withLock(tree, path, never, () => Promise.resolve());
  });
});

Deno.test("withLock() does the work on a file system without locks, and explains other failures", async () => {
  await withPath(async ({ tree, path }) => {
    const original = Deno.FsFile.prototype.tryLockSync;
    try {
      for (const number of [37, 38, 95]) {
        Deno.FsFile.prototype.tryLockSync = () => {
          throw new Error(`No locks available (os error ${number})`);
        };
        assertEquals(await withLock(tree, path, never, () => Promise.resolve(number)), number);
      }
      Deno.FsFile.prototype.tryLockSync = () => {
        throw new Error("Input/output error (os error 5)");
      };
      await assertRejects(() => withLock(tree, path, never, never), Error, "os error 5");
    } finally {
      Deno.FsFile.prototype.tryLockSync = original;
    }
    await assertRejects(() => withLock(tree, `${path}/below/x.lock`, never, never), StoreError, "--cache DIR");
  });
});

/** Calls `between` after the lock file was opened, and before it is locked. */
async function betweenOpenAndLock<T>(between: () => void, work: () => Promise<T>): Promise<T> {
  const { openSync } = Deno;
  Deno.openSync = (path, options) => {
    const file = openSync(path, options);
    Deno.openSync = openSync;
    between();
    return file;
  };
  try {
    return await work();
  } finally {
    Deno.openSync = openSync;
  }
}

Deno.test("withLock() locks the new file if its file was removed between opening and locking", async () => {
  await withPath(async ({ tree, path }) => {
    Deno.writeTextFileSync(path, "");
    const isHeld = () => Promise.resolve([isFree(tree, path), Deno.readTextFileSync(path).includes("me")]);
    const found = await betweenOpenAndLock(
      () => removeFree(tree, path),
      () => withLock(tree, path, never, isHeld, { by: "me" }),
    );
    assertEquals(found, [false, true]);
    // Another file is in its place.
    const replace = () => {
      removeFree(tree, path);
      Deno.writeTextFileSync(path, "");
    };
    assertEquals(await betweenOpenAndLock(replace, () => withLock(tree, path, never, isHeld, { by: "me" })), [
      false,
      true,
    ]);
  });
});

Deno.test("withLock() continues to wait, and reports it once, if the file it waited for was removed", async () => {
  await withPath(async ({ tree, path }) => {
    const first = Deno.openSync(path, { create: true, write: true });
    first.lockSync(true);
    let waits = 0;
    let done = false;
    const waiting = withLock(tree, path, () => void waits++, () => Promise.resolve(done = true));
    Deno.removeSync(path);
    using second = Deno.openSync(path, { create: true, write: true });
    second.lockSync(true);
    first.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    assertEquals(done, false, "another holder has the lock at the path");
    second.unlockSync();
    await waiting;
    assertEquals([waits, done], [1, true]);
  });
});

Deno.test("removeFree() ignores a lock that is held, and one that does not exist", async () => {
  await withPath(async ({ tree, path }) => {
    removeFree(tree, path);
    assertEquals(isFree(tree, path), false);
    await withLock(tree, path, never, () => {
      assertEquals(isFree(tree, path), false);
      removeFree(tree, path);
      return Promise.resolve();
    });
    assertEquals([Deno.statSync(path).isFile, isFree(tree, path)], [true, true]);
    removeFree(tree, path);
    assertEquals([...Deno.readDirSync(dirname(path))], []);
  });
});
