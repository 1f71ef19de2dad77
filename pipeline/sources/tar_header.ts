/** The headers of tar archives, in the format "ustar"; of names that do not fit into it, also in that of pax. */
import { joinedPieces } from "../engine/store/memory_artifact.ts";

const BLOCK = 512;
/** The bytes of a name, and of the folders before it. */
const [MAX_NAME, MAX_PREFIX] = [100, 155];

/** What an archive says of a file besides its name and size. */
export interface TarAttributes {
  mode: number;
  /** Seconds since 1970. */
  time: number;
}

/** The same on every machine: readable for all, of no time in particular. */
const PLAIN: TarAttributes = { mode: 0o644, time: 0 };

/** The same for folders. */
const PLAIN_FOLDER: TarAttributes = { mode: 0o755, time: 0 };

/** The bytes before those of a file, or for a folder, whose path ends in "/": one block, or three if its name requires it. */
export function tarHeader(path: string, size: number, given?: TarAttributes): Uint8Array<ArrayBuffer> {
  const [type, attributes] = path.endsWith("/") ? ["5", given ?? PLAIN_FOLDER] : ["0", given ?? PLAIN];
  const split = splitPath(path);
  if (split !== null) return block(split, size, attributes, type);
  const record = paxRecord("path", path);
  const extended = block({ prefix: "", name: "pax-path" }, record.length, attributes, "x");
  const own = block({ prefix: "", name: "file" }, size, attributes, type);
  return joinedPieces([extended, record, tarPadding(record.length), own]);
}

/** The zeros after a file of this size. */
export function tarPadding(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(-size & (BLOCK - 1));
}

/** The end of an archive. */
export function tarEnd(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(2 * BLOCK);
}

/** The two fields of a path; null if it does not fit into them. */
function splitPath(path: string): { prefix: string; name: string } | null {
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  if (bytes(path) <= MAX_NAME) return { prefix: "", name: path };
  for (let at = path.indexOf("/"); at !== -1 && at < path.length - 1; at = path.indexOf("/", at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (bytes(prefix) > MAX_PREFIX) return null;
    if (bytes(name) <= MAX_NAME) return { prefix, name };
  }
  return null;
}

/** "LENGTH KEY=VALUE\n", where the length counts its own digits as well. */
function paxRecord(key: string, value: string): Uint8Array<ArrayBuffer> {
  const rest = new TextEncoder().encode(` ${key}=${value}\n`);
  const length = (digits: number) => rest.length + digits;
  let digits = 1;
  while (String(length(digits)).length > digits) digits++;
  return joinedPieces([new TextEncoder().encode(String(length(digits))), rest]);
}

function block(
  { prefix, name }: { prefix: string; name: string },
  size: number,
  { mode, time }: TarAttributes,
  type: string,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(BLOCK);
  const put = (text: string, at: number) => bytes.set(new TextEncoder().encode(text), at);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, "0")}\0`;
  put(name, 0);
  put(octal(mode, 7), 100);
  // Owner and group.
  put(octal(0, 7) + octal(0, 7), 108);
  put(octal(size, 11) + octal(time, 11), 124);
  // Its sum counts the place of the sum as spaces.
  put(" ".repeat(8), 148);
  put(type, 156);
  put("ustar\x0000", 257);
  put(prefix, 345);
  put(`${octal(bytes.reduce((sum, byte) => sum + byte, 0), 6)} `, 148);
  return bytes;
}
