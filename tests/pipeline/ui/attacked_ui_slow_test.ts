/** A results folder that somebody made to harm the ui, compare and report: what is bad is one row that says why. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { comparedCurves } from "../../../pipeline/compare/compared_curves.ts";
import { compareRuns } from "../../../pipeline/compare/compare_runs.ts";
import { findRuns } from "../../../pipeline/compare/find_runs.ts";
import { plant, possibleObstacles } from "../engine/obstacles.ts";
import { TERMS } from "../compare/fake_runs.ts";
import { withFolder } from "../sources/scratch.ts";
import { listOf, served, shownOf, writeRun } from "./served.ts";

/** A run's file and what it contains, and what its row says; null if the run can be shown in spite of it. */
type Attack = readonly [file: string, content: string, says: string | null];

const EXPERIMENT = { name: "bad", seed: 0, pipeline: { train: { model: ["linear(784,10)"], epochs: 3 } } };
const experiment = (fields: Record<string, unknown>) => JSON.stringify({ ...EXPERIMENT, ...fields });
const begin = (fields: Record<string, unknown>) =>
  JSON.stringify({ run: "bad", title: "t", epochs: 3, experiment: EXPERIMENT, ...fields });

const ATTACKS: Attack[] = [
  ["experiment.json", "null", "is not a JSON object"],
  ["experiment.json", "[".repeat(1e5), "is not a JSON object"],
  ["experiment.json", '{"seed": 0}', "is not an experiment"],
  ["experiment.json", experiment({ seed: "0" }), "is not an experiment"],
  ["experiment.json", experiment({}).replace('"seed":0', '"seed":1e999'), "is not an experiment"],
  ["experiment.json", experiment({ pipeline: null }), "is not an experiment"],
  ["experiment.json", experiment({ pipeline: { train: null } }), "is not an experiment"],
  ["experiment.json", experiment({ pipeline: { train: [] } }), "is not an experiment"],
  ["experiment.json", experiment({ chain: "train" }), "is not an experiment"],
  ["experiment.json", experiment({ chain: { length: 1e9 } }), "is not an experiment"],
  ["experiment.json", experiment({ about: "x".repeat(1 << 18) }), "at most 262144"],
  ["experiment.json", experiment({ pipeline: { train: { layers: null, model: null } } }), null],
  ["experiment.json", experiment({ pipeline: { train: { model: { length: 1e9 }, epochs: 1e308 } } }), null],
  ["experiment.json", experiment({ chain: ["train", "constructor", "__proto__"] }), null],
  ["experiment.json", `{"seed":0,"pipeline":{"__proto__":{"a":1},"constructor":{"b":null}}}`, null],
  ["metrics.json", "3", "is not a JSON object"],
  ["metrics.json", '{"accuracy": 0.', "is not a JSON object"],
  ["metrics.json", `{"a":${" ".repeat(1 << 22)}1}`, "at most 4194304"],
  ["metrics.json", JSON.stringify(Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [i, i]))), "1001 figures"],
  ["metrics.json", '{"accuracy":1e999,"loss":"<b>","loss_per_image":{"length":-1},"__proto__":1,"epochs":null}', null],
  ["metrics.json", '{"accuracy":-1.7e308,"loss":5e-324}', null],
  ["history.csv", "", null],
  ["history.csv", "epoch,test_accuracy\n0,1e308\n1,-1e308\n", null],
  ["history.csv", "epoch,test_accuracy\n0,Infinity\n1,\n2,5e-324\n", null],
  ["history.csv", `epoch,__proto__,constructor\n0,1,1\n`, null],
  ["history.csv", `epoch${",x".repeat(1e5)}\n0${",1".repeat(1e5)}\n`, null],
  ["history.csv", "x".repeat(2 ** 24 + 1), null],
  ["report.html", "x".repeat(2 ** 24 + 1), null],
  ["../.bad.live", `${begin({})}\n{"epoch":4294967290,"figures":{"accuracy":1}}\n`, null],
  ["../.bad.live", `${begin({})}\n{"epoch":"length","figures":{"accuracy":1}}\n`, null],
  [
    "../.bad.live",
    `${begin({})}\n{"epoch":1.5,"figures":{"accuracy":1}}\n{"epoch":-1,"figures":{"accuracy":1}}\n`,
    null,
  ],
  ["../.bad.live", `${begin({})}\n{"epoch":0,"figures":{"accuracy":{"length":1e9},"__proto__":1,"loss":[]}}\n`, null],
  ["../.bad.live", `${begin({ epochs: 1e308 })}\n{"epoch":0,"figures":{"accuracy":1e308}}\n`, null],
  ["../.bad.live", `${begin({ epochs: -1, title: "x".repeat(1e5) })}\n{"stage":"${"y".repeat(1e5)}"}\n`, null],
  ["../.bad.live", `${begin({ experiment: { pipeline: { train: { layers: null } } } })}\n{"stage":"train"}\n`, null],
  ["../.bad.live", `${begin({})}\n{"epoch":0,"figures":null}\n{"failed":{"length":1}}\n{"stage":null}\n[]\n`, null],
  ["../.bad.live", "x".repeat(2 ** 18 + 1), "more than 262144 bytes"],
];

/** The places of a run's files that the ui, compare and report read. */
const PLACES = ["experiment.json", "metrics.json", "history.csv", "report.html", "run.json", "../.bad.live"];

/** What the ui answers about a folder with a good and a bad run. Fails if a request fails, or the good one is missing. */
async function answersAbout(results: string, attack: string): Promise<void> {
  await served(shownOf(results), async (url) => {
    const get = async (path: string, ...statuses: number[]) => {
      const response = await fetch(url + path);
      const text = await response.text();
      assert(
        [200, ...statuses].includes(response.status),
        `${attack}: ${path} ${response.status} ${text.slice(0, 200)}`,
      );
      assert(text.length < 2 ** 24 + 1, `${attack}: ${path}`);
      return text;
    };
    assertStringIncludes(await get("/"), 'href="/run?name=good"', attack);
    await get("/run?name=bad", 404);
    await get("/report?name=bad", 404);
    assertStringIncludes(await get("/compare?run=good&run=bad"), "good", attack);
    for (const path of ["/events", "/events?name=bad"]) {
      const response = await fetch(url + path);
      if (response.status === 404) {
        await response.body?.cancel();
        continue;
      }
      const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      while (!text.includes("data: ")) text += (await reader.read()).value;
      await reader.cancel();
    }
  });
  // What compare, with --charts, and report read.
  const { runs } = findRuns(["*"], { pipeline: classifier, results });
  assert(runs.some(({ name }) => name === "good"), attack);
  comparedCurves(compareRuns(runs, TERMS), runs, TERMS);
}

for (const [file, content, says] of ATTACKS) {
  Deno.test(`the ui shows a folder where ${file} is ${content.slice(0, 60)}`, async () => {
    await withFolder(async (results) => {
      writeRun(results, "good");
      Deno.writeTextFileSync(join(writeRun(results, "bad"), file), content);
      const rows = listOf(results).filter(({ name }) => name === "bad");
      assertEquals(rows.length, 1);
      const [{ status, note, title }] = rows;
      assertEquals(status === "damaged", says !== null, note);
      assertStringIncludes(note, says ?? "");
      assert(note.length < 1000 && title.length <= 500);
      await answersAbout(results, file);
    });
  });
}

Deno.test("whatever is in the place of a run's file, the ui does not hang, and shows the other runs", async () => {
  await withFolder(async (folder) => {
    const outside = join(folder, "outside");
    Deno.mkdirSync(join(outside, "folder"), { recursive: true });
    Deno.writeTextFileSync(join(outside, "file"), "secret");
    for (const obstacle of possibleObstacles().filter((name) => !/a file$|name of a file/.test(name))) {
      for (const place of PLACES) {
        const results = join(folder, "results");
        writeRun(results, "good");
        plant(obstacle, join(writeRun(results, "bad"), place), outside);
        const attack = `${obstacle} in the place of ${place}`;
        const [row] = listOf(results).filter(({ name }) => name === "bad");
        const isNeeded = ["experiment.json", "metrics.json", "../.bad.live"].includes(place);
        assertEquals(row.status, isNeeded ? "damaged" : "finished", attack);
        // What is at the end of a link is not looked at.
        if (isNeeded) {
          assertStringIncludes(
            row.note,
            `is a ${obstacle.split(" ").slice(1, 3).join(" ").replace(/^(link|folder|socket|device).*/, "$1")}`,
            attack,
          );
        }
        await answersAbout(results, attack);
        Deno.removeSync(results, { recursive: true });
      }
    }
  });
});
