/** Grids in real processes: their runs, their table, the same once more when nothing is left to do, and what is refused. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { filesUnder, mustBeDone, type Outcome, retrace } from "./retrace.ts";

/** A figure that may choose. It prefers what is worst on the test set, so that no other order is the same. */
const MINE = `import { defineFigure } from "retrace";

export const contrary = defineFigure<{ loss: number }>({
  name: "contrary.loss",
  title: "Contrary loss",
  better: "higher",
  chooses: true,
  from: "evaluation",
  value: ({ loss }) => loss,
});
`;

function places(small: SmallDataset): string[] {
  return ["--results", small.path("results"), "--cache", small.path("cache")];
}

/** The table at the end of what `run` prints: its head, its rows as cells, and the lines below. */
function tableIn({ stdout }: Outcome) {
  const lines = stdout.trimEnd().split("\n");
  const head = lines.findLastIndex((line) => /^(Best first|In the order)/.test(line));
  const end = lines.findIndex((line, i) => i > head && /^(\*|No best)/.test(line));
  return { head: lines[head], rows: lines.slice(head + 1, end).map((line) => line.split(/ {2,}/)), below: lines[end] };
}

Deno.test("a grid is run over seeds, two at a time, and ends with a table of the best, also when it is known", async (t) => {
  using small = makeSmallDataset({ epochs: 1 });
  small.write("mine.ts", MINE);
  const config = small.write("small.json", { ...small.experiment, uses: ["./mine.ts"] });
  const set = ["--set", "train.optimizer.lr=0.001,0.1", "--set", "batch.size=32,64", "--set", "train.epochs=1"];
  const run = (...args: string[]) => retrace("run", config, ...places(small), ...set, ...args);

  await t.step("--dry-run shows every run, and runs nothing", async () => {
    const { code, stdout } = await run("--dry-run", "--json", "--seeds", "0..1");
    assertEquals([code, stdout.trim().split("\n").length], [0, 8]);
    assertEquals(filesUnder(small.path("results")), {});
  });

  await t.step("the order is that of the figure that chooses, over the means", async () => {
    const outcome = await run("--seeds", "0..1", "--jobs", "2");
    mustBeDone(outcome);
    const lossOf = (name: string): number =>
      JSON.parse(Deno.readTextFileSync(join(small.path("results"), name, "metrics.json"))).loss;
    const names = [0.001, 0.1].flatMap((lr) =>
      [32, 64].map((size) => {
        const changes = [
          ...(size === 64 ? [] : ["batch.size=32"]),
          ...(lr === 0.1 ? [] : ["train.optimizer.lr=0.001"]),
        ];
        const nameOf = (seeds: string[]) => {
          const all = [...changes, ...seeds].sort();
          return all.length === 0 ? "small" : `small@${all.join(",")}`;
        };
        const mean = (lossOf(nameOf([])) + lossOf(nameOf(["seed=1"]))) / 2;
        return { name: nameOf([]), lr: String(lr), size: String(size), mean };
      })
    ).sort((a, b) => b.mean - a.mean);
    const { head, rows, below } = tableIn(outcome);
    assertEquals(head, "Best first, by contrary loss after the last epoch; mean ± standard deviation over n seeds");
    assertEquals(rows[0].slice(0, 4), ["lr", "size", "n", "contrary loss"]);
    assertEquals(rows.slice(1).map(([lr, size, n]) => [lr, size, n]), names.map(({ lr, size }) => [lr, size, "2"]));
    assertEquals(rows.map((row) => row.at(-1)!.includes("*")), [false, true, false, false, false]);
    assertEquals(below, `* best by contrary loss: ${names[0].name}`);
  });

  /** Runs it until it is known: the front then starts no worker, of which --verbose would tell. */
  async function untilKnown(...args: string[]): Promise<[worked: Outcome, known: Outcome]> {
    let worked = await run(...args, "--verbose");
    for (const started = Date.now(); Date.now() - started < 60_000;) {
      const outcome = await run(...args, "--verbose");
      if (!outcome.stderr.includes("front:")) return [worked, outcome];
      worked = outcome;
    }
    throw new Error("The command did not become known.");
  }

  await t.step("a known grid prints the same table, and JSON a line per run", async () => {
    const [worked, known] = await untilKnown("--seeds", "0..1");
    assertEquals([known.code, known.stderr, tableIn(known)], [0, "", tableIn(worked)]);
    const told = (await run("--seeds", "0..1", "--json")).stdout.trim().split("\n").map((line) => JSON.parse(line).run);
    assertEquals([told.length, new Set(told).size], [8, 8]);
  });

  await t.step("of a path that is set twice the last value counts, with a warning, known or not", async () => {
    const warning = "warning: seed is set twice, by --set seed=5 and --seeds 0; the last one counts.\n";
    const [worked, known] = await untilKnown("--seeds", "0", "--set", "seed=5", "--json");
    assertEquals([worked.stderr.split(warning).length, known.stderr], [2, warning]);
    const several = await run("--seeds", "0..1", "--set", "seed=5");
    assertEquals([several.code, several.stdout], [2, ""]);
    assertStringIncludes(several.stderr, "seed is set twice, by --set seed=5 and --seeds 0..1. Write all");
  });
});

Deno.test("without a figure that chooses, no best is named; explain shows a grid, and graph and reproduce refuse it", async () => {
  using small = makeSmallDataset({ epochs: 1 });
  const set = ["--set", "train.optimizer.lr=0.001,0.1"];
  const outcome = await retrace("run", small.config, ...places(small), ...set);
  mustBeDone(outcome);
  const { head, rows, below } = tableIn(outcome);
  assertEquals([head, rows.map(([lr]) => lr)], ["In the order of the grid", ["lr", "0.001", "0.1"]]);
  assertEquals([outcome.stdout.includes("*"), below.startsWith("No best is named: test data must not choose it")], [
    false,
    true,
  ]);
  const cache = ["--cache", small.path("cache")];
  const explained = await retrace("explain", small.config, "train", ...cache, ...set, "--json");
  mustBeDone(explained);
  const runs = explained.stdout.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(runs.map(({ run, plan }) => [run, plan.length, plan[0].action]), [
    ["small@train.optimizer.lr=0.001", 1, "hit"],
    ["small", 1, "hit"],
  ]);
  for (const command of [["graph"], ["reproduce", "--pytorch"]]) {
    const refused = await retrace(...command, small.config, ...(command[0] === "graph" ? cache : []), ...set);
    assertEquals([refused.code, refused.stdout], [2, ""]);
    assertStringIncludes(
      refused.stderr,
      "--set train.optimizer.lr has 2 values (0.001, 0.1), which only run and explain take.",
    );
  }
});
