import { assertEquals } from "@std/assert";
import { crc32c, tfRecords } from "../../../pipeline/formats/tf_record.ts";

Deno.test("crc32c() is the checksum of RFC 3720", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  // B.4 of the RFC, and the check value of the catalogues.
  assertEquals(crc32c(bytes("123456789")), 0xe3069283);
  assertEquals(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assertEquals(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  assertEquals(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e);
  assertEquals(crc32c(bytes("")), 0);
});

Deno.test("records have their lengths, and masked checksums of both", () => {
  const masked = (crc: number) => {
    const view = new DataView(new ArrayBuffer(4));
    view.setUint32(0, (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0, true);
    return [...new Uint8Array(view.buffer)];
  };
  const one = (length: number, record: number[]) => {
    const size = [length, 0, 0, 0, 0, 0, 0, 0];
    return [...size, ...masked(crc32c(Uint8Array.from(size))), ...record, ...masked(crc32c(Uint8Array.from(record)))];
  };
  assertEquals([...tfRecords([Uint8Array.of(7, 8, 9), Uint8Array.of()])], [...one(3, [7, 8, 9]), ...one(0, [])]);
  assertEquals(tfRecords([]).length, 0);
});
