/** What is refused before work: JSON that does not mean what it says, and models that do not fit the data. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { makeSmallDataset } from "../../small_dataset.ts";
import { filesUnder, retrace } from "./retrace.ts";

Deno.test("run exits with 2 for JSON that does not mean what it says, with the position", async () => {
  using small = makeSmallDataset();
  const text = JSON.stringify(small.experiment);
  const twice = text.replace(/"lr":/, '"lr":1,"\\u006cr":');
  const at = twice.indexOf('"\\u006cr"') + 1;
  const base = small.write("twice.json", twice);
  const latin1 = small.path("latin1.json");
  Deno.writeFileSync(latin1, Uint8Array.from(`{ "about": "caf\xe9" }`, (character) => character.charCodeAt(0)));
  const cases: [args: string[], ...says: string[]][] = [
    [[base], "twice.json", `line 1, column ${at}: the field "lr" is there twice`],
    [[small.write("extends.json", { extends: "twice.json" })], base, `line 1, column ${at}`],
    [[latin1], "latin1.json", "line 1, column 16: byte 15 of the file, 0xe9, is not UTF-8"],
    [[small.config, "--set", 'train.loss={"name":"cross-entropy","name":"x"}'], "--set train.loss: line 1, column 25"],
    [[small.config, "--set", "seed=9007199254740993"], "9007199254740993 would be rounded to 9007199254740992"],
    [[small.write("seed.json", text.replace(/"seed":0/, '"seed":18446744073709551615'))], "18446744073709551615"],
    [[small.config, "--seeds", "9007199254740993"], "9007199254740993", "at most 9007199254740991"],
  ];
  for (const [args, ...says] of cases) {
    const { code, stderr } = await retrace(
      "run",
      ...args,
      "--cache",
      small.path("cache"),
      "--results",
      small.path("r"),
    );
    assertEquals(code, 2, stderr);
    for (const part of says) assertStringIncludes(stderr, part);
  }
  assertEquals([filesUnder(small.path("cache/artifacts")), filesUnder(small.path("r"))], [{}, {}]);
});

Deno.test("run ends as soon as the data is known and does not fit the model, and does no other work", async () => {
  using small = makeSmallDataset();
  const run = (...sets: string[]) => {
    const changes = sets.flatMap((set) => ["--set", set]);
    return retrace("run", small.config, "--cache", small.path("cache"), "--results", small.path("r"), ...changes);
  };
  const cases: [model: string, says: string][] = [
    ['["linear(784,7)","softmax"]', "The model has 7 classes, but the dataset has a label 9"],
    [
      '["linear(28,10)","softmax"]',
      "The model's first layer expects 28 values, but an example of this dataset has 784.",
    ],
    ['["linear(784,40)","softmax"]', ""],
  ];
  for (const [i, [model, says]] of cases.entries()) {
    const { code, stdout, stderr } = await run(`train.model=${model}`);
    if (says === "") {
      assertEquals(code, 0, stderr);
      continue;
    }
    assertEquals(code, 1, stderr);
    assertStringIncludes(stderr, `: pipeline.train.model: ${says}`);
    assertMatch(stdout, i === 0 ? /^ {2}tensorize {2}run/m : /^ {2}tensorize {2}hit/m);
    assert(!/^ {2}(normalize|batch|train) /m.test(stdout), stdout);
  }
});
