/** Own data from the file to the results, in real processes: the table in docs/own-data.md, and a folder of pictures. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { comparable, stepsIn, writeFile } from "../../documented.ts";
import { chunksOf, joined, pngOfChunks } from "../formats/pngs.ts";
import { testDigits } from "../predict/pictures.ts";
import { mustBeDone, PROJECT, retrace } from "./retrace.ts";

const DOCUMENT = Deno.readTextFileSync(join(PROJECT, "docs/own-data.md"));

/** Writes the files of the documented example, and returns the path of the experiment. */
function writeTable(folder: string): string {
  const files = stepsIn(DOCUMENT).flatMap((step) => step.kind === "file" ? [step] : []);
  assertEquals(files.map(({ path }) => path), ["iris/iris-train.csv", "iris/iris-test.csv", "iris/iris.json"]);
  for (const { path, text } of files) writeFile(join(folder, path), text);
  return join(folder, "iris/iris.json");
}

/** A digit of MNIST as a grey PNG. */
function greyPng(pixels: Uint8Array): Uint8Array<ArrayBuffer> {
  const rows = Array.from({ length: 28 }, (_, y) => [Uint8Array.of(0), pixels.subarray(28 * y, 28 * (y + 1))]).flat();
  return pngOfChunks(chunksOf({ width: 28, height: 28, bitDepth: 8, colourType: 0 }, joined(rows)));
}

/** Writes a folder of pictures of odd and even digits, of which three are for testing, and an experiment on it. */
function writePictures(folder: string): string {
  testDigits(12).forEach(({ pixels, label }, i) => {
    const parent = join(folder, "digits", i < 9 ? "train" : "test", label % 2 === 0 ? "even" : "odd");
    Deno.mkdirSync(parent, { recursive: true });
    Deno.writeFileSync(join(parent, `${i}.png`), greyPng(pixels));
  });
  const train = { model: ["linear(784,2)", "softmax"], optimizer: { name: "sgd", lr: 0.01 }, epochs: 1 };
  const pipeline = { download: { files: { data: "digits" } }, tensorize: { format: "pictures" }, train };
  const config = join(folder, "parity.json");
  writeFile(config, JSON.stringify({ name: "parity", pipeline }));
  return config;
}

Deno.test("a table and a folder of pictures are trained on, and results have the names of their classes", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-own-data-" });
  try {
    const [results, cache] = [join(folder, "results"), join(folder, "cache")];
    const places = ["--results", results, "--cache", cache];
    const read = (path: string) => Deno.readTextFileSync(join(results, path));

    const table = await retrace("run", writeTable(folder), ...places);
    mustBeDone(table);
    const [, documented] = /\$ deno task run iris\/iris.json\n([\s\S]*?)…/.exec(DOCUMENT)!;
    assertStringIncludes(comparable(table.stdout), comparable(documented));
    const classes = ["setosa", "versicolor", "virginica"];
    assertEquals(JSON.parse(read("iris/metrics.json")).class_names, classes);
    const [header, first] = read("iris/predictions.csv").split("\n").map((row) => row.split(","));
    assertEquals(header, [
      ...["row", "label", "predicted", "correct", "probability", "p0", "p1", "p2", "label_name", "predicted_name"],
    ]);
    assertEquals([first[1], ...first.slice(-2)], ["0", "setosa", "setosa"]);
    const { shape, type, columns, classes: named } = JSON.parse(read("iris/input.json"));
    const measures = ["sepal_length", "sepal_width", "petal_length", "petal_width"];
    assertEquals([shape, type, columns, named], [[4], "float32", measures, classes]);
    assertStringIncludes(read("iris/report.html"), '<th scope="row">versicolor</th>');

    const pictures = writePictures(folder);
    const refused = await retrace("run", pictures, ...places, "--set", "tensorize.classes=1");
    assertEquals(refused.code, 1);
    assertStringIncludes(refused.stderr, "files.data: expected at most 1 classes, but found 2 different labels.");
    mustBeDone(await retrace("run", pictures, ...places));
    assertEquals(JSON.parse(read("parity/metrics.json")).class_names, ["even", "odd"]);
    const predict = (...args: string[]) =>
      retrace("predict", join(results, "parity"), join(folder, "digits/train/odd/0.png"), ...args);
    const [text, json] = [await predict(), await predict("--json")];
    for (const outcome of [text, json]) mustBeDone(outcome);
    const { predicted, class: name, probabilities } = JSON.parse(json.stdout);
    assertEquals([name, probabilities.length], [["even", "odd"][predicted], 2]);
    assertMatch(text.stdout, new RegExp(`0.png: ${name} `));
    for (const bar of [/ even {2}[█░]{24}/, / odd {3}[█░]{24}/]) assertMatch(text.stdout, bar);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
