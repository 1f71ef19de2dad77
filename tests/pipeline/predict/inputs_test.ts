/** New examples for a trained model: tables, typed rows and pictures. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FormatError } from "../../../core/errors.ts";
import { memoryArtifact } from "../../../pipeline/engine/store/memory_artifact.ts";
import type { Classifier } from "../../../pipeline/predict/classifier.ts";
import { digitInput, pictureInput } from "../../../pipeline/predict/picture_input.ts";
import { tableInput, typedInput } from "../../../pipeline/predict/table_input.ts";
import { readsDigits, type TrainedRun } from "../../../pipeline/predict/trained_run.ts";
import { chunksOf, joined, pngOfChunks } from "../formats/pngs.ts";

/** What is known of a run with these columns, whose tables have this format. */
function runWith(columns: string[], format: Record<string, unknown> = { name: "csv" }): TrainedRun {
  return {
    weights: new Uint8Array(0),
    table: new Float32Array(0),
    shape: [columns.length],
    names: { classes: [], columns, targets: [] },
    experiment: { name: "flowers", seed: 0, pipeline: { tensorize: { format } } },
  };
}

const FLOWERS = runWith(["width", "height"]);

/** The rows of a table, as lists. */
async function rowsIn(text: string, name = "new.csv", run = FLOWERS): Promise<number[][]> {
  const rows = await tableInput(memoryArtifact(new TextEncoder().encode(text)), name, run);
  return rows.map(({ values }) => [...values]);
}

async function problemIn(text: string, name = "new.csv", run = FLOWERS): Promise<string> {
  return (await assertRejects(() => rowsIn(text, name, run), FormatError)).message;
}

Deno.test("columns of a table are found by their names, in any order, and others are ignored", async () => {
  const expected = [[1, 2], [3, 4]];
  assertEquals(await rowsIn("width,height\n1,2\n3,4\n"), expected);
  assertEquals(await rowsIn("species,height,,width\nrose,2,x,1\n?,4,,3\n"), expected);
  assertEquals(await rowsIn("height\twidth\n2\t1\n4\t3\n", "new.tsv"), expected);
  assertEquals(
    await rowsIn("height;width\n2;1\n4;3\n", "new.csv", runWith(["width", "height"], { name: "csv", separator: ";" })),
    expected,
  );
  const tabs = runWith(["width", "height"], { name: "tsv" });
  assertEquals(await rowsIn("height\twidth\n2\t1\n4\t3\n", "new.txt", tabs), expected);
  assertEquals(await rowsIn("height,width\n2,1\n4,3\n", "new.CSV", tabs), expected);
});

Deno.test("what a table lacks, or has instead of a number, is named with file, line and column", async () => {
  assertEquals(
    await problemIn("width,heigth\n1,2\n"),
    'new.csv, line 1: expected the column "height" (on which the model was trained), but found none. Did you mean "heigth"?',
  );
  assertEquals(
    await problemIn("width,height\n1,2\n\n3,2cm\n"),
    'new.csv, line 4, column "height": expected a number, but found "2cm". Correct it, or remove the row. Words are ' +
      "encoded as in the table that the model was trained on.",
  );
  for (
    const [text, message] of [
      ["width,height\n,2\n", 'new.csv, line 2, column "width": expected a value, but found nothing'],
      ["width,height\n1,2,3\n", "new.csv, line 2: expected 2 values, as the header has, but found 3"],
      [
        "width,height,width\n1,2,3\n",
        'new.csv, line 1: expected different names, but columns 1 and 3 are both called "width"',
      ],
      ["width;height\n1;2\n", 'new.csv, line 1: expected columns separated by ","'],
      ["width,height\n", "new.csv: expected rows after the header"],
      ["", "new.csv: expected a header and rows"],
    ]
  ) assertEquals((await problemIn(text)).slice(0, message.length), message);
});

Deno.test("typed values are as many as the columns, and bytes where examples are bytes", () => {
  const numbers = { features: 2, takesBytes: false } as Classifier;
  const bytes = { features: 2, takesBytes: true } as Classifier;
  assertEquals(typedInput(" 1.5, -2e3", numbers, []).values, Float32Array.of(1.5, -2000));
  assertEquals(typedInput("0,255", bytes, []).values, Uint8Array.of(0, 255));
  const cases: [text: string, classifier: Classifier, columns: string[], message: string][] = [
    ["1", numbers, ["width", "height"], '--row "1": expected 2 values (width, height), but found 1.'],
    ["1,2,3", numbers, [], '--row "1,2,3": expected 2 values, but found 3.'],
    ["0,256", bytes, [], '--row "0,256", value 2: expected a byte, 0 to 255, but found 256.'],
    ["0,1.5", bytes, [], '--row "0,1.5", value 2: expected a byte, 0 to 255, but found 1.5.'],
  ];
  for (const [text, classifier, columns, message] of cases) {
    assertEquals(assertThrows(() => typedInput(text, classifier, columns), FormatError).message, message);
  }
  const { message } = assertThrows(() => typedInput("1,wide", numbers, ["width", "height"]), FormatError);
  assertEquals(message.startsWith('--row "1,wide", "height": expected a number, but found "wide".'), true, message);
});

Deno.test("a picture has the size and the channels of the run's, in the run's order", async () => {
  const rgb = (values: number[][]) =>
    pngOfChunks(
      chunksOf(
        { width: 2, height: 2, bitDepth: 8, colourType: 2 },
        joined(values.map((row) => Uint8Array.of(0, ...row))),
      ),
    );
  const colour = rgb([[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]]);
  const planes = Uint8Array.of(1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12);
  assertEquals(await pictureInput(colour, "rose.png", [3, 2, 2]), planes);
  assertEquals(await pictureInput(colour, "rose.png", [2, 2, 3]), Uint8Array.from({ length: 12 }, (_, i) => i + 1));
  const grey = pngOfChunks(
    chunksOf({ width: 2, height: 2, bitDepth: 8, colourType: 0 }, Uint8Array.of(0, 1, 2, 0, 3, 4)),
  );
  for (const shape of [[2, 2], [1, 2, 2], [2, 2, 1]]) {
    assertEquals(await pictureInput(grey, "rose.png", shape), Uint8Array.of(1, 2, 3, 4));
  }
  const refused = async (file: Uint8Array<ArrayBuffer>, shape: number[]) =>
    (await assertRejects(() => pictureInput(file, "rose.png", shape), FormatError)).message;
  const found = "as those that the model was trained on, but found one of 2 × 2 pixels in";
  assertEquals(
    await refused(grey, [3, 2]),
    `rose.png: expected a picture of 2 × 3 pixels in grey, ${found} grey. Convert it as they were.`,
  );
  assertEquals(
    await refused(grey, [3, 2, 2]),
    `rose.png: expected a picture of 2 × 2 pixels in colour, ${found} grey. Convert it as they were.`,
  );
  assertEquals((await refused(colour, [2, 2])).includes(`in grey, ${found} colour`), true);
  await assertRejects(() => digitInput(Uint8Array.of(1, 2), "1.png"), FormatError, "expected a PNG or JPEG picture");
});

Deno.test("only pictures for a dataset called mnist, or mnist-…, of 28 × 28 grey pixels are converted as digits", () => {
  const reads = (dataset: string | undefined, shape: number[]) =>
    readsDigits({ name: "run", seed: 0, pipeline: { download: { dataset } } }, shape);
  assertEquals([reads("mnist", [28, 28]), reads("mnist-small", [1, 28, 28])], [true, true]);
  assertEquals(
    [
      reads("fashion-mnist", [28, 28]),
      reads("mnistish", [28, 28]),
      reads(undefined, [28, 28]),
      reads("mnist", [14, 56]),
    ],
    [false, false, false, false],
  );
});
