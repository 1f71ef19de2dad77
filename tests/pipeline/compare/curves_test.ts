import { assertEquals } from "@std/assert";
import { curvesOf, type History, parseHistory } from "../../../pipeline/compare/histories.ts";
import { compared, seedsOf } from "./fake_runs.ts";

Deno.test("parseHistory() reads columns; an empty field is null", () => {
  assertEquals(parseHistory("epoch,train_loss,test_accuracy\n0,,0.1\n1,2.5,0.9\n"), {
    epoch: [0, 1],
    train_loss: [null, 2.5],
    test_accuracy: [0.1, 0.9],
  });
});

Deno.test("parseHistory() takes nothing that is torn or foreign", () => {
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

Deno.test("curvesOf() gives mean, lowest and highest of the seeds, and a gap where one of them has no value", () => {
  const { groups, rows } = compared([...seedsOf("a", [0.9, 0.8]), ...seedsOf("b", [0.5], { lr: 9 })]);
  const history = (values: (number | null)[]): History => ({ epoch: values.map((_, i) => i), loss: values });
  const histories = new Map([["a", history([4, 2, 1])], ["a@seed=1", history([2, 4, null])]]);
  assertEquals(curvesOf(groups, rows, histories, "loss"), [
    { name: "a", seeds: 2, mean: [3, 3, null], low: [2, 2, null], high: [4, 4, null] },
  ]);
  histories.set("b", history([7]));
  assertEquals(curvesOf(groups, rows, histories, "loss").map(({ name, seeds }) => [name, seeds]), [["a", 2], ["b", 1]]);
  assertEquals(curvesOf(groups, rows, histories, "no such column"), []);
});
