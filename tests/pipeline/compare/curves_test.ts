import { assertEquals } from "@std/assert";
import { curvesOf, type History, parseHistory } from "../../../pipeline/compare/compared_curves.ts";
import { compared, seedsOf } from "./fake_runs.ts";

Deno.test("parseHistory() reads columns; an empty field is null", () => {
  assertEquals(parseHistory("epoch,train_loss,test_accuracy\n0,,0.1\n1,2.5,0.9\n"), {
    epoch: [0, 1],
    train_loss: [null, 2.5],
    test_accuracy: [0.1, 0.9],
  });
});

Deno.test("parseHistory() reads infinities and NaN, as history.csv has them", () => {
  const { a, b } = parseHistory("epoch,a,b\n0,Infinity,-Infinity\n1,NaN,1e-3\n")!;
  assertEquals([a, b], [[Infinity, NaN], [-Infinity, 0.001]]);
});

Deno.test("parseHistory() rejects damaged and unrelated files", () => {
  for (
    const text of [
      "",
      "epoch,a\n",
      "a,b\n1,2\n",
      "epoch,a\n0,1\n1",
      "epoch,a\n0,x\n",
      "epoch,a\n0,1\n2,1\n",
      "epoch,a\n0,1,2\n",
    ]
  ) assertEquals(parseHistory(text), null, JSON.stringify(text));
});

Deno.test("curvesOf() goes where one of the seeds goes: a mean over the others would hide that it diverged", () => {
  const comparison = compared(seedsOf("a", [0.9, 0.8]));
  const values = (...one: number[]) => {
    const history = (loss: number[]): History => ({ epoch: loss.map((_, i) => i), loss });
    const histories = new Map([["a", history([3, ...one])], ["a@seed=1", history([1, 1, 5])]]);
    return curvesOf(comparison, histories, "loss")[0].values;
  };
  assertEquals(values(Infinity, Infinity), [2, Infinity, Infinity]);
  assertEquals(values(Infinity, 3), [2, Infinity, 4]);
  assertEquals(values(NaN, -Infinity), [2, NaN, -Infinity]);
});

Deno.test("curvesOf() returns the seeds' mean, minimum and maximum, and a gap where one of them has no value", () => {
  const comparison = compared([...seedsOf("a", [0.9, 0.8]), ...seedsOf("b", [0.5], { lr: 9 })]);
  const history = (values: (number | null)[]): History => ({ epoch: values.map((_, i) => i), loss: values });
  const histories = new Map([["a", history([4, 2, 1])], ["a@seed=1", history([2, 4, null])]]);
  const mean = { label: "a (2 seeds)", values: [3, 3, null], band: { low: [2, 2, null], high: [4, 4, null] } };
  assertEquals(curvesOf(comparison, histories, "loss"), [mean]);
  histories.set("b", history([7]));
  assertEquals(curvesOf(comparison, histories, "loss"), [mean, { label: "b", values: [7] }]);
  assertEquals(curvesOf(comparison, histories, "no such column"), []);
});
