import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { decodeNpy } from "../../../pipeline/formats/npy.ts";
import { inkOf } from "../../../pipeline/predict/ink.ts";
import { mnistForm } from "../../../pipeline/predict/mnist_form.ts";
import { writePng } from "../../../pipeline/predict/picture_png.ts";
import { pictureOf, testDigits } from "../predict/pictures.ts";
import { makeSmallDataset } from "../../small_dataset.ts";
import { runOnShape } from "../results/shaped_run.ts";
import { TEST_ROWS, writtenRun } from "../results/written_run.ts";
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
  const huge = bytes.slice();
  new DataView(huge.buffer).setUint32(16, 2_000_000);
  Deno.writeFileSync(at("huge.png"), huge);
  const cases: [args: string[], code: number, message: string][] = [
    [[written.folder, at("words.png")], 1, "words.png: expected a PNG picture"],
    [[written.folder, at("empty.png")], 1, "an empty file"],
    [[written.folder, at("torn.png")], 1, "torn.png: the PNG picture is damaged"],
    [[written.folder, at("blank.png")], 1, "blank.png: nothing is drawn on it"],
    [[written.folder, at("huge.png")], 1, "huge.png: expected at most 40 million pixels, found 2000000"],
    [[written.folder, at("gone.png")], 1, "Cannot read the picture"],
    [["linear-sgd@seed=99", good], 1, "Run it first: deno task run experiments/linear-sgd.json --seeds 99."],
    [[written.folder, good, good, "--out", at("seen.png")], 2, "--out takes one picture, but 2 were given"],
    [[written.folder], 2, "predict takes RUN PICTURE…"],
    [[], 2, "predict takes RUN PICTURE…"],
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

Deno.test("predict takes models of 28 × 28 grey pixels, and no others with as many values", async () => {
  using small = makeSmallDataset({ epochs: 1, train: 64, test: 32 });
  const picture = writeDigit(small.folder, "digit.png", testDigits(1)[0].pixels);
  for (const shape of [[14, 56], [784], [4, 14, 14]]) {
    const { folder } = await runOnShape(small, shape);
    const { code, stdout, stderr } = await retrace("predict", folder, picture);
    assertEquals({ code, stdout }, { code: 1, stdout: "" }, stderr);
    assertStringIncludes(stderr, `takes images of shape [${shape.join(", ")}], but a picture is converted to [28, 28]`);
  }
  mustBeDone(await retrace("predict", (await runOnShape(small, [1, 28, 28])).folder, picture));
});
