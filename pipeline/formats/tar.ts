/** Tar archives, an entry at a time. Loaded on demand: only pictures need it. */
import { createTarDecoder } from "modern-tar";
import { FormatError } from "../../core/errors.ts";
import type { Artifact } from "../engine/stage/kind.ts";

/** A file or a folder of an archive. Its bytes can be read until the next entry is. */
export interface TarEntry {
  readonly path: string;
  readonly isFolder: boolean;
  readonly size: number;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
}

/** The files and folders of an archive, in its order; links are left out. @throws FormatError if it is none, or damaged. */
export async function* tarEntries(file: Pick<Artifact, "pieces">, label: string): AsyncGenerator<TarEntry> {
  const decoder = createTarDecoder({ strict: true });
  try {
    for await (const { header, body } of ReadableStream.from(file.pieces()).pipeThrough(decoder)) {
      const { name: path, type = "file", size } = header;
      if (type === "file" || type === "directory") {
        yield { path, isFolder: type === "directory", size, bytes: () => new Response(body).bytes() };
      }
      // What was not read is skipped.
      if (!body.locked) await body.cancel();
    }
  } catch (error) {
    // The library's errors have no type of their own; others are the store's, or the reader's.
    if (!(error instanceof Error) || error.constructor !== Error) throw error;
    throw new FormatError(`${label}: expected a tar archive, but reading it failed: ${error.message}`);
  }
}
