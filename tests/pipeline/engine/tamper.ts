/** Damages files like disks, editors and incomplete copies, and restores their modes and times. */

/** Changes a file's bytes; null removes the file. */
export type Damage = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> | null;

function flip(at: (length: number) => number): Damage {
  return (bytes) => {
    const other = bytes.slice();
    other[at(bytes.length)] ^= 1;
    return other;
  };
}

/** Damages that preserve the length of a file, by name. */
export const DAMAGES_OF_BYTES: Record<string, Damage> = {
  "a bit flipped in the first byte": flip(() => 0),
  "a bit flipped in the middle": flip((length) => Math.floor(length / 2)),
  "a bit flipped in the last byte": flip((length) => length - 1),
  "zeros in its place": (bytes) => new Uint8Array(bytes.length),
};

/** Damages that change a file's length, by name. */
export const DAMAGES_OF_LENGTH: Record<string, Damage> = {
  "its last byte cut off": (bytes) => bytes.slice(0, -1),
  "its second half cut off": (bytes) => bytes.slice(0, Math.floor(bytes.length / 2)),
  "a byte added": (bytes) => new Uint8Array([...bytes, 0]),
  "no bytes": () => new Uint8Array(),
  "no file": () => null,
};

/** Every kind of damage to one file. */
export const DAMAGES: Record<string, Damage> = { ...DAMAGES_OF_BYTES, ...DAMAGES_OF_LENGTH };

/** Damages a file in place, then restores its mode and times. */
export function damage(path: string, change: Damage): void {
  const before = Deno.statSync(path);
  const bytes = change(Deno.readFileSync(path));
  if (bytes === null) {
    Deno.removeSync(path);
    return;
  }
  if (Deno.build.os !== "windows") Deno.chmodSync(path, 0o644);
  Deno.writeFileSync(path, bytes);
  if (Deno.build.os !== "windows") Deno.chmodSync(path, before.mode! & 0o777);
  Deno.utimeSync(path, before.atime!, before.mtime!);
}

/**
 * Waits until a change of the files would be visible in the one time that no program can set: the inode's change time.
 * Deno reports it in whole seconds, and a check is remembered only if it is older.
 */
export async function tickAfter(paths: string[]): Promise<void> {
  const newest = Math.max(...paths.map(changeTime));
  const clock = `${paths[0]}.clock`;
  do {
    await new Promise((resolve) => setTimeout(resolve, 20));
    Deno.writeTextFileSync(clock, "");
  } while (changeTime(clock) <= newest);
  Deno.removeSync(clock);
}

/** Swaps two files, each with the mode and times of the other. */
export function swap(one: string, other: string): void {
  const [first, second] = [Deno.readFileSync(one), Deno.readFileSync(other)];
  damage(one, () => second);
  damage(other, () => first);
}

function changeTime(path: string): number {
  return Deno.statSync(path).ctime?.getTime() ?? Infinity;
}
