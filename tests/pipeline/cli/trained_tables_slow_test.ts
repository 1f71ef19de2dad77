/** `predict` and `evaluate` with runs on tables, in real processes: the flowers of docs/own-data.md, and a regression. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { comparable, stepsIn, writeFile } from "../../documented.ts";
import { filesUnder, mustBeDone, PROJECT, retrace } from "./retrace.ts";

const DOCUMENT = Deno.readTextFileSync(join(PROJECT, "docs/own-data.md"));

/** Prices that depend on size and age. */
function pricesOf(count: number, first: number): string {
  const rows = Array.from({ length: count }, (_, i) => {
    const [size, age] = [(first + i) * 7 % 11, (first + i) * 5 % 13 / 4];
    return `${size},${age},${3 * size - 2 * age + 1}`;
  });
  return ["size,age,price", ...rows, ""].join("\n");
}

const PRICES = {
  name: "prices",
  pipeline: {
    download: { files: { train: "train.csv", test: "test.csv" } },
    tensorize: { format: { name: "csv", label: "price" }, target: "number" },
    batch: { size: 8 },
    train: {
      ...{ model: ["linear(2,1)"], loss: { name: "mean-squared-error" }, optimizer: { name: "sgd", lr: 0.05 } },
      epochs: 20,
    },
  },
};

Deno.test("predict and evaluate take tables: classes and numbers, from files and typed, with clear errors", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-tables-" });
  try {
    const at = (name: string) => join(folder, name);
    for (const step of stepsIn(DOCUMENT)) {
      if (step.kind === "file") writeFile(at(step.path), step.text.replace(/^\/\/.*/, ""));
    }
    writeFile(at("prices/prices.json"), JSON.stringify(PRICES));
    writeFile(at("prices/train.csv"), pricesOf(40, 0));
    writeFile(at("prices/test.csv"), pricesOf(20, 40));
    const places = ["--results", at("results"), "--cache", at("cache")];
    mustBeDone(await retrace("run", at("iris/iris.json"), at("prices/prices.json"), ...places));
    const before = filesUnder(folder);
    const metricsOf = (run: string) => JSON.parse(Deno.readTextFileSync(at(`results/${run}/metrics.json`)));
    const linesOf = (text: string) => text.trimEnd().split("\n").map((line) => JSON.parse(line));

    // A damaged file does not stop the others; columns are found by their names.
    const written = {
      missing: "a,b\n1,2\n",
      moved: "petal_width,petal_length,sepal_width,sepal_length\n2.2,5.8,3,6.5\n",
    };
    for (const [name, text] of Object.entries(written)) writeFile(at(`${name}.csv`), text);
    const files = ["missing", "moved", "iris/iris-test"].map((name) => at(`${name}.csv`));
    const flowers = await retrace("predict", "iris", ...files, "--json", ...places);
    assertEquals(flowers.code, 1);
    assertMatch(flowers.stderr, /missing\.csv, line 1: expected the column "sepal_length" .*There are: "a", "b"/);
    const [moved, ...rows] = linesOf(flowers.stdout);
    const own = Deno.readTextFileSync(at("results/iris/predictions.csv")).trimEnd().split("\n").slice(1);
    assertEquals(
      rows.map(({ row, predicted, class: name, probabilities }) => [row, predicted, ...probabilities, name]),
      own.map((line) => {
        const [row, , predicted, , , ...others] = line.split(",");
        const probabilities = others.slice(0, 3).map((digits) => Math.fround(Number(digits)));
        return [Number(row), Number(predicted), ...probabilities, others.at(-1)];
      }),
    );
    assertEquals([moved.file, moved.class, moved.probabilities], [files[1], rows[4].class, rows[4].probabilities]);

    const typed = await retrace("predict", "prices", "--row", "3,1", "--row", "10,0", at("prices/test.csv"), ...places);
    mustBeDone(typed);
    assertMatch(
      typed.stdout,
      /^--row\n {2}row +price\n {4}0 +[\d.]+\n {4}1 +[\d.]+\n\n.*test\.csv\n {2}row +price\n/,
    );
    const wrong = await retrace("predict", "iris", "--row", "5.1,3.5", ...places);
    assertEquals([wrong.code, wrong.stdout], [2, ""]);
    assertStringIncludes(wrong.stderr, "expected 4 values (sepal_length, sepal_width, petal_length, petal_width)");

    const documented = /\$ (deno task evaluate iris .*)\n([\s\S]*?)\n```/.exec(DOCUMENT)!;
    const test = at("iris/iris-test.csv");
    const text = await retrace("evaluate", "iris", "--data", test, ...places);
    mustBeDone(text);
    assertEquals(comparable(text.stdout.replace(test, "iris/iris-test.csv")), comparable(`${documented[2]}\n`));
    const json = await retrace("evaluate", "prices", "--data", at("prices"), "--json", ...places);
    mustBeDone(json);
    const { run, data, ...figures } = JSON.parse(json.stdout);
    assertEquals([run, data], ["prices", [at("prices/test.csv")]]);
    const { total, r2, mae, rmse, loss, loss_per_image } = metricsOf("prices");
    assertEquals(figures, { total, r2, mae, rmse, loss, loss_per_image });

    // Nothing is written.
    const added = Object.keys(written).map((name) => `${name}.csv`);
    const after = filesUnder(folder);
    assertEquals(Object.keys(after).filter((name) => !added.includes(name)), Object.keys(before));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
