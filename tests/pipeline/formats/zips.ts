/** ZIP archives for tests, whose parts can be wrong. */
import { crc32, deflateRawSync } from "node:zlib";
import { joined } from "./pngs.ts";

/** A file of an archive: its bytes, and fields of its directory entry that are to have other values. */
export interface ZipPart {
  name: string;
  bytes: Uint8Array;
  deflated?: boolean;
  fields?: { crc?: number; packed?: number; size?: number; method?: number; flags?: number; local?: number };
}

/** An archive of these files, with a comment. */
export function zipOf(parts: readonly ZipPart[], comment = ""): Uint8Array<ArrayBuffer> {
  const [locals, entries]: [Uint8Array[], Uint8Array[]] = [[], []];
  let at = 0;
  for (const { name, bytes, deflated = false, fields = {} } of parts) {
    const packed = deflated ? new Uint8Array(deflateRawSync(bytes)) : bytes;
    const title = new TextEncoder().encode(name);
    const { crc = crc32(bytes), size = bytes.length, method = deflated ? 8 : 0, flags = 0, local = at } = fields;
    const shared = [20, flags, method, 0, 0];
    const lengths = [crc, fields.packed ?? packed.length, size];
    const header = joined([
      numbers([0x04034b50], 4),
      numbers(shared, 2),
      numbers(lengths, 4),
      numbers([title.length, 0], 2),
    ]);
    locals.push(header, title, packed);
    entries.push(
      joined([numbers([0x02014b50], 4), numbers([20, ...shared], 2), numbers(lengths, 4)]),
      joined([numbers([title.length, 0, 0, 0, 0], 2), numbers([0, local], 4), title]),
    );
    at += header.length + title.length + packed.length;
  }
  const directory = joined(entries);
  const counts = numbers([0, 0, parts.length, parts.length], 2);
  const end = joined([
    numbers([0x06054b50], 4),
    counts,
    numbers([directory.length, at], 4),
    numbers([comment.length], 2),
  ]);
  return joined([...locals, directory, end, new TextEncoder().encode(comment)]);
}

/** Little-endian numbers of so many bytes. */
function numbers(values: readonly number[], bytes: 2 | 4): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * bytes));
  values.forEach((value, i) => bytes === 2 ? view.setUint16(2 * i, value, true) : view.setUint32(4 * i, value, true));
  return new Uint8Array(view.buffer);
}
