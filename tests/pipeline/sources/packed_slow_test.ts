/** Packed files as RFC 1952 allows them, from every source: several members, padding, any name, either digest. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { ChecksumError } from "../../../pipeline/engine/run_errors.ts";
import { file } from "../../../pipeline/sources/file.ts";
import { download } from "../../../pipeline/sources/https.ts";
import { contextIn, makeBytes, namesIn, sha256, withFolder } from "./scratch.ts";
import { withServer } from "./server.ts";

const NAME = "images";
const HELLO = new TextEncoder().encode("hello, world");
const EMPTY = gzipSync("");
const [HEL, LO] = [gzipSync("hel"), gzipSync("lo, world")];
const BYTES = makeBytes(5000);

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

interface Packed {
  of: string;
  packed: Uint8Array<ArrayBuffer>;
  content: Uint8Array<ArrayBuffer>;
}

/** Members whose ends are around the end of a piece that is unpacked at once, 4096 bytes. */
const AT_BORDER: Packed[] = Array.from({ length: 30 }, (_, i) => {
  const content = BYTES.slice(0, 4050 + i);
  const member = gzipSync(content, { level: 0 });
  return [
    {
      of: `a member of ${member.length} bytes and another`,
      packed: joined(member, LO),
      content: joined(content, HELLO.slice(3)),
    },
    { of: `a member of ${member.length} bytes and zeros`, packed: joined(member, new Uint8Array(5000)), content },
  ];
}).flat();

const GOOD: Packed[] = [
  { of: "one member", packed: joined(gzipSync(HELLO)), content: HELLO },
  { of: "two members", packed: joined(HEL, LO), content: HELLO },
  { of: "empty members around and between", packed: joined(EMPTY, HEL, EMPTY, EMPTY, LO, EMPTY), content: HELLO },
  { of: "one empty member", packed: joined(EMPTY), content: new Uint8Array() },
  { of: "a zero after the end", packed: joined(HEL, LO, new Uint8Array(1)), content: HELLO },
  { of: "many zeros after the end", packed: joined(HEL, LO, new Uint8Array(100_000)), content: HELLO },
  {
    of: "a thousand members",
    packed: joined(...Array<Uint8Array>(1000).fill(HEL)),
    content: new TextEncoder().encode("hel".repeat(1000)),
  },
  ...AT_BORDER,
];

Deno.test("the border of a piece is among the members' ends", () => {
  assertEquals(AT_BORDER.some(({ of }) => of === "a member of 4096 bytes and another"), true);
});

const BAD: [of: string, packed: Uint8Array<ArrayBuffer>][] = [
  ["other bytes after the end", joined(HEL, LO, HELLO)],
  ["zeros and other bytes after the end", joined(HEL, LO, new Uint8Array(10), HELLO)],
  ["zeros and another byte much later", joined(HEL, LO, new Uint8Array(10_000), HELLO)],
  ["a member after zeros", joined(HEL, new Uint8Array(3), LO)],
  ["half of a second member", joined(HEL, LO.subarray(0, LO.length - 9))],
  ["a second member without its last byte", joined(HEL, LO.subarray(0, -1))],
  ["the start of a second member's header", joined(HEL, LO.subarray(0, 5))],
  ["the first byte of a second member", joined(HEL, LO.subarray(0, 1))],
  ["a second member with a wrong checksum", joined(HEL, LO.map((byte, i) => (i === LO.length - 6 ? byte ^ 1 : byte)))],
  ["a second member with a wrong length", joined(HEL, LO.map((byte, i) => (i === LO.length - 1 ? byte ^ 1 : byte)))],
];

/** Fetches a packed file from a folder, under a name, or from a server. */
async function fetched(packed: Uint8Array<ArrayBuffer>, digest: string, from: "images" | "images.gz" | "server") {
  let bytes = new Uint8Array();
  await withFolder(async (folder) => {
    const scratch = join(folder, "scratch");
    await Deno.mkdir(scratch);
    const wanted = { name: NAME, sha256: digest };
    const take = async (fetching: Promise<{ path: string; digest: string }>) => {
      try {
        const produced = await fetching;
        bytes = await Deno.readFile(produced.path);
        assertEquals(produced.digest, sha256(bytes));
        assertEquals(namesIn(scratch), [digest]);
      } catch (error) {
        assertEquals(namesIn(scratch), []);
        throw error;
      }
    };
    if (from === "server") {
      await withServer(
        () => ({ body: packed }),
        ({ url }) => take(download(wanted, { url, gzip: true }, contextIn(scratch))),
      );
    } else {
      await Deno.writeFile(join(folder, from), packed);
      await take(file.fetch(wanted, { path: folder }, contextIn(scratch)));
      assertEquals(await Deno.readFile(join(folder, from)), packed, "the user's file stays");
    }
  });
  return bytes;
}

for (const from of ["images", "images.gz", "server"] as const) {
  Deno.test(`a packed file ${from} is unpacked; its digest may be that of the file or of its contents`, async () => {
    for (const { of, packed, content } of GOOD) {
      for (const digest of [sha256(content), sha256(packed)]) {
        assertEquals(await fetched(packed, digest, from), content, of);
      }
    }
  });

  Deno.test(`a packed file ${from} with anything but zeros after its end, or cut short, is refused`, async () => {
    for (const [of, packed] of BAD) {
      // Not even by the digest of the file as it is.
      for (const digest of [sha256(HELLO), sha256(packed)]) {
        const error = await assertRejects(() => fetched(packed, digest, from), ChecksumError, "damaged gzip file", of);
        assertStringIncludes(error.message, NAME);
      }
    }
  });
}

Deno.test("a packed file with a bit flipped anywhere gives the same bytes or an error", async () => {
  const packed = joined(HEL, LO);
  let same = 0;
  for (let bit = 0; bit < 8 * packed.length; bit++) {
    const flipped = packed.slice();
    flipped[bit >> 3] ^= 1 << (bit & 7);
    const bytes = await fetched(flipped, sha256(HELLO), "images.gz").catch((error) => {
      if (error instanceof ChecksumError) return null;
      throw error;
    });
    if (bytes !== null) assertEquals(bytes, HELLO, `bit ${bit}`);
    same += Number(bytes !== null);
  }
  // Nothing depends on the time, the level and the system in both headers: six bytes each.
  assert(same >= 2 * 8 * 6 && same < 8 * packed.length / 3, `${same} of ${8 * packed.length}`);
});

Deno.test("a packed file that is cut at any byte is refused", async () => {
  const packed = joined(HEL, LO);
  for (let length = 0; length < packed.length; length++) {
    await assertRejects(() => fetched(packed.slice(0, length), sha256(HELLO), "images.gz"), ChecksumError, NAME);
  }
});

Deno.test("the members of a zip bomb count together", async () => {
  const member = gzipSync(new Uint8Array(30_000_000));
  const packed = new Uint8Array(6 * member.length);
  for (let i = 0; i < 6; i++) packed.set(member, i * member.length);
  await assertRejects(() => fetched(packed, sha256(HELLO), "images.gz"), ChecksumError, "far more than its size");
});
