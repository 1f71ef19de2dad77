/** Damages files the way disks, editors and half-finished copies do, and sets mode and times back as they were. */

/** Makes other bytes of a file's bytes; null removes the file. */
export type Damage = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> | null;

function flip(at: (length: number) => number): Damage {
  return (bytes) => {
    const other = bytes.slice();
    other[at(bytes.length)] ^= 1;
    return other;
  };
}

/** Every kind of damage to one file, by name. */
export const DAMAGES: Record<string, Damage> = {
  "a bit flipped in the first byte": flip(() => 0),
  "a bit flipped in the middle": flip((length) => Math.floor(length / 2)),
  "a bit flipped in the last byte": flip((length) => length - 1),
  "its last byte cut off": (bytes) => bytes.slice(0, -1),
  "its second half cut off": (bytes) => bytes.slice(0, Math.floor(bytes.length / 2)),
  "a byte added": (bytes) => new Uint8Array([...bytes, 0]),
  "all bytes gone": () => new Uint8Array(),
  "zeros in its place": (bytes) => new Uint8Array(bytes.length),
  "no file left": () => null,
};

/** Damages a file in place, then forges its mode and times back. */
export function damage(path: string, change: Damage): void {
  const bytes = change(Deno.readFileSync(path));
  if (bytes === null) Deno.removeSync(path);
  else forge(path, () => Deno.writeFileSync(path, bytes));
}

/** Lets two files change places, each with the mode and times that the other had. */
export function swap(one: string, other: string): void {
  const [first, second] = [Deno.readFileSync(one), Deno.readFileSync(other)];
  damage(one, () => second);
  damage(other, () => first);
}

/**
 * Changes a file so that its status shows nothing but the inode's change time, which no program can set. The clock
 * behind it may tick seldom; the change is repeated until it has ticked, as it has between any two real runs.
 */
function forge(path: string, change: () => void): void {
  const before = Deno.statSync(path);
  do {
    change();
    if (Deno.build.os !== "windows") Deno.chmodSync(path, before.mode! & 0o777);
    Deno.utimeSync(path, before.atime!, before.mtime!);
  } while (before.ctime !== null && Deno.statSync(path).ctime?.getTime() === before.ctime.getTime());
}
