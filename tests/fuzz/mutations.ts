/** Files damaged at random: real ones with bits flipped, pieces cut, added and doubled, and lengths that lie. */
import fc from "fast-check";

/** One change of a file. `at` and `length` are shares of the file, so that one change fits files of any size. */
interface Change {
  kind: "flip" | "cut" | "insert" | "double" | "remove" | "number" | "text";
  at: number;
  length: number;
  bits: number;
  number: bigint;
  bytes: Uint8Array;
  text: string;
}

/** Values that lengths, counts and offsets are hurt by. */
const NUMBERS = [0n, 1n, 255n, 0x7fffffffn, 0x80000000n, 0xffffffffn, 2n ** 53n, 2n ** 62n, 2n ** 63n, 2n ** 64n - 1n];
/** What texts are hurt by. */
const TEXTS = [
  "[",
  "{",
  '"',
  "\\",
  "-1",
  "1e999",
  "NaN",
  "null",
  "__proto__",
  "constructor",
  "..",
  "\u0000",
  "٣",
  "999999",
];

/** Any share is as likely as any other; fc.double would nearly always be next to 0. */
function share(most: number): fc.Arbitrary<number> {
  return fc.noBias(fc.integer({ min: 0, max: 2 ** 20 })).map((step) => step / 2 ** 20 * most);
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom<Change["kind"]>(
    ...["flip", "flip", "flip", "number", "number", "text", "text", "insert", "double", "remove", "cut"] as const,
  ),
  // Headers are at the start, and what is at the start is what readers believe.
  at: fc.oneof(share(1), share(0.1)),
  length: fc.oneof(share(0.02), share(0.3)),
  bits: fc.integer({ min: 1, max: 255 }),
  number: fc.oneof(fc.constantFrom(...NUMBERS), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }),
  text: fc.constantFrom(...TEXTS),
});

/** One of the files with one to four changes, or any bytes at all. */
export function damaged(files: readonly Uint8Array[]): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const changed = fc.tuple(fc.constantFrom(...files), fc.array(change, { minLength: 1, maxLength: 4 }))
    .map(([file, changes]) => changes.reduce(apply, Uint8Array.from(file)));
  return fc.oneof({ weight: 15, arbitrary: changed }, {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.from(bytes)),
  });
}

function apply(file: Uint8Array<ArrayBuffer>, change: Change): Uint8Array<ArrayBuffer> {
  const at = Math.min(Math.floor(change.at * file.length), Math.max(file.length - 1, 0));
  const end = Math.min(at + 1 + Math.floor(change.length * file.length), file.length);
  switch (change.kind) {
    case "flip": {
      const out = file.slice();
      if (out.length > 0) out[at] ^= change.bits;
      return out;
    }
    case "cut":
      return file.slice(0, at);
    case "insert":
      return joined(file.subarray(0, at), change.bytes, file.subarray(at));
    case "double":
      return joined(file.subarray(0, end), file.subarray(at));
    case "remove":
      return joined(file.subarray(0, at), file.subarray(end));
    case "number":
      return withNumber(file, at - at % 4, change.number, change.bits);
    case "text":
      return joined(file.subarray(0, at), new TextEncoder().encode(change.text), file.subarray(end));
  }
}

/** A number of 4 or 8 bytes, in either order, in the place of what was there. */
function withNumber(file: Uint8Array<ArrayBuffer>, at: number, number: bigint, bits: number): Uint8Array<ArrayBuffer> {
  const out = file.slice();
  const view = new DataView(out.buffer);
  const isLittle = bits % 2 === 0;
  if (bits % 3 === 0 && at + 8 <= out.length) view.setBigUint64(at, number, isLittle);
  else if (at + 4 <= out.length) view.setUint32(at, Number(number & 0xffffffffn), isLittle);
  return out;
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
