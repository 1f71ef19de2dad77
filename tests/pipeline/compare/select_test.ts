import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../pipeline/engine/run_errors.ts";
import { compared, fakeRun, seedsOf } from "./fake_runs.ts";

const DEEP = ["linear(784,30)", "relu", "linear(30,10)", "softmax"];
const runs = [
  ...seedsOf("a", [0.9, 0.5], { lr: 0.1, loss: 3 }),
  fakeRun({ name: "b", lr: 0.01, accuracy: 0.8, loss: 1, model: DEEP }),
  fakeRun({ name: "c", lr: 1, accuracy: 0.75, loss: null, reduction: "mean" }),
];

function kept(...filters: string[]): string[] {
  return compared(runs, { filters }).rows.map(({ run }) => run);
}

Deno.test("--filter compares params as numbers, words and lists, by a path or its end", () => {
  assertEquals(kept("train.optimizer.lr<0.1"), ["b"]);
  assertEquals(kept("lr<=1e-1"), ["a", "a@seed=1", "b"]);
  assertEquals(kept("optimizer.lr >= 0.1", "lr != 1"), ["a", "a@seed=1"]);
  assertEquals(kept("reduction=mean"), ["c"]);
  assertEquals(kept('reduction != "mean"'), ["a", "a@seed=1", "b"]);
  assertEquals(kept(`model==${JSON.stringify(DEEP)}`), ["b"]);
  assertEquals(kept("train.model==linear(784,30)"), ["b"]);
  assertEquals(kept("model=relu"), ["b"]);
  assertEquals(kept('model!="relu"'), ["a", "a@seed=1", "c"]);
  assertEquals(kept("model==softmax").length, 4);
  assertEquals(kept("epochs=2").length, 4);
});

Deno.test("--filter takes a figure by its mean over the seeds: no seed is picked by how it came out", () => {
  assertEquals(kept("accuracy>0.72"), ["b", "c"]);
  assertEquals(kept("accuracy>=70%"), ["a", "a@seed=1", "b", "c"]);
  // null: no figure to compare.
  assertEquals(kept("loss>0"), ["a", "a@seed=1", "b"]);
});

Deno.test("--filter by a seed takes single runs out of a group", () => {
  const { groups } = compared(runs, { filters: ["seed<1"] });
  assertEquals(groups.map(({ name, seeds }) => [name, seeds]), [["a", 1], ["b", 1], ["c", 1]]);
});

Deno.test("--filter shows only what differs among the runs that are left", () => {
  assertEquals(compared(runs, { filters: ["lr=0.1"] }).params, ["seed"]);
});

Deno.test("--filter refuses what it cannot mean", () => {
  const cases: [string, string][] = [
    ["learning<1", 'No run has a figure or a param "learning"'],
    ["trian.optimizer.lr<1", 'Did you mean "train.optimizer.lr"?'],
    ["name=sgd", '"name" may mean train.loss.name or train.optimizer.name'],
    ["lr", "There is no operator"],
    ["lr<fast", "< compares numbers, but this is not a number"],
    ["lr>5", "None of the 4 runs satisfies lr>5"],
  ];
  for (const [filter, message] of cases) assertThrows(() => kept(filter), UsageError, message);
});

Deno.test("--sort puts the best first, after a minus the worst, and what has no value last", () => {
  const sorted = (sort: string) => compared(runs, { sort }).groups.map(({ name }) => name);
  assertEquals(sorted("accuracy"), ["b", "c", "a"]);
  assertEquals(sorted("-accuracy"), ["a", "c", "b"]);
  assertEquals(sorted("loss"), ["b", "a", "c"]);
  assertEquals(sorted("-loss"), ["a", "b", "c"]);
  assertEquals(sorted("lr"), ["b", "a", "c"]);
  assertEquals(sorted("-train.optimizer.lr"), ["c", "a", "b"]);
  assertThrows(() => sorted("acuracy"), UsageError, '--sort: No run has a figure or a param "acuracy". Did you mean');
});

Deno.test("--sort leaves the tests as they are: against the first that was named", () => {
  assertEquals(compared(runs, { sort: "accuracy" }).tests[0].baseline, "a");
});
