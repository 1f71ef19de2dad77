import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { ChecksumError, CorruptArtifactError, StoreError } from "../../../pipeline/engine/run_errors.ts";
import { statusOfInput } from "../../../pipeline/engine/files/entry.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { diskIo } from "../../../pipeline/engine/store/store_io.ts";
import { artifactPath, withCache } from "./bench.ts";
import { damage, DAMAGES } from "./tamper.ts";

const BYTES = new TextEncoder().encode("some bytes");
const ADDRESS = { digest: digestOfBytes(BYTES), size: BYTES.length };

function exists(path: string): boolean {
  return statusOfInput(path) !== null;
}

Deno.test("Store.put() stores bytes under their SHA-256", async () => {
  await withCache((cache) => {
    const store = new Store(cache);
    for (const bytes of [BYTES, new Uint8Array(), new Uint8Array(9_000_000)]) {
      const address = store.put(bytes);
      assertEquals(address, { digest: digestOfBytes(bytes), size: bytes.length });
      assertEquals(digestOfBytes(store.artifact(address).bytes()), address.digest);
      assertEquals(store.holds(address), true);
    }
  });
});

Deno.test("Store.put() writes nothing if the bytes are already stored", async () => {
  await withCache((cache) => {
    new Store(cache).put(BYTES);
    const io = {
      ...diskIo(cache),
      writeDurably: () => {
        throw new Error("written again");
      },
    };
    assertEquals(new Store(cache, io).put(BYTES), ADDRESS);
  });
});

Deno.test("Store.put() writes bytes again if the stored ones are damaged", async () => {
  await withCache((cache) => {
    const store = new Store(cache);
    for (const change of Object.values(DAMAGES)) {
      store.put(BYTES);
      damage(artifactPath(cache, ADDRESS.digest), change);
      assertEquals(store.holds(ADDRESS), false);
      assertEquals(store.artifact(store.put(BYTES)).bytes(), BYTES);
    }
  });
});

/** 9 MB whose MiBs differ, so pieces in another order are other bytes. */
const LARGE = Uint8Array.from({ length: 9_000_000 }, (_, i) => i >> 16);

/** Bytes in pieces of a length, made when they are asked for; every piece is in the same memory. */
function* inPieces(bytes: Uint8Array<ArrayBuffer>, length: number): Generator<Uint8Array<ArrayBuffer>> {
  const piece = new Uint8Array(length);
  for (let start = 0; start < bytes.length; start += length) {
    const part = bytes.subarray(start, start + length);
    piece.set(part);
    yield piece.subarray(0, part.length);
  }
}

Deno.test("Store.putPieces() stores the same as put(), writes no stored bytes again, and replaces damaged ones", async () => {
  await withCache(async (cache) => {
    const store = new Store(cache);
    for (const bytes of [new Uint8Array(), BYTES, LARGE]) {
      const address = await store.putPieces([bytes]);
      assertEquals(address, new Store(`${cache}-other`).put(bytes));
      assertEquals(store.artifact(address).bytes(), bytes);
      const before = Deno.statSync(artifactPath(cache, address.digest));
      for (const length of [1 << 20, 700_001]) {
        assertEquals(await new Store(cache).putPieces(inPieces(bytes, length)), address);
        assertEquals(await new Store(`${cache}-${length}`).putPieces(inPieces(bytes, length)), address);
        assertEquals(new Store(`${cache}-${length}`).artifact(address).bytes(), bytes);
      }
      assertEquals(Deno.statSync(artifactPath(cache, address.digest)), before);
    }
    for (const change of Object.values(DAMAGES)) {
      damage(artifactPath(cache, ADDRESS.digest), change);
      assertEquals(store.artifact(await store.putPieces([BYTES])).bytes(), BYTES);
    }
    assertEquals([...Deno.readDirSync(`${cache}/temporary`)], []);
  });
});

Deno.test("Store.putPieces() leaves no file, and throws the same, if the store fails, or what makes the pieces", async () => {
  await withCache(async (cache) => {
    const store = new Store(cache);
    store.put(BYTES);
    const broken = function* () {
      yield LARGE;
      throw new RangeError("no more");
    };
    await assertRejects(() => store.putPieces(broken()), RangeError, "no more");
    assertEquals(store.holds({ digest: digestOfBytes(LARGE), size: LARGE.length }), false);
    const disk = diskIo(cache);
    const io = {
      ...disk,
      status: (path: string) => {
        if (path.includes("/artifacts/")) throw new StoreError("no answer");
        return disk.status(path);
      },
    };
    await assertRejects(() => new Store(cache, io).putPieces([LARGE]), StoreError, "no answer");
    assertEquals([...Deno.readDirSync(`${cache}/temporary`)], []);
  });
});

Deno.test("Store.put() copies a file, or moves it if permitted and in the cache", async () => {
  await withCache((cache) => {
    for (const [isInside, move] of [[true, false], [true, true], [false, false], [false, true]]) {
      const store = new Store(`${cache}-${isInside}-${move}`);
      const path = isInside ? `${store.scratch("stage", "key")}/file` : `${cache}.file`;
      Deno.writeFileSync(path, BYTES);
      assertEquals(store.put({ path, digest: ADDRESS.digest, move }), ADDRESS);
      assertEquals(store.artifact(ADDRESS).bytes(), BYTES);
      assertEquals(exists(path), !(isInside && move));
    }
  });
});

Deno.test("Store.put() throws a ChecksumError, and changes nothing, if a file has other bytes than declared", async () => {
  await withCache((cache) => {
    const path = `${cache}.file`;
    const store = new Store(cache);
    for (const found of ["other text", "short", ""]) {
      Deno.writeTextFileSync(path, found);
      const put = () => store.put({ path, digest: ADDRESS.digest, move: true });
      assertThrows(put, ChecksumError, digestOfBytes(new TextEncoder().encode(found)));
      assertEquals([exists(path), store.holds(ADDRESS)], [true, false]);
    }
    assertEquals(diskIo(cache).list(`${cache}/temporary`), []);
    store.put(BYTES);
    Deno.writeTextFileSync(path, "short");
    assertThrows(() => store.put({ path, digest: ADDRESS.digest }), ChecksumError);
    assertEquals(store.holds(ADDRESS), true);
  });
});

Deno.test("Artifact.readInto() fills the target, and rejects a target of another size", async () => {
  await withCache((cache) => {
    const store = new Store(cache);
    const artifact = store.artifact(store.put(BYTES));
    const target = new Uint8Array(BYTES.length);
    artifact.readInto(target);
    assertEquals(target, BYTES);
    assertThrows(() => artifact.readInto(new Uint8Array(9)), TypeError, "has 10 bytes, but the target has 9");
  });
});

Deno.test("Artifact.pieces() are the bytes in order, at most a MiB each, and keep theirs", async () => {
  await withCache(async (cache) => {
    const store = new Store(cache);
    for (const bytes of [new Uint8Array(), BYTES, LARGE, LARGE.slice(0, 2 << 20)]) {
      const pieces = [...store.artifact(store.put(bytes)).pieces()];
      assertEquals(pieces.filter(({ length }) => length > 1 << 20), []);
      assertEquals(new Uint8Array(await new Blob(pieces).arrayBuffer()), bytes);
    }
  });
});

Deno.test("Artifact.pieces() throw a CorruptArtifactError instead of the last one if any byte does not match", async () => {
  for (const [name, change] of Object.entries(DAMAGES)) {
    if (name === "a byte added") continue;
    await withCache((cache) => {
      const store = new Store(cache);
      const address = store.put(LARGE);
      damage(artifactPath(cache, address.digest), change);
      assertEquals(store.holds(address), false, name);
      let read = 0;
      assertThrows(
        () => {
          for (const piece of store.artifact(address).pieces()) read += piece.length;
        },
        CorruptArtifactError,
        address.digest,
      );
      assert(read < LARGE.length, name);
      assertEquals(exists(artifactPath(cache, address.digest)), false, "the damaged file is removed");
    });
  }
});

for (const [name, change] of Object.entries(DAMAGES)) {
  Deno.test(`Artifact.bytes() returns the correct bytes or throws a CorruptArtifactError if the file has ${name}`, async () => {
    await withCache((cache) => {
      const store = new Store(cache);
      const artifact = store.artifact(store.put(BYTES));
      const path = artifactPath(cache, ADDRESS.digest);
      damage(path, change);
      if (name === "a byte added") {
        assertEquals(artifact.bytes(), BYTES);
      } else {
        assertThrows(() => artifact.bytes(), CorruptArtifactError, ADDRESS.digest);
        assertEquals(exists(path), false, "the damaged file is removed");
      }
    });
  });
}

Deno.test("Store.put() removes what killed processes left an hour ago, and nothing more recent", async () => {
  await withCache((cache) => {
    const folder = `${cache}/temporary`;
    Deno.mkdirSync(folder, { recursive: true });
    const now = Date.now();
    for (const [name, minutes] of [["old", 61], ["young", 59]] as const) {
      Deno.writeTextFileSync(`${folder}/${name}`, "half");
      const time = new Date(now - minutes * 60_000);
      Deno.utimeSync(`${folder}/${name}`, time, time);
    }
    new Store(cache).put(BYTES);
    assertEquals(diskIo(cache).list(folder), ["young"]);
  });
});

Deno.test("Store.put() throws a StoreError with advice if the cache is a file", async () => {
  await withCache((cache) => {
    Deno.writeTextFileSync(cache, "");
    assertThrows(() => new Store(cache).put(BYTES), StoreError, "choose another with --cache DIR");
  });
});
