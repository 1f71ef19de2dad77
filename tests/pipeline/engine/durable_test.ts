import { assertEquals } from "@std/assert";
import type { FileStatus } from "../../../pipeline/engine/files/entry.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { diskIo } from "../../../pipeline/engine/store/store_io.ts";
import { artifactPath, planToys, runToys, withCache } from "./bench.ts";
import { canMount, mount, unmount } from "./mounted.ts";

const mountable = canMount();

/** Calls `work`, and returns what it synced and renamed, in order. */
async function synced(work: () => unknown): Promise<string[]> {
  const events: string[] = [];
  const { openSync, renameSync } = Deno;
  Deno.openSync = (path, options) => {
    const file = openSync(path, options);
    const sync = file.syncSync.bind(file);
    file.syncSync = () => {
      events.push(`sync ${path}`);
      sync();
    };
    const syncLater = file.sync.bind(file);
    file.sync = async () => {
      await syncLater();
      events.push(`sync ${path}`);
    };
    return file;
  };
  Deno.renameSync = (from, to) => {
    events.push(`rename ${from} ${to}`);
    renameSync(from, to);
  };
  try {
    await work();
  } finally {
    [Deno.openSync, Deno.renameSync] = [openSync, renameSync];
  }
  return events;
}

Deno.test("diskIo(cache).makeFolder() syncs the parent of every folder that it makes", async () => {
  await withCache(async (cache) => {
    const parent = cache.slice(0, -"/cache".length);
    const make = () => diskIo(cache).makeFolder(`${cache}/artifacts/ab`);
    assertEquals(await synced(make), [`sync ${parent}`, `sync ${cache}`, `sync ${cache}/artifacts`]);
    assertEquals(await synced(make), []);
  });
});

for (
  const [name, put] of Object.entries({
    put: (store: Store, bytes: Uint8Array<ArrayBuffer>) => store.put(bytes),
    putPieces: (store: Store, bytes: Uint8Array<ArrayBuffer>) => store.putPieces([bytes]),
  })
) {
  Deno.test(`Store.${name}() syncs the bytes, then the folder's name, then the file's name`, async () => {
    await withCache(async (cache) => {
      const store = new Store(cache);
      await put(store, new Uint8Array(1));
      const events = await synced(() => put(store, new Uint8Array(2)));
      const target = events[2].split(" ")[2];
      const folder = target.slice(0, target.lastIndexOf("/"));
      assertEquals(events.map((event) => event.replace(/temporary\/[0-9a-f-]{36}/, "temporary/NEW")), [
        `sync ${cache}/temporary/NEW`,
        `sync ${cache}/artifacts`,
        `rename ${cache}/temporary/NEW ${target}`,
        `sync ${folder}`,
      ]);
      assertEquals(await synced(() => put(store, new Uint8Array(2))), [], "stored bytes are not written again");
    });
  });
}

Deno.test({
  name: "Store.put() stores read-only files",
  ignore: Deno.build.os === "windows",
  async fn() {
    await withCache((cache) => {
      const store = new Store(cache);
      Deno.writeTextFileSync(`${cache}.file`, "text");
      const { digest } = store.put(new TextEncoder().encode("text"));
      const modeOf = (path: string) => Deno.statSync(path).mode! & 0o777;
      assertEquals(modeOf(artifactPath(cache, digest)) & 0o333, 0);
      Deno.removeSync(artifactPath(cache, digest));
      store.put({ path: `${cache}.file`, digest });
      assertEquals(modeOf(artifactPath(cache, digest)) & 0o333, 0);
    });
  },
});

Deno.test({
  name: "runStages() uses results in a read-only cache",
  ignore: !mountable,
  async fn() {
    const folder = Deno.makeTempDirSync();
    mount(folder, "size=8m");
    try {
      const cache = `${folder}/cache`;
      // The text is large: its check would be remembered.
      const params = { words: { repeat: 160_000 } };
      const first = await runToys(cache, { params });
      mount(folder, "remount,ro");
      const disk = diskIo(cache);
      const old = { ...disk, status: (path: string) => aged(disk.status(path)) };
      const second = await runToys(cache, { params, io: old });
      assertEquals([second.work, second.digests], [[], first.digests]);
      assertEquals(planToys(cache, { params }).map(({ action }) => action), ["hit", "hit", "hit", "hit"]);
    } finally {
      unmount(folder);
      Deno.removeSync(folder);
    }
  },
});

/** A status from three days ago: checks would be remembered, and uses recorded. */
function aged(status: FileStatus | null): FileStatus | null {
  const age = 3 * 86_400_000;
  return status && { ...status, modified: status.modified - age, changed: status.changed! - age };
}

Deno.test({
  name: "Store.putPieces() needs no space for bytes that are already stored",
  ignore: !mountable,
  async fn() {
    const folder = Deno.makeTempDirSync();
    mount(folder, "size=8m");
    try {
      const store = new Store(`${folder}/cache`);
      const bytes = new Uint8Array(5 << 20).fill(7);
      const address = await store.putPieces([bytes]);
      assertEquals(await store.putPieces([bytes]), address);
      assertEquals([...Deno.readDirSync(`${folder}/cache/temporary`)], []);
    } finally {
      unmount(folder);
      Deno.removeSync(folder);
    }
  },
});
