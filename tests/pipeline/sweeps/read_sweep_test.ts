import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import { join } from "node:path";
import { isSweep, readSweep } from "../../../pipeline/sweeps/read_sweep.ts";
import { sweepPage } from "../../../pipeline/sweeps/sweep_page.ts";
import { madeSweep } from "./fake_sweep.ts";

/** Does `work` with the folder of a sweep. */
function inFolder<T>(work: (folder: string) => T): T {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-sweep-" });
  try {
    return work(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** What is read where a sweep's report is this text. */
function readText(text: string): ReturnType<typeof readSweep> {
  return inFolder((folder) => {
    Deno.writeTextFileSync(join(folder, "sweep.json"), text);
    return readSweep(folder);
  });
}

Deno.test("a report is read as it was written", () => {
  for (
    const report of [
      madeSweep(),
      madeSweep({ at: 2 }),
      madeSweep({ trials: 1, goal: "minimize", seeds: [5] }),
      madeSweep({ trials: 20_000, seeds: [0], rungs: [1, 3] }),
    ]
  ) {
    assertEquals(readText(JSON.stringify(report, null, 1)), report);
  }
});

Deno.test("what is no report is refused, with what is wrong with it", () => {
  const changed = (change: (report: ReturnType<typeof madeSweep>) => void) => {
    const report = structuredClone(madeSweep());
    change(report);
    return JSON.stringify(report);
  };
  const cases: [string, RegExp][] = [
    ["", /is damaged: it is not JSON$/],
    ["{}", /is damaged: name: /],
    ["[".repeat(100_000), /is damaged: it is not JSON$/],
    [changed((report) => report.trials[3].bracket = 1), /numbers of trials, brackets and rungs that there are/],
    [changed((report) => report.trials[3].rung = 4), /numbers of trials/],
    [changed((report) => report.trials[3].index = 4), /numbers of trials/],
    [changed((report) => report.winner!.trial = 27), /numbers of trials/],
    [changed((report) => report.brackets = []), /damaged: brackets: /],
    [changed((report) => report.parameters[0].range!.min = 0), /damaged: parameters.0.range: a range from min to max/],
    [changed((report) => report.parameters[0].range!.max = 0), /a range from min to max/],
    [changed((report) => report.trials[0].reason = "x".repeat(2000)), /damaged: trials.0.reason: /],
    [changed((report) => Object.assign(report.metric, { form: "html" })), /damaged: metric.form: /],
  ];
  for (const [text, problem] of cases) assertMatch(String(readText(text)), problem);
});

Deno.test("a report that is missing, a folder or too large is not read", () => {
  inFolder((folder) => {
    assertMatch(String(readSweep(folder)), /sweep\.json is missing$/);
    const file = join(folder, "sweep.json");
    Deno.mkdirSync(file);
    assertMatch(String(readSweep(folder)), /sweep\.json is a folder$/);
    Deno.removeSync(file);
    Deno.writeFileSync(file, new Uint8Array(2 ** 24 + 1));
    assertMatch(String(readSweep(folder)), /has 16777217 bytes, but at most 16777216 are read$/);
  });
  assertEquals(["a.sweep", ".a.sweep", "a", "sweep"].map(isSweep), [true, false, false, false]);
});

Deno.test("a page is made of every report that is read, in bounded time and size", () => {
  const report = structuredClone(madeSweep({ trials: 3 }));
  const huge = 1.7e308;
  report.parameters = Array.from({ length: 50 }, (_, i) => {
    const range = {
      min: i % 2 === 0 ? -huge : 5e-324,
      max: huge,
      scale: i % 2 === 0 ? "linear" as const : "log" as const,
    };
    return { path: `p${i}`, title: `p${i}`, range, values: null };
  });
  report.trials = Array.from({ length: 10_000 }, (_, index) => {
    const mean = [huge, -huge, 0, 1e-320][index % 4];
    return { ...report.trials[0], index, bracket: 0, rung: 0, choices: {}, mean, curve: [], values: [] };
  });
  report.epochs = report.brackets[0].rungs[0].epochs = Number.MAX_SAFE_INTEGER;
  report.winner = { trial: 0, runs: ["\ud800"], test: null, verdict: "" };
  const read = readText(JSON.stringify(report));
  assert(typeof read !== "string", String(read).slice(0, 200));
  assertLess(sweepPage(read).length, 2e7);
});
