/** Small files that were made to fill memory, for each reader. None has more than a million bytes. */
import { join } from "node:path";
import { classifier } from "../../pipeline/classifier/pipeline.ts";
import { loadExperiment } from "../../pipeline/experiment/load.ts";
import { packTar } from "modern-tar";
import { csv } from "../../pipeline/formats/csv_format.ts";
import { npz } from "../../pipeline/formats/npy_format.ts";
import { pictures } from "../../pipeline/formats/pictures_format.ts";
import { chunksOf, headerOf, pngOfChunks } from "../pipeline/formats/pngs.ts";
import { zipOf } from "../pipeline/formats/zips.ts";
import { parseIdx } from "../../pipeline/formats/idx.ts";
import { decodeNpy, npyHeader } from "../../pipeline/formats/npy.ts";
import { decodeSafetensors } from "../../pipeline/formats/safetensors.ts";
import { digestOfPlain, type Plain } from "../../pipeline/engine/store/digest.ts";
import { keyOf, readRecord, type Request, type StageRecord } from "../../pipeline/engine/keys/record.ts";
import { file } from "../../pipeline/sources/file.ts";
import { modelOf } from "../../pipeline/classifier/kinds/checkpoint.ts";
import { evaluation } from "../../pipeline/classifier/kinds/json_kinds.ts";
import { Store } from "../../pipeline/engine/store/store.ts";
import { contextIn } from "../pipeline/sources/scratch.ts";
import { artifactOf } from "../pipeline/classifier/in_memory.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A reader, and the files that are to hurt it. `folder` is a folder that it may use. */
export interface Target {
  files(folder: string): Bytes[] | Promise<Bytes[]>;
  read(bytes: Bytes, folder: string): unknown;
}

const MOST_BYTES = 1_000_000;
const encode = (text: string): Bytes => new TextEncoder().encode(text);
const filled = (text: string, bytes = MOST_BYTES) => text.repeat(Math.floor(bytes / text.length));

/** Fields of one object, each with a name of its own. */
function fields(value: (i: number) => string, bytes = MOST_BYTES): string {
  const parts: string[] = [];
  for (let length = 0, i = 0; length < bytes - 100; i++) {
    parts.push(`"n${i.toString(36)}":${value(i)}`);
    length += parts[i].length + 1;
  }
  return `{${parts.join(",")}}`;
}

/** Texts whose values take far more than they do. */
function jsonTexts(bytes: number): string[] {
  return [
    filled("[", bytes),
    filled('{"a":', bytes),
    `[${filled("[],", bytes)}[]]`,
    `[${filled("{},", bytes)}{}]`,
    `[${filled("0,", bytes)}0]`,
    `[${filled("1e999,", bytes)}0]`,
    `"${filled("\\u0000", bytes)}"`,
    fields(() => "0", bytes),
    fields(() => "{}", bytes),
    fields((i) => `{"m${i}":0}`, bytes),
    `[${filled(`${"[".repeat(60)}${"]".repeat(60)},`, bytes)}0]`,
  ];
}

const JSON_TEXTS = jsonTexts(MOST_BYTES);

function safetensors(header: string, body = 0): Bytes {
  const text = encode(header);
  const bytes = new Uint8Array(8 + text.length + body);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

/** Thousands of tensors over the same half of a megabyte. */
const overlapping = safetensors(
  fields(() => '{"dtype":"F32","shape":[125000],"data_offsets":[0,500000]}', 400_000),
  500_000,
);

const MODEL_WORDS = { model: '["linear(30000,30000)","softmax"]', loss: '{"reduction":"sum","clamp":0}' };

function lengths(): Bytes[] {
  return [2n ** 40n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n].map((length) => {
    const bytes = new Uint8Array(100);
    new DataView(bytes.buffer).setBigUint64(0, length, true);
    return bytes;
  });
}

const SAFETENSORS = [
  ...JSON_TEXTS.map((text) => safetensors(text)),
  ...lengths(),
  overlapping,
  safetensors('{"a":{"dtype":"F32","shape":[1099511627776],"data_offsets":[0,4398046511104]}}'),
  safetensors(`{"a":{"dtype":"F32","shape":[${filled("1,", 900_000)}1],"data_offsets":[0,4]}}`, 4),
];

const REQUEST: Request = { stage: "s", version: 1, code: "c", params: {}, inputs: {} };
const address = { digest: "a".repeat(64), size: 2 ** 52 };
const RECORD: StageRecord = { request: REQUEST, outputs: { x: address }, seconds: 1 };

/** The readers by name. */
export const TARGETS: Record<string, Target> = {
  idx: {
    files: () =>
      [[0, 0, 8, 3], [0, 0, 14, 1], [0, 0, 8, 255]].map((start) => {
        const bytes = new Uint8Array(MOST_BYTES).fill(255);
        bytes.set(start);
        return bytes;
      }),
    read: (bytes) => parseIdx(bytes, "file"),
  },
  npy: {
    files: () => {
      const wide = new Uint8Array(65_545).fill(0x31);
      wide.set(npyHeader("u1", [1]).subarray(0, 8));
      wide.set([255, 255], 8);
      return [npyHeader("u1", [2 ** 40]), npyHeader("f8", Array(64).fill(2)), npyHeader("f4", [0, 2 ** 50]), wide];
    },
    read: (bytes) => decodeNpy(bytes, "file"),
  },
  csv: {
    files: () =>
      [
        ...[",", "\n", '"', "a,", '"a\n', "1,2\n"].map((part) => filled(part)),
        ...["", "1"].map((cell) =>
          `label,${Array.from({ length: 90_000 }, (_, i) => `c${i}`)}\n${`${cell},`.repeat(90_000)}1`
        ),
        `a,label\n${Array.from({ length: 60_000 }, (_, i) => `1,class ${i}`).join("\n")}`,
      ].map(encode),
    read: (bytes) =>
      csv.readExamples!(artifactOf(bytes), "file", { label: "label", ignore: [], separator: "," }, "class"),
  },
  npz: {
    files: () =>
      [2 ** 26, 2 ** 31, 0xffffffff].map((size) =>
        zipOf([{ name: "x.npy", bytes: encode("x"), fields: { size } }, { name: "y.npy", bytes: encode("y") }])
      ),
    read: (bytes) => npz.readExamples!(artifactOf(bytes), "file", {}, "class"),
  },
  pictures: {
    files: async () => {
      const [header, ...pixels] = chunksOf({ width: 1, height: 1, bitDepth: 8, colourType: 2 });
      const large = [4472, 4473, 2 ** 31 - 1].map((side) =>
        pngOfChunks([headerOf({ width: side, height: side, bitDepth: 8, colourType: 6 }), ...pixels])
      );
      const many = Array.from(
        { length: 900 },
        (_, i) => [`${i % 300}/${i}.png`, pngOfChunks([header, ...pixels])] as const,
      );
      const files = [...large.map((png) => [["a/1.png", png] as const]), many];
      return await Promise.all(files.map(async (entries) => {
        return await packTar(entries.map(([name, body]) => ({ header: { name, size: body.length }, body })));
      }));
    },
    read: (bytes) => pictures.readExamples!(artifactOf(bytes), "file", {}, "class"),
  },
  safetensors: { files: () => SAFETENSORS, read: (bytes) => decodeSafetensors(bytes, "file") },
  checkpoint: {
    files: () => [
      ...SAFETENSORS,
      safetensors(JSON.stringify({ __metadata__: MODEL_WORDS })),
      safetensors(JSON.stringify({ __metadata__: { ...MODEL_WORDS, model: `[${filled('"relu",', 600_000)}"relu"]` } })),
    ],
    read: (bytes) => modelOf(artifactOf(bytes), classifier.layers),
  },
  "JSON artifact": {
    files: () => JSON_TEXTS.map(encode),
    read: (bytes) => evaluation.open({ evaluation: artifactOf(bytes) }),
  },
  config: {
    files: () => [
      ...[...JSON_TEXTS, ...jsonTexts(30_000)].map(encode),
      ...jsonTexts(30_000).slice(2).map((text) => encode(`{"pipeline":{"train":{"model":${text}}}}`)),
      encode(`{"pipeline":{"train":{"model":[${filled('"linear(1,1)",', 30_000)}"softmax"],"epochs":1e15}}}`),
    ],
    read: (bytes, folder) => {
      Deno.writeFileSync(join(folder, "x.json"), bytes);
      loadExperiment(classifier, join(folder, "x.json"), []);
    },
  },
  record: {
    files: () => [
      ...JSON_TEXTS.map(encode),
      ...JSON_TEXTS.slice(2, -1).map((text) => encode(`{"seal":"0","record":${text}}`)),
      encode(JSON.stringify({ seal: digestOfPlain(RECORD as unknown as Plain), record: RECORD })),
    ],
    read: (bytes, folder) => {
      const store = new Store(folder);
      Deno.mkdirSync(join(folder, "records/s"), { recursive: true });
      Deno.writeFileSync(join(folder, "records/s", `${keyOf(REQUEST)}.json`), bytes);
      readRecord(store, REQUEST);
      store.artifact(address).bytes();
    },
  },
  "sparse record": {
    files: () => [new Uint8Array(0)],
    read: (_, folder) => {
      const path = join(folder, "records/s", `${keyOf(REQUEST)}.json`);
      Deno.mkdirSync(join(folder, "records/s"), { recursive: true });
      Deno.writeFileSync(path, new Uint8Array(0));
      Deno.truncateSync(path, 2 ** 33);
      readRecord(new Store(folder), REQUEST);
    },
  },
  gzip: {
    files: async () => {
      const zeros = new Response(new Uint8Array(400_000_000)).body!.pipeThrough(new CompressionStream("gzip"));
      return [new Uint8Array(await new Response(zeros).arrayBuffer())];
    },
    read: async (bytes, folder) => {
      Deno.writeFileSync(join(folder, "x.gz"), bytes);
      await file.fetch({ name: "x", sha256: "0".repeat(64) }, { path: folder }, contextIn(folder));
    },
  },
};
