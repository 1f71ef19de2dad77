/** Tables: what is read, and for everything that is wrong one message with line and column. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { FormatError } from "../../../core/errors.ts";
import type { Examples, NumberArray, Target } from "../../../pipeline/define/format.ts";
import { csv, tsv } from "../../../pipeline/formats/csv_format.ts";
import { NumberRows } from "../../../pipeline/formats/number_rows.ts";
import { artifactOf } from "../classifier/in_memory.ts";

interface Options {
  label?: string | string[];
  ignore?: string[];
  separator?: string;
  target?: Target;
}

const encode = (text: string) => new TextEncoder().encode(text);

async function read(file: string | Uint8Array, options: Options = {}, format = csv): Promise<Examples> {
  const { target = "class", ...params } = options;
  const all = { label: "label", ignore: [], separator: ",", ...params };
  const bytes = typeof file === "string" ? encode(file) : file;
  return (await format.readExamples!(artifactOf(bytes), "files.train", all, target)).examples;
}

const rowsOf = ({ features: { shape: [count, width], data } }: Examples) =>
  Array.from({ length: count }, (_, row) => [...data.subarray(row * width, (row + 1) * width)]);

Deno.test("csv reads a table: a header, numbers, and a column of labels, wherever it is", async () => {
  const table = await read("a,label,b\n1,x,2\n-3.5,y,1e2\n");
  assertEquals([rowsOf(table), table.labels, table.columns], [[[1, 2], [-3.5, 100]], ["x", "y"], ["a", "b"]]);
  assertEquals(table.features.data instanceof Float32Array, true);
});

Deno.test("csv reads what programs write: BOM, CRLF, spaces, quotes, empty lines, no line feed at the end", async () => {
  const files = [
    "\ufeffa,label\r\n1,x\r\n2,y z\r\n",
    'a,label\n1,x\n2,"y z"',
    ' a , "label" \n 1 , x \n"2", y z \n',
    "a,label\n\n1,x\n\n\n2,y z\n\n",
    '"a",label\n" 1 ","x"\n+2.0,y z\n',
  ];
  for (const file of files) {
    const table = await read(file);
    assertEquals([rowsOf(table), table.labels, table.columns], [[[1], [2]], ["x", "y z"], ["a"]], JSON.stringify(file));
  }
  const quoted = await read('a,"the ""label"", here"\n1,"x,\ny"\n', { label: 'the "label", here' });
  assertEquals(quoted.labels, ["x,\ny"]);
});

Deno.test("csv takes NA and the like as the names of classes; in a column of numbers to predict, they are missing", async () => {
  const table = "a,label\n1,NA\n2,none\n3,?\n";
  assertEquals((await read(table)).labels, ["NA", "none", "?"]);
  const { message } = await assertRejects(() => read(table, { target: "number" }), FormatError);
  assertEquals(
    message.includes('line 2, column "label": expected a value, but found "NA", the first of 3 missing'),
    true,
  );
});

Deno.test("csv rounds decimals to float64 and then to float32", async () => {
  const texts = [
    "0.1",
    "1e5",
    "+3",
    ".5",
    "7.",
    "-0",
    "1e-45",
    "1e-400",
    "16777217",
    "3.4028235e38",
    "-3.4028235677e38",
  ];
  const table = await read(`a,label\n${texts.map((text) => `${text},x`).join("\n")}`);
  assertEquals([...table.features.data], [...Float32Array.from(texts, Number)]);
});

Deno.test("csv leaves out columns, and has other separators; tsv is separated by tabs", async () => {
  const ignored = await read("id,a,label,,note\nr1,1,x,9,?\n", { ignore: ["id", "note", ""] });
  assertEquals([rowsOf(ignored), ignored.columns], [[[1]], ["a"]]);
  for (const separator of [";", "|", "\t"]) {
    const rows = rowsOf(await read(["a,b,label", "1,2,x"].join("\n").replaceAll(",", separator), { separator }));
    assertEquals(rows, [[1, 2]]);
  }
  const tabs = await read('a\tlabel\n 1 \t"x\ty"\n', { separator: undefined }, tsv);
  assertEquals([rowsOf(tabs), tabs.labels], [[[1]], ["x\ty"]]);
});

Deno.test("csv reads numbers to predict, of one column or of several", async () => {
  const file = "a,height,width\n1,2.5,3\n4,5,6\n";
  const one = await read(file, { label: "height", target: "number" });
  assertEquals([one.labels, one.targets, one.columns], [
    { shape: [2, 1], data: Float32Array.of(2.5, 5) } as NumberArray,
    ["height"],
    ["a", "width"],
  ]);
  const two = await read(file, { label: ["width", "height"], target: "number" });
  assertEquals([two.labels, two.targets], [{ shape: [2, 2], data: Float32Array.of(3, 2.5, 6, 5) }, [
    "width",
    "height",
  ]]);
});

Deno.test("csv reads a table whose lines end in different ways, and knows their numbers", async () => {
  const table = await read("a,label\r\n1,x\n2,y\r3,z\r\n\r\n4,x");
  assertEquals(rowsOf(table), [[1], [2], [3], [4]]);
  assertEquals([0, 1, 2, 3].map((row) => table.placeOf!(row)), ["line 2", "line 3", "line 4", "line 6"]);
});

Deno.test("csv knows the line of every row, with empty lines and values of several lines before it", async () => {
  const table = await read('a,label\n1,x\n\n2,"y\nz"\n3,x\n4,x\n');
  assertEquals([0, 1, 2, 3].map((row) => table.placeOf!(row)), ["line 2", "line 5", "line 6", "line 7"]);
});

const HEADER = "width,colour,label\n";
const WORDS =
  "Encode words as numbers, such as a column of 0 and 1 for each, or add the column to tensorize.format.ignore.";
const FILL = "Fill them in, or remove their rows: there is nothing to compute with.";
const QUOTES = 'A quote within quotes is written twice ("").';
const UTF8 = 'expected text in UTF-8, but found other bytes. Save the file as UTF-8 (in Excel: "CSV UTF-8").';
const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

const REFUSED: [what: string, file: string | Uint8Array, message: string, options?: Options][] = [
  ["an empty file", "", ": expected a header and rows, but the file is empty."],
  ["a file of empty lines", "\n\r\n\n", ": expected a header and rows, but the file is empty."],
  ["a header alone", HEADER, ": expected rows after the header, but found none."],
  [
    "a row with a value too few",
    `${HEADER}1,2,x\n1,x\n`,
    ', line 3: expected 3 values, as the header has, but found 2. A value with "," in it is written in quotes.',
  ],
  [
    "a row with a value too many",
    `${HEADER}1,2,x\n\n1,2,x,\n`,
    ', line 4: expected 3 values, as the header has, but found 4. A value with "," in it is written in quotes.',
  ],
  [
    "a label that is no column",
    "a,lable\n1,x\n",
    ', line 1: expected the column "label" (tensorize.format.label), but found none. Did you mean "lable"?',
  ],
  [
    "a label that is like no column",
    "a,species\n1,x\n",
    ', line 1: expected the column "label" (tensorize.format.label), but found none. There are: "a", "species".',
  ],
  [
    "a column to ignore that is none",
    "a,label\n1,x\n",
    ', line 1: expected the column "id" (tensorize.format.ignore), but found none. There are: "a", "label".',
    { ignore: ["id"] },
  ],
  [
    "a label to ignore",
    "a,label\n1,x\n",
    ', line 1: the column "label" is the label, so it cannot be ignored.',
    { ignore: ["label"] },
  ],
  [
    "labels alone",
    "label\nx\n",
    ", line 1: expected columns besides the label: they are the features, but found none.",
  ],
  [
    "no header",
    "5.1,3.5,0\n4.9,3,1\n",
    ", line 1: expected a header with the names of the columns, but found numbers. Put such a line first.",
  ],
  [
    "another separator",
    "a;label\n1;x\n",
    ', line 1: expected columns separated by ",", but found "a;label". Set tensorize.format.separator to ";".',
  ],
  [
    "tabs",
    "a\tlabel\n1\tx\n",
    ', line 1: expected columns separated by ",", but found "a\\tlabel". Set tensorize.format.name to "tsv".',
  ],
  [
    "two columns of one name",
    "a,b,a,label\n1,2,3,x\n",
    ', line 1: expected different names, but columns 1 and 3 are both called "a". Rename one of them.',
  ],
  [
    "a column without a name",
    ",a,label\n0,2,x\n",
    ', line 1: expected a name for column 1, but found none. If it numbers the rows, as pandas does, add "" to ' +
    "tensorize.format.ignore.",
  ],
  ["a word", `${HEADER}1,2,x\n1,red,x\n`, `, line 3, column "colour": expected a number, but found "red". ${WORDS}`],
  [
    "a hexadecimal number",
    `${HEADER}0x1F,2,x\n`,
    `, line 2, column "width": expected a number, but found "0x1F". ${WORDS}`,
  ],
  ["underscores", `${HEADER}1_000,2,x\n`, `, line 2, column "width": expected a number, but found "1_000". ${WORDS}`],
  [
    "a comma as decimal sign",
    "width;label\n3,14;x\n",
    ', line 2, column "width": expected a number, but found "3,14". Write decimals with a point (3.14), and no commas ' +
    "between digits.",
    { separator: ";" },
  ],
  [
    "an infinite number",
    `${HEADER}1,-inf,x\n`,
    ', line 2, column "colour": expected a number, but found "-inf", which is not finite. Correct it, or remove the row.',
  ],
  [
    "a number beyond float32",
    `${HEADER}1,2,x\n1,1e39,x\n`,
    ', line 3, column "colour": expected a number, but found "1e39", which is beyond float32 (±3.4e38).',
  ],
  [
    "a missing value",
    `${HEADER}1,2,x\n1,,x\n`,
    `, line 3, column "colour": expected a value, but found nothing. ${FILL}`,
  ],
  ...["NA", "nan", "?", "N/A", "null", "None"].map((text): typeof REFUSED[number] => [
    `${text} and other missing values`,
    `${HEADER}1,2,x\n1,${text},x\nNaN,,x\n`,
    `, line 3, column "colour": expected a value, but found "${text}", the first of 3 missing values. ${FILL}`,
  ]),
  ["a missing label", `${HEADER}1,2,\n`, `, line 2, column "label": expected a value, but found nothing. ${FILL}`],
  [
    "a quote that does not close",
    `${HEADER}1,2,x\n1,2,"y\n1,2,z\n`,
    `, line 3: expected a quote (") that closes, but the row does not end. ${QUOTES}`,
  ],
  [
    "a quote that closes five megabytes later",
    `${HEADER}1,2,"${"y\n".repeat(2_500_000)}"\n`,
    ', line 2: expected rows of at most 524288 bytes, but found a longer one. A quote (") may not close.',
  ],
  [
    "a quote within a value",
    `${HEADER}1,2,5" pipe\n`,
    `, line 2: expected quotes (") around a whole value, but found one within. ${QUOTES}`,
  ],
  [
    "text after a quote",
    `${HEADER}1,2,"x" y\n`,
    `, line 2: expected quotes (") around a whole value, but found one within. ${QUOTES}`,
  ],
  ["Latin-1", latin1(`${HEADER}1,2,x\n1,2,\xe4\n`), `, line 3: ${UTF8}`],
  ["Latin-1 at the end", latin1(`${HEADER}1,2,\xe4`), `, line 2: ${UTF8}`],
  ["UTF-16", latin1("\xff\xfea\0,\0b\0\n\0"), `, line 1: ${UTF8}`],
  [
    "257 classes",
    `a,label\n${Array.from({ length: 257 }, (_, i) => `1,c${i}`).join("\n")}`,
    ', line 258, column "label": expected at most 256 classes, but found one more, "c256". To predict numbers, set ' +
    'tensorize.target to "number".',
  ],
  [
    "several columns with the class",
    HEADER,
    ": expected one column with the class, but tensorize.format.label has several. To predict numbers, set " +
    'tensorize.target to "number".',
    { label: ["width", "label"] },
  ],
  [
    "a word among numbers to predict",
    `${HEADER}1,2,3\n1,2,x\n`,
    `, line 3, column "label": expected a number, but found "x". ${WORDS}`,
    { target: "number" },
  ],
];

for (const [what, file, message, options] of REFUSED) {
  Deno.test(`csv refuses ${what}`, async () => {
    const error = await assertRejects(() => read(file, options), FormatError);
    assertEquals(error.message, `files.train${message}`);
  });
}

Deno.test("csv reads files of many pieces, and letters that two of them share", async () => {
  const bytes = encode(`a,label\n${"1,ä漢\n".repeat(1000)}`);
  const pieces = function* () {
    for (let at = 0; at < bytes.length; at += 7) yield bytes.slice(at, at + 7);
  };
  const file = { ...artifactOf(bytes), pieces };
  const params = { label: "label", ignore: [], separator: "," };
  const { examples: { labels } } = await csv.readExamples!(file, "x", params, "class");
  assertEquals(new Set(labels as string[]), new Set(["ä漢"]));
  assertEquals((labels as string[]).length, 1000);
});

Deno.test("rows of numbers take little more memory than they need", () => {
  for (const count of [1, 4096, 100_000]) {
    const rows = new NumberRows(3);
    for (let row = 0; row < count; row++) rows.add(count).set([row, row + 1, row + 2]);
    assertEquals([rows.count, rows.data.length, rows.data.at(-1)], [count, 3 * count, count + 1]);
    assert(rows.data.buffer.byteLength <= Math.max(2 ** 16, 3.2 * count) * 4, String(count));
  }
  const wide = new NumberRows(1e6);
  wide.add(2);
  assertEquals(wide.add(2).length, 1e6);
  // An estimate that is too low costs copies, not rows.
  const rows = new NumberRows(1);
  for (let row = 0; row < 50_000; row++) rows.add(0)[0] = row;
  assertEquals([rows.data[0], rows.data[49_999]], [0, 49_999]);
});
