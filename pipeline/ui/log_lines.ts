/** Reads the lines that are added to a log, which is not trusted: each once, and no more memory than the longest of them. */
import { fill } from "../engine/files/open_file.ts";
import { isJsonObject, parseBoundedJson } from "../engine/store/bounded_json.ts";
import { MAX_SHOWN_BYTES } from "../results/folder.ts";

/** Much more than most runs write: a line of the figures of an epoch has some hundred bytes. */
const MAX_LOG_BYTES = MAX_SHOWN_BYTES;
/** The first line contains the experiment. */
const MAX_LINE_BYTES = 2 ** 18;
const CHUNK_BYTES = 2 ** 20;
const LINE_FEED = 10;

/** Calls `take` for every complete line that has been added since the last call; with null for one that is no object. */
export type ReadLines = (take: (line: Record<string, unknown> | null) => void) => void;

/** Reads a log from its start. The function throws a RangeError if the log, or one of its lines, is too long. */
export function linesOf(file: Deno.FsFile): ReadLines {
  const chunk = new Uint8Array(CHUNK_BYTES);
  let rest = new Uint8Array();
  return (take) => {
    const { size } = file.statSync();
    if (size > MAX_LOG_BYTES) throw new RangeError(`it has ${size} bytes, but at most ${MAX_LOG_BYTES} are read`);
    for (let count = fill(file, chunk); count > 0; count = fill(file, chunk)) {
      let start = 0;
      for (let end = chunk.indexOf(LINE_FEED); end >= 0 && end < count; end = chunk.indexOf(LINE_FEED, start)) {
        take(objectIn(joined(rest, chunk.subarray(start, end))));
        [rest, start] = [new Uint8Array(), end + 1];
      }
      rest = joined(rest, chunk.subarray(start, count));
      if (rest.length > MAX_LINE_BYTES) throw new RangeError(`a line has more than ${MAX_LINE_BYTES} bytes`);
    }
  };
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function objectIn(line: Uint8Array): Record<string, unknown> | null {
  try {
    const value = parseBoundedJson(new TextDecoder().decode(line), MAX_LINE_BYTES);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
