/** Bytes as text in a page. Images of digits are mostly paper, so that runs of zeros are counted instead of written. */

/** Writes every run of 1 to 255 zeros as a zero and its length; other bytes as they are. */
export function packZeros(bytes: Uint8Array): Uint8Array {
  const packed: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    packed.push(bytes[i]);
    if (bytes[i] !== 0) continue;
    let run = 1;
    while (run < 255 && bytes[i + run] === 0) run++;
    packed.push(run);
    i += run - 1;
  }
  return Uint8Array.from(packed);
}

/** Reads what `packZeros` wrote. */
export function unpackZeros(packed: Uint8Array, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (let i = 0; i < packed.length; i++) {
    if (packed[i] === 0) at += packed[++i];
    else bytes[at++] = packed[i];
  }
  return bytes;
}

/** Bytes in base64. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  const piece = 8192;
  for (let i = 0; i < bytes.length; i += piece) text += String.fromCharCode(...bytes.subarray(i, i + piece));
  return btoa(text);
}

/** Base64 in bytes. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
