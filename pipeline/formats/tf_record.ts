/** The TFRecord format: records, each with its length and with checksums of both. */

/** The polynomial of CRC-32C (Castagnoli), its bits in reverse order. */
const POLYNOMIAL = 0x82f63b78;
/** What is added to a checksum that is stored, because one of data with checksums in it would be weak. */
const MASK = 0xa282ead8;
const [LENGTH_BYTES, CHECKSUM_BYTES] = [8, 4];

/** The checksum of each byte alone. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = (byte & 1) === 1 ? byte >>> 1 ^ POLYNOMIAL : byte >>> 1;
  return byte;
});

/** A file of records, in order. */
export function tfRecords(records: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const overhead = LENGTH_BYTES + 2 * CHECKSUM_BYTES;
  const file = new Uint8Array(records.reduce((sum, { length }) => sum + length + overhead, 0));
  const view = new DataView(file.buffer);
  let at = 0;
  for (const record of records) {
    view.setBigUint64(at, BigInt(record.length), true);
    view.setUint32(at + LENGTH_BYTES, maskedCrc(file.subarray(at, at + LENGTH_BYTES)), true);
    at += LENGTH_BYTES + CHECKSUM_BYTES;
    file.set(record, at);
    view.setUint32(at + record.length, maskedCrc(record), true);
    at += record.length + CHECKSUM_BYTES;
  }
  return file;
}

/** The CRC-32C of some bytes. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff] ^ crc >>> 8;
  return (crc ^ 0xffffffff) >>> 0;
}

function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return ((crc >>> 15 | crc << 17) + MASK) >>> 0;
}
