/**
 * ZIP archives (PKWARE's APPNOTE.TXT): entries that are stored or deflated, of up to 4 GiB. The directory at the end says
 * what there is; an entry is checked against its length and its CRC-32.
 */
import { crc32, inflateRawSync } from "node:zlib";
import { FormatError } from "../../core/errors.ts";
import { mostUnpacked } from "../define/unpacked_size.ts";
import { copyShared, type InPieces } from "./pieces.ts";

/** A file of an archive: its unpacked length, and its bytes, for which the archive is read. @throws FormatError if damaged. */
export interface ZipEntry {
  readonly size: number;
  bytes(): Uint8Array<ArrayBuffer>;
}

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const [LOCAL_BYTES, CENTRAL_BYTES, END_BYTES] = [30, 46, 22];
const [STORED, DEFLATED] = [0, 8];
const ENCRYPTED = 1;
/** The length of what is 4 GiB or longer. */
const LARGE = 0xffffffff;
/** The directory and what follows it: enough for 65,535 entries with names of 200 bytes. */
const MAX_TAIL = 1 << 24;

/** The entries of an archive by name; `label` names it in messages. @throws FormatError if it is none. */
export function zipEntries(file: InPieces, label: string): Map<string, ZipEntry> {
  const fail = (problem: string) => new FormatError(`${label}: ${problem}`);
  const damaged = (where: string) => fail(`the archive is damaged ${where}. Create it again.`);
  const bytes = tailOf(file);
  const view = new DataView(bytes.buffer);
  const before = file.size - bytes.length;
  const end = endOf(view);
  if (end === -1) throw fail("expected a ZIP archive, which has a directory at its end, but found none.");
  const entries = new Map<string, ZipEntry>();
  let at = view.getUint32(end + 16, true) - before;
  for (let i = 0; i < view.getUint16(end + 10, true); i++) {
    if (at < 0 || at + CENTRAL_BYTES > end || view.getUint32(at, true) !== CENTRAL) throw damaged("in its directory");
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const [crc, packed, size] = [16, 20, 24].map((field) => view.getUint32(at + field, true));
    const [nameBytes, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const name = new TextDecoder().decode(bytes.slice(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes));
    const local = view.getUint32(at + 42, true);
    entries.set(name, { size, bytes: () => unpacked(name, { flags, method, crc, packed, size, local }) });
    at += CENTRAL_BYTES + nameBytes + extra + comment;
  }
  return entries;

  function unpacked(name: string, { flags, method, crc, packed, size, local }: Record<string, number>) {
    const entry = `in ${JSON.stringify(name)}`;
    if ((flags & ENCRYPTED) !== 0 || (method !== STORED && method !== DEFLATED) || Math.max(packed, size) === LARGE) {
      throw fail(
        `expected entries that are stored or deflated, of less than 4 GiB and without a password; not so ${entry}.`,
      );
    }
    if (size > mostUnpacked(file.size)) {
      throw fail(
        `expected at most ${mostUnpacked(file.size)} bytes for an archive of its size, but found ${size} ${entry}.`,
      );
    }
    if (local + LOCAL_BYTES + packed > before + end) throw damaged(entry);
    const content = contentAt(file, local, packed);
    const whole = content === null || method === STORED ? content : inflated(content, size);
    if (whole?.length !== size || crc32(whole) !== crc) throw damaged(entry);
    return whole;
  }
}

/** The end of an archive, with its directory. */
function tailOf(file: InPieces): Uint8Array<ArrayBuffer> {
  const tail = new Uint8Array(Math.min(file.size, MAX_TAIL));
  let first = 0;
  for (const piece of file.pieces()) {
    copyShared(tail, file.size - tail.length, piece, first);
    first += piece.length;
  }
  return tail;
}

/** The `length` packed bytes of the entry whose header is at byte `local`; null if there is no header, or the file ends. */
function contentAt(file: InPieces, local: number, length: number): Uint8Array<ArrayBuffer> | null {
  const [header, content] = [new Uint8Array(LOCAL_BYTES), new Uint8Array(length)];
  const fields = new DataView(header.buffer);
  let [first, start] = [0, local + LOCAL_BYTES];
  for (const piece of file.pieces()) {
    const end = first + piece.length;
    copyShared(header, local, piece, first);
    if (end >= local + LOCAL_BYTES) {
      start = local + LOCAL_BYTES + fields.getUint16(26, true) + fields.getUint16(28, true);
      copyShared(content, start, piece, first);
    }
    first = end;
  }
  return fields.getUint32(0, true) === LOCAL && start + length <= file.size ? content : null;
}

/** The place of the record at the end, which a comment may follow; -1 if there is none. */
function endOf(view: DataView): number {
  for (let at = view.byteLength - END_BYTES; at >= Math.max(0, view.byteLength - END_BYTES - 0xffff); at--) {
    if (view.getUint32(at, true) === END && at + END_BYTES + view.getUint16(at + 20, true) === view.byteLength) {
      return at;
    }
  }
  return -1;
}

function inflated(packed: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> | null {
  try {
    return new Uint8Array(inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) }));
  } catch {
    return null;
  }
}
