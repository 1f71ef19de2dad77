/** Records of runs that were not finished: written whole, and read as what anybody may have written. */
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { keepUnfinished, unfinishedRun, unfinishedText } from "../../../pipeline/results/unfinished_run.ts";
import { folderOf } from "../../../pipeline/ui/listed_runs.ts";
import { listOf } from "../ui/served.ts";
import { withFolder } from "../sources/scratch.ts";
import { served, shownOf } from "../ui/served.ts";

const RUN = {
  ...{
    status: "failed",
    title: "linear",
    stage: "train",
    epoch: 3,
    epochs: 40,
    reason: "The loss became NaN.",
  } as const,
  experiment: { name: "one", seed: 0, pipeline: {} },
  figures: { accuracy: [0.1, null, 0.5] },
};

Deno.test("a record is read as it was written; figures that are too large are left out of it", async () => {
  await withFolder((results) => {
    const folder = join(results, "one");
    assertEquals(unfinishedRun(folder), null);
    keepUnfinished(folder, RUN);
    assertEquals(unfinishedRun(folder), RUN);
    assertEquals(unfinishedText(RUN), "failed in train after epoch 3 of 40: The loss became NaN.");
    keepUnfinished(folder, { ...RUN, figures: { accuracy: new Array(1_000_000).fill(0.5) } });
    assertEquals(unfinishedRun(folder), { ...RUN, figures: {} });
    assertEquals(folderOf(results, "one"), folder);
    return Promise.resolve();
  });
});

/** Records that somebody else wrote. The ui shows none, or a row; it never fails, and shows the others. */
const FORGED = [
  ...["", "{", "[]", "null", '{"status":"finished"}', '{"status":"failed"}', '{"status":"failed","figures":3}'],
  '{"status":"failed","epoch":1e300,"epochs":9007199254740991,"stage":{},"experiment":{"pipeline":{}},"title":[]}',
  '{"status":"stopped","figures":{"accuracy":"length","loss":{"length":1e9},"__proto__":[1]},"experiment":[]}',
  '{"status":"failed","stage":"\\u001b[2Jtrain\\n\\u202e","reason":"\\u0007<script>alert(1)</script>\\r\\u009b31m"}',
  `{"status":"failed","reason":${JSON.stringify("x".repeat(100_000))}}`,
  `${"[".repeat(100_000)}`,
];

Deno.test("a record that somebody else wrote harms nobody: its texts are printable, and its sizes are bounded", async () => {
  await withFolder(async (results) => {
    keepUnfinished(join(results, "good"), RUN);
    for (const text of FORGED) {
      Deno.writeTextFileSync(join(results, ".bad.unfinished.json"), text);
      const run = unfinishedRun(join(results, "bad"));
      if (run !== null) {
        assertEquals(/\p{C}/u.test(unfinishedText(run)), false, text);
        assertEquals(unfinishedText(run).length < 5000 && run.epochs <= 1_000_000, true, text.slice(0, 100));
      }
      const rows = new Map(listOf(results).map(({ name, status }) => [name, status]));
      assertEquals([rows.get("good"), rows.get("bad") === "damaged"], ["failed", run === null], text);
      await served(shownOf(results), async (url) => {
        for (const path of ["/", "/run?name=good", "/run?name=bad"]) {
          const response = await fetch(url + path);
          assertEquals([response.status, (await response.text()).includes("<script>alert")], [200, false], text);
        }
      });
    }
  });
});
