/** Unpacking of gzip files. */

/** True when a file starts as every gzip file does. The dataset formats start otherwise. */
export async function isGzip(path: string): Promise<boolean> {
  using file = await Deno.open(path);
  const start = new Uint8Array(2);
  const count = await file.read(start);
  return count === 2 && start[0] === 0x1f && start[1] === 0x8b;
}

/**
 * Unpacks the gzip file `from` into the file `to`. False when `from` is damaged; then `to` is gone.
 * @throws the signal's reason when it is aborted.
 */
export async function unpack(from: string, to: string, signal: AbortSignal): Promise<boolean> {
  using packed = await Deno.open(from);
  using target = await Deno.open(to, { write: true, create: true, truncate: true });
  try {
    await packed.readable.pipeThrough(new DecompressionStream("gzip")).pipeTo(target.writable, { signal });
    return true;
  } catch (error) {
    // What the decompressor says of bytes that it cannot read; the disk's errors and the signal's reason are others.
    if (!(error instanceof TypeError)) throw error;
    await Deno.remove(to);
    return false;
  }
}
