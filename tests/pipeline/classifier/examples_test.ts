/** tensorize on files of examples: sets, columns, classes and their names, numbers to predict. */
import { assertEquals, assertRejects } from "@std/assert";
import { FormatError } from "../../../core/errors.ts";
import { tensorize } from "../../../pipeline/classifier/stages/tensorize.ts";
import { decodeJson, encodeJson } from "../../../pipeline/formats/json.ts";
import { decodeNpy, encodeNpy } from "../../../pipeline/formats/npy.ts";
import { zipOf } from "../formats/zips.ts";
import { artifactOf, paramsOf, runPlain, schemaOf } from "./in_memory.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const CSV = { name: "csv", label: "label" };

/** What tensorize makes of a training set and, if there is one, a test set. */
async function run(
  train: string | Uint8Array,
  test?: string,
  params: Record<string, unknown> = {},
  names: string[] = [],
) {
  const [file, other] = [train, test ?? ""].map((one) => typeof one === "string" ? encode(one) : one);
  const files = { train_images: file, train_labels: encode(""), test_images: other, test_labels: encode("") };
  const given = Object.entries({ ...files, class_names: encodeJson(names) }).map((
    [role, bytes],
  ) => [role, artifactOf(bytes)]);
  const made = await runPlain(tensorize, { format: CSV, ...params }, Object.fromEntries(given));
  const array = (name: string) => {
    const { dtype, shape, data } = decodeNpy(made[name].bytes(), name);
    return [dtype, shape, Array.from(data as Float32Array)];
  };
  return {
    train: [array("train_images"), array("train_labels")],
    test: [array("test_images"), array("test_labels")],
    table: array("table"),
    shape: decodeJson(made.example_shape.bytes()),
    names: decodeJson<{ classes: string[]; columns: string[]; targets: string[] }>(made.names.bytes()),
  };
}

/** The labels of a column, trained and tested on, as numbers, and the names of the classes. */
async function labelled(train: unknown[], test: unknown[] = [], params = {}, names: string[] = []) {
  const table = (labels: unknown[]) => `a,label\n${labels.map((label) => `1,${label}\n`).join("")}`;
  const made = await run(table(train), test.length === 0 ? undefined : table(test), params, names);
  return [made.train[1][2], made.test[1][2], made.names.classes];
}

const messageOf = async (made: Promise<unknown>) => (await assertRejects(() => made, FormatError)).message;

Deno.test("tensorize reads a training and a test set of a table, and keeps the names of columns and classes", async () => {
  assertEquals(await run("a,label,b\n1,dog,2\n3,cat,4\n", "a,label,b\n5,dog,6\n"), {
    train: [["f4", [2, 2], [1, 2, 3, 4]], ["u1", [2], [1, 0]]],
    test: [["f4", [1, 2], [5, 6]], ["u1", [1], [1]]],
    table: ["f4", [0], []],
    shape: [2],
    names: { classes: ["cat", "dog"], columns: ["a", "b"], targets: [] },
  });
});

Deno.test("a file without a test set leaves its parts empty", async () => {
  const { test } = await run("a,label\n1,x\n2,y\n");
  assertEquals(test, [["u1", [0], []], ["u1", [0], []]]);
});

Deno.test("integers from 0 without gaps stay numbers; other labels are names, sorted by code point or by value", async () => {
  assertEquals(await labelled([2, 0, 1, 1], [0]), [[2, 0, 1, 1], [0], []]);
  assertEquals(await labelled([1, 3, 2], [3]), [[0, 2, 1], [2], ["1", "2", "3"]]);
  assertEquals(await labelled([-1, 1, 1]), [[0, 1, 1], [], ["-1", "1"]]);
  assertEquals(await labelled([10, 9, 0]), [[2, 1, 0], [], ["0", "9", "10"]]);
  assertEquals(await labelled(["00", "01", "1"]), [[0, 1, 2], [], ["00", "01", "1"]]);
  assertEquals(await labelled(["b", "B", "ä", "a"]), [[2, 0, 3, 1], [], ["B", "a", "b", "ä"]]);
  // By UTF-16, the second one would come first.
  assertEquals(await labelled(["😀", "\uff5a"]), [[1, 0], [], ["\uff5a", "😀"]]);
  assertEquals(await labelled(["0", "x"]), [[0, 1], [], ["0", "x"]]);
});

Deno.test("names that are given order the classes, or name the numbers", async () => {
  const names = ["small", "large"];
  assertEquals(await labelled(["large", "small"], ["large"], {}, names), [[1, 0], [1], names]);
  assertEquals(await labelled([1, 0], [1], {}, names), [[1, 0], [1], names]);
  assertEquals(await labelled([1, 1], [0], {}, names), [[1, 1], [0], names]);
  assertEquals(await labelled([5, 0], [], { classes: 6 }), [[5, 0], [], []]);
  assertEquals(
    await messageOf(labelled(["large", "huge"], [], {}, names)),
    'files.data: expected one of the classes ("small", "large"), but found "huge" at line 3.',
  );
  assertEquals(
    await messageOf(labelled([0, 2], [], {}, names)),
    "files.data: expected labels from 0 to 1, but found 2 at line 3.",
  );
});

Deno.test("a label that is no class of the training set is refused, with file and line", async () => {
  assertEquals(
    await messageOf(labelled(["a", "b"], ["b", "c"])),
    'files.test: expected one of the classes of the training set ("a", "b"), but found "c" at line 3.',
  );
  assertEquals(
    await messageOf(labelled([0, 1], [0, 1, 2])),
    "files.test: expected labels from 0 to 1, but found 2 at line 4.",
  );
  assertEquals(
    await messageOf(labelled([0, 3], [], { classes: 3 })),
    "files.data: expected labels from 0 to 2, but found 3 at line 3. If the dataset has more classes, set tensorize.classes.",
  );
  assertEquals(
    await messageOf(labelled(["a", "b", "c"], [], { classes: 2 })),
    "files.data: expected at most 2 classes, but found 3 different labels. To predict numbers, set tensorize.target to " +
      '"number".',
  );
});

Deno.test("sets with other columns, or of another form, are refused", async () => {
  const train = "a,b,label\n1,2,x\n";
  assertEquals(
    await messageOf(run(train, "b,a,label\n1,2,x\n")),
    'Training and test examples must have the same columns in the same order, but feature 1 is "a" in files.train, and ' +
      '"b" in files.test.',
  );
  assertEquals(
    await messageOf(run(train, "a,label\n1,x\n")),
    "Training and test examples must have the same type and shape, but those of files.train are f32 [N, 2], and those of " +
      "files.test are f32 [N, 1]. Check that they are files of one dataset.",
  );
});

Deno.test("numbers to predict are float32, one column or several, and have their names", async () => {
  const format = { name: "csv", label: ["height", "width"] };
  const made = await run("a,width,height\n1,2,3\n4,5,6.5\n", "a,width,height\n7,8,9\n", { format, target: "number" });
  assertEquals([made.train[1], made.test[1]], [["f4", [2, 2], [3, 2, 6.5, 5]], ["f4", [1, 2], [9, 8]]]);
  assertEquals(made.names, { classes: [], columns: ["a"], targets: ["height", "width"] });
});

const array = (name: string, bytes: Uint8Array) => ({ name: `${name}.npy`, bytes });
const images = encodeNpy("u1", [2, 1, 2], Uint8Array.of(1, 2, 3, 4));

Deno.test("an .npz file has both sets, bytes as bytes, and labels of any integers or numbers", async () => {
  const file = (y: Uint8Array) => zipOf([array("x", images), array("y", y)]);
  const npz = { format: "npz" };
  const integers = await run(file(encodeNpy("i8", [2], BigInt64Array.of(1n, -1n))), undefined, npz);
  assertEquals(integers.train, [["u1", [2, 2], [1, 2, 3, 4]], ["u1", [2], [1, 0]]]);
  assertEquals([integers.names.classes, integers.shape], [["-1", "1"], [1, 2]]);
  const reals = encodeNpy("f8", [2], Float64Array.of(0.5, 2));
  const numbers = await run(file(reals), undefined, { ...npz, target: "number" });
  assertEquals(numbers.train[1], ["f4", [2, 1], [0.5, 2]]);
  assertEquals(
    await messageOf(run(file(reals), undefined, npz)),
    "files.data, y: expected labels as integers of shape [N], but found f64 [2]. To predict numbers, set tensorize.target to " +
      '"number".',
  );
  assertEquals(
    await messageOf(run(file(encodeNpy("u1", [3], new Uint8Array(3))), undefined, npz)),
    "Every example needs a label, but files.data, x has 2 examples, and files.data, y 3 labels. Check that they are " +
      "files of one dataset.",
  );
  const infinite = run(file(encodeNpy("f8", [2], Float64Array.of(1, NaN))), undefined, { ...npz, target: "number" });
  assertEquals(
    await messageOf(infinite),
    "files.data, y: expected finite numbers, but found NaN at row 1 of 2, position [0] (counted from 0). Correct the dataset.",
  );
  const wide = (width: number) => encodeNpy("f4", [2, width], new Float32Array(2 * width));
  const uneven = [["x_train", images], ["y_train", wide(2)], ["x_test", images], ["y_test", wide(1)]] as const;
  assertEquals(
    await messageOf(
      run(zipOf(uneven.map(([name, bytes]) => array(name, bytes))), undefined, { ...npz, target: "number" }),
    ),
    "Training and test examples must have as many numbers to predict, but those of files.data, y_train have 2, and " +
      "those of files.data, y_test 1. Check that they are files of one dataset.",
  );
  const both = zipOf(
    ["x_train", "y_train", "x_test", "y_test"].map((name) =>
      array(name, name[0] === "x" ? images : encodeNpy("u1", [2], Uint8Array.of(0, 1)))
    ),
  );
  assertEquals((await run(both, undefined, npz)).test[1], ["u1", [2], [0, 1]]);
  assertEquals(
    await messageOf(run(both, "anything", npz)),
    "files.train: expected the examples of one set, but found a test set as well. List it as files.data.",
  );
});

Deno.test("tensorize's params take a format by its name, or as an object with its params", () => {
  assertEquals(paramsOf(tensorize, { format: "npz" }), { format: "npz", scale: "unit" });
  assertEquals(paramsOf(tensorize, { format: "npy" }), { format: "npy", scale: "unit", classes: 10 });
  assertEquals(paramsOf(tensorize, { format: { name: "npy" }, target: "number" }), {
    format: { name: "npy" },
    scale: "unit",
    target: "number",
  });
  const csv = { ...CSV, ignore: [], separator: "," };
  assertEquals(paramsOf(tensorize, { format: CSV }), { format: csv, scale: "unit" });
  for (const format of ["cvs", "csv", { name: "csv" }, { ...CSV, separator: "ab" }, { ...CSV, labels: "x" }, 5]) {
    assertEquals(schemaOf(tensorize).safeParse({ format }).success, false, JSON.stringify(format));
  }
});
