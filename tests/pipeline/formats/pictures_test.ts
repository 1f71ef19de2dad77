/** Folders of pictures: which picture is of which class, what its bytes are, and what is refused. */
import { assertEquals, assertRejects } from "@std/assert";
import { packTar } from "modern-tar";
import { FormatError } from "../../../core/errors.ts";
import type { ExampleFile } from "../../../pipeline/define/format.ts";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { decodeJpeg } from "../../../pipeline/formats/jpeg.ts";
import { pictures } from "../../../pipeline/formats/pictures_format.ts";
import { artifactOf } from "../classifier/in_memory.ts";
import { chunksOf, type Kind, pngOfChunks } from "./pngs.ts";

type Jpeg = { file: string; shape: number[]; sha256: string };
const JPEGS: Record<string, Jpeg> = JSON.parse(
  Deno.readTextFileSync(new URL("../../golden/pillow.json", import.meta.url)),
).jpeg;

/** A PNG of 3 × 2 pixels, by default in grey. */
function png(kind: Partial<Kind> = {}): Uint8Array {
  return pngOfChunks(chunksOf({ width: 3, height: 2, bitDepth: 8, colourType: 0, ...kind }));
}

/** A grey PNG all of whose pixels have this value. */
function plain(value: number): Uint8Array {
  const rows = Uint8Array.from({ length: 8 }, (_, i) => i % 4 === 0 ? 0 : value);
  return pngOfChunks(chunksOf({ width: 3, height: 2, bitDepth: 8, colourType: 0 }, rows));
}

/** An archive of these files; a path that ends in "/" is a folder. */
function tarOf(files: Record<string, Uint8Array>): Promise<Uint8Array> {
  return packTar(
    Object.entries(files).map(([name, body]) => {
      const isFolder = name.endsWith("/");
      return { header: { name, size: isFolder ? 0 : body.length, type: isFolder ? "directory" : "file" }, body };
    }),
  );
}

async function read(files: Record<string, Uint8Array>): Promise<ExampleFile> {
  return await pictures.readExamples!(artifactOf(await tarOf(files)), "files.data", {}, "class");
}

const NONE = new Uint8Array(0);
const text = new TextEncoder().encode("free to use");

Deno.test("pictures are sorted by path, whatever their order in the archive, and their folders are the classes", async () => {
  const { examples: { placeOf, ...examples }, test } = await read({
    ...{ "./": NONE, "./dog/": NONE, "./dog/2.png": plain(3), "./cat/": NONE, "./cat/b.PNG": plain(2) },
    ...{ "./cat/a.png": plain(1), "./LICENSE.txt": text, "./.DS_Store": text, "./cat/Thumbs.db": text },
    ...{ "./cat/._a.png": text, "./__MACOSX/cat/a.png": text },
  });
  const data = Uint8Array.of(...Array(6).fill(1), ...Array(6).fill(2), ...Array(6).fill(3));
  assertEquals(examples, {
    features: { shape: [3, 2, 3], data },
    labels: ["cat", "cat", "dog"],
    classes: ["cat", "dog"],
  });
  assertEquals([placeOf!(2), test], ["./dog/2.png", undefined]);
});

Deno.test("pictures in train and test are two sets, also below a folder of their own and with folders in classes", async () => {
  for (
    const [train, test] of [["train", "test"], ["training", "testing"], ["Train", "TEST"], [
      "digits/train",
      "digits/test",
    ]]
  ) {
    const sets = await read({
      [`${test}/b/1.png`]: plain(4),
      [`${test}/a/1.png`]: plain(3),
      [`${train}/b/more/1.png`]: plain(2),
      [`${train}/a/1.png`]: plain(1),
    });
    const found = [sets.examples, sets.test!].map(({ features, labels }) => [features.shape, features.data[0], labels]);
    assertEquals(found, [[[2, 2, 3], 1, ["a", "b"]], [[2, 2, 3], 3, ["a", "b"]]], train);
  }
});

Deno.test("colour is three planes; palettes are colours; an opaque channel does not count", async () => {
  const colour = (kind: Partial<Kind>, rows: number[]) =>
    pngOfChunks(chunksOf({ width: 2, height: 1, bitDepth: 8, colourType: 2, ...kind }, Uint8Array.from(rows)));
  const rgb = colour({}, [0, 1, 2, 3, 4, 5, 6]);
  const rgba = colour({ colourType: 6 }, [0, 1, 2, 3, 255, 4, 5, 6, 255]);
  const { features } = (await read({ "a/1.png": rgb, "b/1.png": rgba })).examples;
  assertEquals(features, { shape: [2, 3, 1, 2], data: Uint8Array.of(1, 4, 2, 5, 3, 6, 1, 4, 2, 5, 3, 6) });
  const palette = await read({ "a/1.png": colour({ colourType: 3 }, [0, 0, 1]) });
  assertEquals(palette.examples.features.data, Uint8Array.of(0, 111, 37, 148, 74, 185));
});

for (const [name, { file, shape, sha256 }] of Object.entries(JPEGS)) {
  Deno.test(`a JPEG has the bytes that Pillow gives: ${name}`, async () => {
    const bytes = Uint8Array.fromBase64(file);
    const { examples: { features } } = await read({ "a/1.jpg": bytes, "b/1.JPEG": bytes });
    const [height, width, channels = 1] = shape;
    assertEquals(features.shape, [2, ...channels === 3 ? [3] : [], height, width]);
    const pixels = Uint8Array.from(
      { length: height * width * channels },
      (_, i) => features.data[i % channels * height * width + Math.floor(i / channels)],
    );
    assertEquals(digestOfBytes(pixels), sha256);
  });
}

Deno.test("a JPEG that is cut short at any byte is refused", async () => {
  for (const { file } of [JPEGS.grey, JPEGS["4:2:0"], JPEGS.progressive]) {
    const bytes = Uint8Array.fromBase64(file);
    for (let length = 0; length < bytes.length; length += 3) {
      const read = () => decodeJpeg(bytes.subarray(0, length), "x");
      await assertRejects(read, FormatError, "x: the JPEG picture is damaged");
    }
  }
});

/** A JPEG of 8 × 8 pixels, all of middle brightness, each of which has this many numbers. */
function jpegOf(components: number): Uint8Array {
  const ids = Array.from({ length: components }, (_, i) => i);
  const segment = (marker: number, bytes: number[]) => [0xff, marker, 0, bytes.length + 2, ...bytes];
  const oneCode = [1, ...Array(15).fill(0), 0];
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...segment(0xdb, [0, ...Array(64).fill(1)]),
    ...segment(0xc0, [8, 0, 8, 0, 8, components, ...ids.flatMap((id) => [id, 0x11, 0])]),
    ...segment(0xc4, [0, ...oneCode]),
    ...segment(0xc4, [0x10, ...oneCode]),
    ...segment(0xda, [components, ...ids.flatMap((id) => [id, 0]), 0, 63, 0]),
    // Two bits for each block, and then ones.
    ...[0xff >> 2 * components, 0xff, 0xd9],
  ]);
}

Deno.test("a JPEG in CMYK is refused with what to do, and ones in grey and in RGB are read", async () => {
  for (const [components, isGrey] of [[1, true], [3, false]] as const) {
    const { rgba, ...picture } = await decodeJpeg(jpegOf(components), "x");
    assertEquals(picture, { width: 8, height: 8, isGrey, bitDepth: 8 });
    assertEquals(rgba.every((value, i) => value === (i % 4 === 3 ? 255 : 128)), true);
  }
  const { message } = await assertRejects(() => decodeJpeg(jpegOf(4), "x"), FormatError);
  assertEquals(message, "x: expected a picture in grey or RGB, but found CMYK. Convert the picture to RGB.");
});

const SIZES = "Convert the pictures to one size, and all to grey or all to RGB.";
const cut = png().slice(0, -5);
const spoiled = png();
spoiled[45] ^= 1;

const REFUSED: [what: string, files: Record<string, Uint8Array>, message: string][] = [
  [
    "no picture",
    { "a/": NONE, "README": text },
    ": expected PNG or JPEG pictures in one folder per class, but found none.",
  ],
  [
    "a picture without a folder",
    { "1.png": png(), "a/1.png": png() },
    ", 1.png: expected the picture in a folder that names its class.",
  ],
  [
    "a picture beside train's classes",
    { "train/a/1.png": png(), "test/a/1.png": png(), "train/1.png": png() },
    ", train/1.png: expected the picture in a folder that names its class.",
  ],
  [
    "a class without pictures",
    { "a/1.png": png(), "b/": NONE },
    ", b/: expected pictures of this class, but found none. Remove the folder, or add some.",
  ],
  [
    "a class with an empty folder alone",
    { "a/1.png": png(), "b/c/": NONE },
    ", b/c/: expected pictures of this class, but found none. Remove the folder, or add some.",
  ],
  [
    "another file in the folder of a class",
    { "a/1.png": png(), "a/labels.csv": text },
    ", a/labels.csv: expected PNG or JPEG pictures in the folder of a class. Convert this file, or move it away.",
  ],
  [
    "the same file twice",
    { "a/1.png": png(), "b/1.png": png() },
    ", a/1.png: expected this file once, but found it again.",
  ],
  [
    "a class that the test set lacks",
    { "train/a/1.png": png(), "train/b/1.png": png(), "test/a/1.png": png() },
    ': expected the same classes in train and test, but train has a folder "b", and test has none.',
  ],
  [
    "a class that the training set lacks",
    { "train/a/1.png": png(), "test/c/1.png": png(), "test/a/1.png": png() },
    ': expected the same classes in train and test, but test has a folder "c", and train has none.',
  ],
  ...["val", "extra"].map((other): typeof REFUSED[number] => [
    `a set ${other}`,
    { "train/a/1.png": png(), "test/a/1.png": png(), [`${other}/a/1.png`]: png() },
    `, ${other}: expected the sets train and test alone. Move these pictures into train: the stage split draws ` +
    "validation pictures from it.",
  ]),
  [
    "a picture of another size",
    { "a/1.png": png(), "b/2.png": png({ width: 4 }) },
    ", b/2.png: expected a picture of 3 × 2 pixels in grey, as a/1.png is, but found one of 4 × 2 pixels in grey. " +
    SIZES,
  ],
  [
    "a colour among greys",
    { "a/1.png": png(), "b/2.png": png({ colourType: 2 }) },
    ", b/2.png: expected a picture of 3 × 2 pixels in grey, as a/1.png is, but found one of 3 × 2 pixels in colour. " +
    SIZES,
  ],
  [
    "16 bits",
    { "a/1.png": png({ bitDepth: 16 }) },
    ", a/1.png: expected 8 bits per sample, but found 16. Save the picture with 8.",
  ],
  [
    "transparent pixels",
    { "a/1.png": png({ colourType: 6 }) },
    ", a/1.png: expected no transparent pixels, but found some. Put the picture on a background.",
  ],
  [
    "a PNG that is cut short",
    { "a/1.png": cut },
    `, a/1.png: the PNG picture is damaged: it is cut short: the chunk at byte ${
      cut.length - 7
    } is not complete. Save it again.`,
  ],
  [
    "a PNG with a flipped bit",
    { "a/1.png": spoiled },
    ", a/1.png: the PNG picture is damaged: the chunk at byte 33 has changed: its checksum (CRC-32) is wrong. Save it again.",
  ],
  [
    "a damaged JPEG",
    { "a/1.jpg": Uint8Array.of(0xff, 0xd8, 0xff) },
    ", a/1.jpg: the JPEG picture is damaged, or neither grey nor RGB. Save it again.",
  ],
  ["another file as a PNG", { "a/1.png": text }, ", a/1.png: expected a PNG or JPEG picture, but found neither."],
];

for (const [what, files, message] of REFUSED) {
  Deno.test(`pictures refuse ${what}`, async () => {
    const bytes = await tarOf(files);
    // Only an archive can have a file twice.
    if (what.includes("twice")) bytes.copyWithin(1024, 0, 1024);
    const read = async () => await pictures.readExamples!(artifactOf(bytes), "files.data", {}, "class");
    assertEquals((await assertRejects(read, FormatError)).message, `files.data${message}`);
  });
}

Deno.test("pictures refuse what is no archive, one that is cut short, and numbers to predict", async () => {
  const tar = await tarOf({ "a/1.png": png() });
  const read = async (bytes: Uint8Array, target: "class" | "number" = "class") =>
    await pictures.readExamples!(artifactOf(bytes), "files.data", {}, target);
  for (const bytes of [NONE, text, tar.slice(0, 700), tar.map((byte, i) => i === 0 ? byte + 1 : byte)]) {
    const error = await assertRejects(() => read(bytes), FormatError);
    assertEquals(error.message.replace(/: [^:]*$/, ""), "files.data: expected a tar archive, but reading it failed");
  }
  const error = await assertRejects(() => read(tar, "number"), FormatError);
  assertEquals(error.message, "files.data: folders of pictures name classes, not numbers to predict.");
});

Deno.test("an error of the store, while an archive is read, stays what it is", async () => {
  class CorruptArtifact extends Error {}
  const bytes = await tarOf({ "a/1.png": png() });
  const pieces = function* () {
    yield artifactOf(bytes).bytes().subarray(0, 1100);
    throw new CorruptArtifact("changed");
  };
  const read = async () => await pictures.readExamples!({ ...artifactOf(bytes), pieces }, "x", {}, "class");
  await assertRejects(read, CorruptArtifact, "changed");
});
