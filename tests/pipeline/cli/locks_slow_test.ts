/** Files without a SHA-256, through the real command line: those on the web are locked, local ones are taken as they are. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { hasOpenssl, serveHttps } from "./https_server.ts";
import { commandOf, filesUnder, mustBeDone, type Outcome, outcomeOf, PROJECT } from "./retrace.ts";

const NAMES = ["train_images", "train_labels", "test_images", "test_labels"];

/** The experiment without digests, its files from `source`. */
function writeOpen(small: SmallDataset, name: string, source: Record<string, unknown>): string {
  const experiment = small.experiment;
  experiment.name = name;
  const files = Object.fromEntries(NAMES.map((one) => [one, one]));
  experiment.pipeline.download = { source, files };
  return small.write(`${name}.json`, experiment);
}

/** The content of a lock, by the names of the files. */
function lockIn(path: string): Record<string, { sha256: string; size: number }> {
  const lock: Record<string, { sha256: string; size: number }> = JSON.parse(Deno.readTextFileSync(path));
  return Object.fromEntries(Object.entries(lock).map(([address, file]) => [address.replace(/.*\//, ""), file]));
}

function actionsOf({ stdout }: Outcome): Record<string, string> {
  const { stages } = JSON.parse(stdout);
  return Object.fromEntries(stages.map(({ stage, action }: { stage: string; action: string }) => [stage, action]));
}

Deno.test({
  name: "files on the web are locked by the first run, fetched once, and demanded from then on",
  ignore: !hasOpenssl(),
  async fn() {
    using small = makeSmallDataset({ epochs: 1 });
    await using server = serveHttps(small.data, small.folder);
    const config = writeOpen(small, "web", { from: "https", url: server.url.replace("//", "//me:secret@") });
    const lock = small.path("web.lock.json");
    const places = ["--cache", small.path("cache"), "--results", small.path("results")];
    const env = { DENO_CERT: server.authority, NO_COLOR: "1" };
    const run = (...args: string[]) => outcomeOf(commandOf(["run", config, ...places, ...args]), env);

    // What only plans says what it does not know.
    const planned = await outcomeOf(commandOf(["explain", config, ...places.slice(0, 2)]), env);
    assertEquals([planned.code, server.requests], [0, []]);
    assertMatch(planned.stderr, /^note: https:\/\/localhost:\d+\/train_images \(and 3 more\) was never fetched/);

    // An authority that nobody has named.
    const untrusted = await outcomeOf(commandOf(["run", config, ...places]), { NO_COLOR: "1" });
    assertEquals([untrusted.code, server.requests], [1, []]);
    assertMatch(untrusted.stderr, /^error: Could not download .* invalid peer certificate: .* DENO_CERT=FILE\.\n$/);

    // A run that is killed in the middle of the third file leaves no lock, and no byte has to be sent again.
    const stuck = Promise.withResolvers<void>();
    server.stopAt = { name: "test_images", stuck: stuck.resolve };
    const [program, ...args] = commandOf(["run", config, ...places]);
    const killed = new Deno.Command(program, { args, cwd: PROJECT, env, stdout: "null", stderr: "null" }).spawn();
    await stuck.promise;
    await until(() => Object.keys(filesUnder(small.path("cache/scratch"))).filter(isPart).length === 3);
    killed.kill("SIGKILL");
    await killed.status;
    assertEquals(Deno.readDirSync(small.folder).some(({ name }) => name.includes("lock")), false);
    server.stopAt = null;
    server.requests.length = 0;

    // Two runs at a time, of which one download is enough.
    const first = await run("--seeds", "0,1", "--jobs", "2");
    assertEquals(first.code, 0, first.stderr);
    assertEquals(server.requests, [
      `train_images bytes=${sizeOf("train_images")}-`,
      `train_labels bytes=${sizeOf("train_labels")}-`,
      "test_images bytes=1000-",
      "test_labels",
    ]);
    assertEquals(server.sent, NAMES.map(sizeOf).reduce((sum, size) => sum + size));
    const locked = Object.fromEntries(NAMES.map((name) => [name, { sha256: digestOf(name), size: sizeOf(name) }]));
    assertEquals(lockIn(lock), locked);
    assertStringIncludes(
      first.stderr,
      `${lock}: ${server.url}train_images is locked: ${digestOf("train_images").slice(0, 10)}…`,
    );
    assert(!Deno.readTextFileSync(lock).includes("secret"));
    assertEquals(filesUnder(small.path("cache/scratch")), {});
    const { pipeline } = JSON.parse(Deno.readTextFileSync(small.path("results/web/experiment.json")));
    assertEquals(pipeline.download.files.test_labels, { name: "test_labels", sha256: digestOf("test_labels") });

    // Nothing is asked again.
    server.requests.length = 0;
    const again = await run("--json");
    mustBeDone(again);
    assertEquals([new Set(Object.values(actionsOf(again))), server.requests], [new Set(["hit"]), []]);

    // Other bytes are refused, and nothing is lost.
    const labels = Deno.readFileSync(join(small.data, "test_labels"));
    const old = digestOf("test_labels");
    Deno.writeFileSync(join(small.data, "test_labels"), labels.with(-1, (labels.at(-1)! + 1) % 10));
    Deno.removeSync(small.path("cache"), { recursive: true });
    const before = filesUnder(small.path("results/web"));
    const refused = await run();
    assertEquals([refused.code, filesUnder(small.path("results/web")), lockIn(lock)], [1, before, locked]);
    for (const part of ["test_labels", old, digestOf("test_labels"), lock, `deno task run ${config} --update-lock`]) {
      assertStringIncludes(refused.stderr, part);
    }
    assert(!refused.stderr.includes("secret"));

    // They are accepted on request, with what has changed.
    const updated = await run("--update-lock");
    assertEquals(updated.code, 0, updated.stderr);
    const size = sizeOf("test_labels");
    const change = `${old.slice(0, 10)}… (${size} bytes) → ${digestOf("test_labels").slice(0, 10)}… (${size} bytes)`;
    assertStringIncludes(updated.stderr, `test_labels: ${change}`);
    assertStringIncludes(updated.stderr, "train_images has not changed");
    assertEquals(lockIn(lock).test_labels, { sha256: digestOf("test_labels"), size });

    // A lock that does not fit is no license to fetch something else.
    server.requests.length = 0;
    const elsewhere = await run("--set", `download.source.url=${server.url}other/`);
    assertEquals([elsewhere.code, server.requests], [2, []]);
    assertStringIncludes(elsewhere.stderr, "does not lock");
    Deno.writeTextFileSync(lock, "{");
    const damaged = await run();
    assertEquals([damaged.code, damaged.stdout], [2, ""]);
    assertStringIncludes(damaged.stderr, `error: ${lock} is not a lock`);
    mustBeDone({ ...await run("--update-lock", "--quiet"), stderr: "" });
    assertEquals(lockIn(lock).test_labels.sha256, digestOf("test_labels"));

    function digestOf(name: string): string {
      return digestOfBytes(Deno.readFileSync(join(small.data, name)));
    }
    function sizeOf(name: string): number {
      return Deno.statSync(join(small.data, name)).size;
    }
  },
});

Deno.test("local files and folders are taken as they are, and only they can be read", async () => {
  using small = makeSmallDataset();
  Deno.mkdirSync(small.path("pictures/train"), { recursive: true });
  const picture = small.write("pictures/train/one.png", "one");
  const table = small.write("table.csv", "a,b");
  const files = { train: "pictures/train", test: "table.csv" };
  const config = small.write("mine.json", { chain: ["download"], pipeline: { download: { files } } });
  const places = ["--cache", small.path("cache"), "--results", small.path("results")];
  const run = (...args: string[]) => outcomeOf(commandOf(["run", config, ...places, ...args]), { NO_COLOR: "1" });

  const first = await run("--json", "--verbose");
  assertEquals(first.code, 0, first.stderr);
  const [, readable] = /^worker: --allow-read=(\S*)/m.exec(first.stderr)!;
  const data = readable.split(",").filter((path) => path.startsWith(small.folder) && !/cache|results|json/.test(path));
  assertEquals(data.sort(), [small.path("pictures/train"), table, `${table}.gz`]);
  const { pipeline } = JSON.parse(Deno.readTextFileSync(small.path("results/mine/experiment.json")));
  const { train, test } = pipeline.download.files;
  assertEquals(test, { name: "table.csv", sha256: digestOfBytes(Deno.readFileSync(table)) });
  const stored = filesUnder(small.path("cache/artifacts"));
  assertEquals(Object.values(stored).includes(train.sha256), true);

  Deno.writeTextFileSync(picture, "two");
  const plan = await outcomeOf(commandOf(["explain", config, ...places.slice(0, 2)]), { NO_COLOR: "1" });
  assertMatch(plan.stdout, new RegExp(`train: ${train.sha256.slice(0, 10)} → [0-9a-f]{10} \\(pictures/train\\)`));
  const second = await run("--json");
  mustBeDone(second);
  assertEquals(actionsOf(second), { download: "run" });
  assertEquals(actionsOf(await run("--json")), { download: "hit" });

  Deno.symlinkSync("../..", small.path("pictures/train/up"));
  const linked = await run();
  assertEquals([linked.code, linked.stdout], [1, ""]);
  assertStringIncludes(linked.stderr, "up leads out of the folder");
  Deno.removeSync(small.path("pictures/train/up"));
  Deno.removeSync(table);
  const missing = await run();
  assertEquals([missing.code, missing.stdout], [1, ""]);
  assertStringIncludes(
    missing.stderr,
    "error: Expected the file table.csv or table.csv.gz in the folder of the experiment",
  );
  // What was made before is still there.
  assertEquals(Deno.statSync(small.path("results/mine/experiment.json")).isFile, true);
});

function isPart(path: string): boolean {
  return path.endsWith(".part");
}

/** Waits for something that another process does. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 10));
}

Deno.test("code of a user cannot reach the host of a dataset that the experiment does not name", async () => {
  using small = makeSmallDataset();
  small.write(
    "mine.ts",
    'import { defineFormat } from "retrace";\nexport const none = defineFormat({ name: "none", read });',
  );
  Deno.writeTextFileSync(
    small.path("mine.ts"),
    "function read() { return { shape: [0], data: new Uint8Array(0) }; }\n",
    {
      append: true,
    },
  );
  const experiment = small.experiment;
  experiment.pipeline.download = { dataset: "fashion-mnist" };
  const config = small.write("fashion.json", { ...experiment, uses: ["./mine.ts"] });
  const { code, stderr } = await outcomeOf(
    commandOf(["run", config, "--cache", small.path("cache"), "--results", small.path("results")]),
    { NO_COLOR: "1" },
  );
  assertEquals(code, 1);
  assertMatch(stderr, /It has to reach \S+:443, which no experiment names\. Allow it: --allow-host \S+:443\n$/);
});
