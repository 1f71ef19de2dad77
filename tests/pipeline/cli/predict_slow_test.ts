import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { decodeNpy } from "../../../pipeline/formats/npy.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../pipeline/formats/safetensors.ts";
import { inkOf } from "../../../pipeline/predict/ink.ts";
import { mnistForm } from "../../../pipeline/predict/mnist_form.ts";
import { writePng } from "../../../pipeline/predict/picture_png.ts";
import { pictureOf, testDigits } from "../predict/pictures.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { runOnShape } from "../results/shaped_run.ts";
import { readJson, TEST_ROWS, writtenRun } from "../results/written_run.ts";
import { headerOf, pngOfChunks } from "../formats/pngs.ts";
import { mustBeDone, retrace } from "./retrace.ts";

/** Writes a digit as a PNG of dark ink on light paper, and gives its path. */
function writeDigit(folder: string, name: string, pixels: Uint8Array, scale = 9): string {
  const { width, rgba } = pictureOf(pixels, { scale, margin: 20, pen: 0, paper: 255 });
  const grey = Uint8Array.from({ length: rgba.length / 4 }, (_, i) => rgba[4 * i]);
  const path = join(folder, name);
  Deno.writeFileSync(path, writePng(grey, width));
  return path;
}

Deno.test("predict gives the probabilities that validation stored for the same image, to the bit", async () => {
  using written = await writtenRun();
  const stored = decodeNpy(written.run.run.artifact("predictions").bytes(), "predictions");
  // Those that have no faint pixels: their form is what they are.
  const digits = testDigits(TEST_ROWS).map((digit, row) => ({ ...digit, row }))
    .filter(({ pixels }) => mnistForm(inkOf(pictureOf(pixels), "")).every((value, i) => value === pixels[i]));
  assert(digits.length > 3, String(digits.length));
  const paths = digits.map(({ row, pixels }) => writeDigit(written.folder, `${row}.png`, pixels));
  const outcome = await retrace("predict", written.folder, ...paths, "--json");
  mustBeDone(outcome);
  const lines = outcome.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines.map(({ picture }) => picture), paths);
  lines.forEach(({ probabilities, pixels }, i) => {
    assertEquals(pixels, [...digits[i].pixels]);
    assertEquals(probabilities, [...stored.data.subarray(10 * digits[i].row, 10 * digits[i].row + 10)]);
  });
});

Deno.test("predict shows the digit, a bar for each class, and what the model saw", async () => {
  using written = await writtenRun();
  const [{ pixels }] = testDigits(1);
  const path = writeDigit(written.folder, "seven.png", pixels);
  const out = join(written.folder, "seen.png");
  const text = await retrace("predict", written.folder, path, "--out", out);
  mustBeDone(text);
  const [title, ...lines] = text.stdout.trimEnd().split("\n");
  assertMatch(title, /seven\.png: \d  +\d+\.\d\d %$/);
  const bars = lines.flatMap((line) => /(\d) {2}([█░]{24}) +(\d+\.\d\d) %$/.exec(line) ?? []).filter((_, i) =>
    i % 4 === 1
  );
  assertEquals(bars.join(""), "0123456789");
  assert(lines.some((line) => line.includes("▓")), text.stdout);

  // What was seen, seen again, is the same.
  const again = await retrace("predict", written.folder, path, out, "--json");
  const [first, second] = again.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals({ ...second, picture: path }, first);
});

Deno.test("predict says what is wrong with a picture, a run, or a call", async () => {
  using written = await writtenRun();
  const at = (name: string) => join(written.folder, name);
  const [{ pixels }] = testDigits(1);
  const good = writeDigit(written.folder, "good.png", pixels);
  const bytes = Deno.readFileSync(good);
  Deno.writeFileSync(at("torn.png"), bytes.subarray(0, 60));
  Deno.writeTextFileSync(at("words.png"), "not a picture");
  Deno.writeFileSync(at("empty.png"), new Uint8Array());
  Deno.writeFileSync(at("blank.png"), writePng(new Uint8Array(900).fill(255), 30));
  const size = { width: 2_000_000, height: 30, bitDepth: 8, colourType: 0 };
  Deno.writeFileSync(at("huge.png"), pngOfChunks([headerOf(size)]));
  const cases: [args: string[], code: number, message: string][] = [
    [[written.folder, at("words.png")], 1, "words.png: expected a PNG or JPEG picture"],
    [[written.folder, at("empty.png")], 1, "an empty file"],
    [[written.folder, at("torn.png")], 1, "torn.png: the PNG picture is damaged"],
    [[written.folder, at("blank.png")], 1, "blank.png: nothing is drawn on it"],
    [[written.folder, at("huge.png")], 1, "huge.png: expected at most 20 million pixels, found 2000000"],
    [[written.folder, at("gone.png")], 1, "Cannot read "],
    [["linear-sgd@seed=99", good], 1, "Run it first: deno task run experiments/linear-sgd.json --seeds 99."],
    [[written.folder, good, good, "--out", at("seen.png")], 2, "--out takes one picture, but 2 were given"],
    [[written.folder, good, "--out", at("run.json")], 2, "Only files whose names end in .png are replaced."],
    [[written.folder], 2, "predict takes RUN INPUT…, or RUN --row VALUES"],
    [[], 2, "predict takes RUN [INPUT…]"],
  ];
  for (const [args, code, message] of cases) {
    const outcome = await retrace("predict", ...args);
    assertEquals({ code: outcome.code, stdout: outcome.stdout }, { code, stdout: "" }, outcome.stderr);
    assertStringIncludes(outcome.stderr, message);
    assert(!outcome.stderr.includes("\n    at "), outcome.stderr);
  }
  assertEquals([...Deno.readDirSync(written.folder)].some(({ name }) => name === "seen.png"), false);
});

Deno.test("predict refuses weights and tables that are not the bytes that the run wrote", async () => {
  using written = await writtenRun();
  const [{ pixels }] = testDigits(1);
  const good = writeDigit(written.folder, "good.png", pixels);
  for (const name of ["weights.safetensors", "normalize.npy", "input.json"]) {
    const path = join(written.folder, name);
    const bytes = Deno.readFileSync(path);
    bytes[bytes.length - 5] ^= 1;
    Deno.writeFileSync(path, bytes);
    const flipped = await retrace("predict", written.folder, good);
    assertEquals(flipped.code, 1);
    assertStringIncludes(flipped.stderr, `${path} is not what the run wrote`);
    Deno.removeSync(path);
    const gone = await retrace("predict", written.folder, good);
    assertStringIncludes(gone.stderr, "it is missing");
    bytes[bytes.length - 5] ^= 1;
    Deno.writeFileSync(path, bytes);
  }
  mustBeDone(await retrace("predict", written.folder, good));
});

Deno.test("predict takes a picture as it is unless it is of a digit, and refuses one for rows of values", async () => {
  using small = makeSmallDataset({ epochs: 1, train: 64, test: 32 });
  const picture = writeDigit(small.folder, "digit.png", testDigits(1)[0].pixels);
  const cases: [shape: number[], message: string][] = [
    [[14, 56], "digit.png: expected a picture of 56 × 14 pixels in grey, as those that the model was trained on"],
    [[784], "digit.png: expected a table"],
    [[4, 14, 14], "digit.png: expected a table"],
  ];
  for (const [shape, message] of cases) {
    const { folder } = await runOnShape(small, shape);
    const { code, stdout, stderr } = await retrace("predict", folder, picture);
    assertEquals({ code, stdout }, { code: 1, stdout: "" }, stderr);
    assertStringIncludes(stderr, message);
  }
  mustBeDone(await retrace("predict", (await runOnShape(small, [1, 28, 28])).folder, picture));
});

Deno.test("predict opens only plain files of at most 64 MiB, and says what else it found", async () => {
  using written = await writtenRun();
  const at = (name: string) => join(written.folder, name);
  const good = writeDigit(written.folder, "good.png", testDigits(1)[0].pixels);
  new Deno.Command("mkfifo", { args: [at("pipe.png")] }).outputSync();
  Deno.symlinkSync(at("pipe.png"), at("to-pipe.png"));
  Deno.symlinkSync("/dev/zero", at("to-zero.png"));
  Deno.symlinkSync(at("loop.png"), at("loop.png"));
  Deno.symlinkSync(good, at("to-good.png"));
  Deno.mkdirSync(at("folder.png"));
  Deno.writeFileSync(at("sparse.png"), Deno.readFileSync(good));
  Deno.truncateSync(at("sparse.png"), 8 * 2 ** 30);
  const wrong: [path: string, says: string][] = [
    [at("pipe.png"), "is a named pipe"],
    [at("to-pipe.png"), "is a named pipe"],
    ["/dev/zero", "is a device"],
    ["/dev/null", "is a device"],
    [at("to-zero.png"), "is a device"],
    [at("folder.png"), "is a folder"],
    [at("sparse.png"), "expected at most 67108864 bytes"],
    [at("loop.png"), "Cannot read "],
    [at("gone.png"), "there is no such file"],
    ["/proc/self/mem", "it is the system's own"],
  ];
  const outcome = await retrace("predict", written.folder, ...wrong.map(([path]) => path), at("to-good.png"), "--json");
  assertEquals(outcome.code, 1);
  assertEquals(JSON.parse(outcome.stdout).picture, at("to-good.png"));
  const lines = outcome.stderr.trimEnd().split("\n");
  assertEquals(lines.length, wrong.length, outcome.stderr);
  wrong.forEach(([path, says], i) => {
    assertStringIncludes(lines[i], path);
    assertStringIncludes(lines[i], says);
  });
});

Deno.test("predict classifies the good ones of several pictures, names each bad one, and exits with 1", async () => {
  using written = await writtenRun();
  const good = testDigits(2).map(({ pixels }, i) => writeDigit(written.folder, `${i}.png`, pixels));
  const bytes = Deno.readFileSync(good[0]);
  const cut = join(written.folder, "cut.png");
  Deno.writeFileSync(cut, bytes.subarray(0, Math.floor(0.4 * bytes.length)));
  const flipped = join(written.folder, "flipped.png");
  Deno.writeFileSync(flipped, bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 4 : byte)));
  const alone = await retrace("predict", written.folder, ...good);
  mustBeDone(alone);
  const among = await retrace("predict", written.folder, cut, good[0], flipped, good[1]);
  assertEquals({ code: among.code, stdout: among.stdout }, { code: 1, stdout: alone.stdout });
  assertMatch(
    among.stderr,
    /^error: .*cut\.png: .* damaged: it is cut short.*\nerror: .*flipped\.png: .* damaged: the chunk /,
  );
});

Deno.test("predict refuses parameters that are not finite, and those that make values infinite", async () => {
  using written = await writtenRun();
  const good = writeDigit(written.folder, "good.png", testDigits(1)[0].pixels);
  const path = written.path("weights.safetensors");
  const { tensors, metadata } = decodeSafetensors(Deno.readFileSync(path), "weights");
  const last = tensors[tensors.length - 1];
  const cases: [name: string, value: number, says: RegExp][] = [
    [tensors[0].name, NaN, /number 5 of its parameter .* is NaN/],
    [last.name, Infinity, /number 5 of its parameter .* is Infinity/],
    [last.name, -Infinity, /is -Infinity/],
  ];
  const changed = (name: string, change: (value: number, i: number) => number) =>
    encodeSafetensors({
      metadata,
      tensors: tensors.map((one) => ({ ...one, data: one.name === name ? one.data.map(change) : one.data })),
    });
  const files = cases.map(([name, value, says]) =>
    [changed(name, (old, i) => (i === 5 ? value : old)), says] as [Uint8Array<ArrayBuffer>, RegExp]
  );
  files.push([changed(tensors[0].name, () => 3e38), /no prediction for .*good\.png: .* infinite/]);
  for (const [bytes, says] of files) {
    Deno.writeFileSync(path, bytes);
    const run = readJson<{ files: Record<string, string> }>(written.path("run.json"));
    run.files["weights.safetensors"] = digestOfBytes(bytes);
    Deno.writeTextFileSync(written.path("run.json"), JSON.stringify(run));
    const outcome = await retrace("predict", written.folder, good);
    assertEquals({ code: outcome.code, stdout: outcome.stdout }, { code: 1, stdout: "" });
    assertMatch(outcome.stderr, says);
  }
});
