import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../../pipeline/engine/run_errors.ts";
import { parseSetting, segmentsOf, setAt } from "../../../pipeline/experiment/override.ts";
import { parseOverride } from "./parse_override.ts";

const STAGES = ["train", "batch"];

function applied<T extends object>(target: T, text: string): T {
  const { path, value } = parseOverride(text);
  setAt(target, segmentsOf(path, STAGES), value, `--set ${path}`);
  return target;
}

Deno.test("parseOverride() parses JSON values, and reads anything else as a string", () => {
  const cases: [string, unknown][] = [
    ["train.epochs=60", 60],
    ["train.optimizer.lr=1e-3", 0.001],
    ["batch.shuffle=false", false],
    ["train.init=randn", "randn"],
    ['train.init="randn"', "randn"],
    ["train.model=[1,2]", [1, 2]],
    ['train.optimizer={"name":"basic","lr":1}', { name: "basic", lr: 1 }],
    ["normalize.mean=null", null],
    ["about=a=b", "a=b"],
    ["about=two words", "two words"],
    ["train.model=[1", "[1"],
  ];
  for (const [text, value] of cases) {
    assertEquals(parseOverride(text), { path: text.slice(0, text.indexOf("=")), value });
  }
});

Deno.test("parseOverride() returns every JSON value", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const text = JSON.stringify(value);
    assertEquals(parseOverride(`train.x=${text}`), { path: "train.x", value: JSON.parse(text) });
  }));
});

Deno.test("parseOverride() throws a UsageError with an example if the path or the value is missing", () => {
  for (const text of ["train.epochs", "=3", "train.epochs=", ""]) {
    const { message } = assertThrows(() => parseOverride(text), UsageError);
    assertStringIncludes(message, "--set train.epochs=60");
    assertStringIncludes(message, JSON.stringify(text));
  }
});

Deno.test("parseSetting() splits at the commas outside of brackets, parentheses, braces and double quotes", () => {
  const cases: [text: string, ...values: unknown[]][] = [
    ["train.optimizer.lr=0.001,0.01,0.1", 0.001, 0.01, 0.1],
    ["train.init=linear, randn", "linear", "randn"],
    ["train.x=1,null,true,word", 1, null, true, "word"],
    ['train.model=["linear(784,10)","softmax"]', ["linear(784,10)", "softmax"]],
    ['train.model=["a","b"],["c"]', ["a", "b"], ["c"]],
    ['train.loss={"clamp":0,"reduction":"sum"}', { clamp: 0, reduction: "sum" }],
    ["train.model.0=linear(784,30)", "linear(784,30)"],
    ["train.model.0=linear(784,30),linear(784,10)", "linear(784,30)", "linear(784,10)"],
    ['about="a, b"', "a, b"],
    ['about="a, \\" b","c"', 'a, " b', "c"],
    ["about=it's one, it's two", "it's one", "it's two"],
    ["about=a),b", "a)", "b"],
    ["about=[1,2", "[1,2"],
    ['about="a,b', '"a,b'],
    ["seed=1,1,2,1", 1, 2],
    ["about= one ", " one "],
  ];
  for (const [text, ...values] of cases) {
    assertEquals(parseSetting(text), { path: text.slice(0, text.indexOf("=")), values }, text);
  }
});

Deno.test("parseSetting() returns every list of JSON values, each once", () => {
  fc.assert(fc.property(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 4 }), (values) => {
    const texts = [...new Set(values.map((value) => JSON.stringify(value)))];
    assertEquals(parseSetting(`train.x=${texts.join(",")}`).values, texts.map((text) => JSON.parse(text)));
  }));
});

Deno.test("parseSetting() says what to write where a value between commas is missing", () => {
  const cases = [["a=1,,2", "a=1,2"], ["a=1,", "a=1"], ["a=,1", "a=1"], ["a=1, ,2", "a=1,2"], ["a=,", "a=1,2"]];
  for (const [text, fixed] of cases) {
    const { message } = assertThrows(() => parseSetting(text), UsageError);
    assertStringIncludes(message, `--set a: a value is missing before or after a comma. Write ${fixed};`);
    assertStringIncludes(message, `'a="a, b"'`);
  }
});

Deno.test("parseOverride() refuses several values in one sentence", () => {
  const { message } = assertThrows(() => parseOverride("train.epochs=1,2"), UsageError);
  assertEquals(message, "--set train.epochs has 2 values (1, 2), which only run and explain take.");
});

Deno.test("parseOverride() rejects a field that an object has twice, and integers that would be rounded", () => {
  const cases: [text: string, ...parts: string[]][] = [
    ['train.loss={"name":"a", "name":"b"}', "--set train.loss: line 1, column 14", '"name" is there twice'],
    ['train.optimizer={"lr":1,"\\u006cr":2}', "--set train.optimizer: line 1, column 9", '"lr" is there twice'],
    ['train.x=[{"a":{"b":1,"b":1}}]', "column 14", '"b" is there twice'],
    ["seed=9007199254740993", "--set seed: line 1, column 1", "9007199254740993", "exact up to 9007199254740991"],
    ["batch.seed=18446744073709551615", "--set batch.seed", "18446744073709551615"],
    ["train.x=[1,-9007199254740995]", "column 4", "-9007199254740995"],
  ];
  for (const [text, ...parts] of cases) {
    const { message } = assertThrows(() => parseOverride(text), UsageError);
    for (const part of parts) assertStringIncludes(message, part);
  }
});

Deno.test("segmentsOf() prefixes a stage's path with pipeline, and no other path", () => {
  assertEquals(segmentsOf("train.optimizer.lr", STAGES), ["pipeline", "train", "optimizer", "lr"]);
  assertEquals(segmentsOf("seed", STAGES), ["seed"]);
});

Deno.test("setAt() sets a value, creates missing objects, and changes nothing else", () => {
  const target = { seed: 0, pipeline: { train: { epochs: 2, init: "linear" } } };
  assertEquals(applied(target, "train.epochs=3"), { seed: 0, pipeline: { train: { epochs: 3, init: "linear" } } });
  assertEquals(applied({}, "batch.size=8"), { pipeline: { batch: { size: 8 } } });
});

Deno.test("setAt() sets an entry of a list by its index", () => {
  const target = { pipeline: { train: { model: ["linear(784,8)", "relu"] } } };
  applied(target, "train.model.0=linear(784,9)");
  assertEquals(target.pipeline.train.model, ["linear(784,9)", "relu"]);
});

Deno.test("setAt() throws if an index is not in the list, and does not change the list", () => {
  for (const index of ["2", "length", "x", "-1", "at.0"]) {
    const target = { pipeline: { train: { model: ["a", "b"] } } };
    const { message } = assertThrows(() => applied(target, `train.model.${index}=c`), UsageError);
    assertStringIncludes(message, `--set train.model.${index}: a list of 2 has no entry`);
    assertEquals(target.pipeline.train.model, ["a", "b"]);
  }
});

Deno.test("setAt() throws if the path leads through a scalar", () => {
  for (const [value, shown] of [[2, "2"], ["two", '"two"'], [null, "null"], [true, "true"]] as const) {
    const target = { pipeline: { train: { epochs: value } } };
    const { message } = assertThrows(() => applied(target, "train.epochs.x=3"), UsageError);
    assertStringIncludes(message, `"epochs" is ${shown}, which has no fields`);
  }
});

Deno.test("setAt() changes only the value at the path", () => {
  const names = fc.constantFrom("a", "b", "c");
  fc.assert(fc.property(fc.dictionary(names, fc.integer()), names, fc.integer(), (params, name, value) => {
    const target = { pipeline: { train: { ...params } } };
    applied(target, `train.${name}=${value}`);
    assertEquals(target, { pipeline: { train: { ...params, [name]: value } } });
  }));
});
