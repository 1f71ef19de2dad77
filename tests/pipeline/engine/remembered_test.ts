import { assertEquals } from "@std/assert";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { diskIo } from "../../../pipeline/engine/store/store_io.ts";
import { AgedIo } from "./aged_io.ts";
import { artifactPath, withCache } from "./bench.ts";
import { type Damage, damage, DAMAGES, tickAfter } from "./tamper.ts";

/** Bytes that are large enough for a remembered check. */
function bigBytes(first: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(1 << 20);
  bytes[0] = first;
  return bytes;
}

Deno.test("Store.holds() reads a large artifact once if its file does not change", async () => {
  await withCache((cache) => {
    const io = new AgedIo(cache);
    const store = new Store(cache, io);
    const address = store.put(bigBytes(1));
    const path = artifactPath(cache, address.digest);
    const readsOfIt = () => io.reads.filter((read) => read === path).length;
    assertEquals([store.holds(address), readsOfIt()], [true, 1]);
    assertEquals([store.holds(address), new Store(cache, io).holds(address), readsOfIt()], [true, true, 1]);
  });
});

Deno.test("Store.holds() reads a small artifact every time", async () => {
  await withCache((cache) => {
    const io = new AgedIo(cache);
    const store = new Store(cache, io);
    const address = store.put(new Uint8Array(100));
    store.holds(address);
    store.holds(address);
    assertEquals(io.reads.filter((read) => read === artifactPath(cache, address.digest)).length, 2);
    assertEquals(io.notes, []);
  });
});

Deno.test("Store.holds() does not remember a check if the file changed just before", async () => {
  await withCache((cache) => {
    const notes: string[] = [];
    const disk = diskIo(cache);
    const io = {
      ...disk,
      // After the clock was set back, changes are in the future; they count as recent.
      status: (path: string) => {
        const status = disk.status(path);
        return status && { ...status, changed: Date.now() + 60_000 };
      },
      note: (path: string) => notes.push(path),
    };
    const store = new Store(cache, io);
    assertEquals([store.holds(store.put(bigBytes(1))), notes], [true, []]);
  });
});

Deno.test("Store.holds() does not remember a check if the system has no change times", async () => {
  await withCache((cache) => {
    const notes: string[] = [];
    const disk = diskIo(cache);
    const io = {
      ...disk,
      status: (path: string) => {
        const status = disk.status(path);
        return status && { ...status, changed: null };
      },
      note: (path: string) => notes.push(path),
    };
    const store = new Store(cache, io);
    assertEquals([store.holds(store.put(bigBytes(1))), notes], [true, []]);
  });
});

Deno.test("Store.holds() reads the bytes if the note of a check is damaged", async () => {
  await withCache(async (cache) => {
    const store = new Store(cache, new AgedIo(cache));
    const [address, other] = [store.put(bigBytes(1)), store.put(bigBytes(2))];
    store.holds(address);
    store.holds(other);
    const notePath = `${cache}/checked/${address.digest}`;
    const [note, otherNote] = [Deno.readFileSync(notePath), Deno.readFileSync(`${cache}/checked/${other.digest}`)];
    const damages = [() => otherNote, () => new TextEncoder().encode("{}"), ...Object.values(DAMAGES)];
    const holdsAfter = (change: Damage) => {
      Deno.writeFileSync(notePath, note);
      damage(notePath, change);
      return store.holds(address);
    };
    assertEquals(damages.map(holdsAfter), damages.map(() => true));
    await tickAfter([artifactPath(cache, address.digest)]);
    damage(artifactPath(cache, address.digest), DAMAGES["a bit flipped in the last byte"]);
    assertEquals([() => note, ...damages].map(holdsAfter), [false, ...damages.map(() => false)]);
  });
});
