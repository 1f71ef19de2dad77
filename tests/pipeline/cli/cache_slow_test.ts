import { assert, assertEquals, assertGreater, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { command as gc, parseDays, parseSize } from "../../../pipeline/cli/commands/cache_gc.ts";
import { command as list } from "../../../pipeline/cli/commands/cache_list.ts";
import { command as verify } from "../../../pipeline/cli/commands/cache_verify.ts";
import type { FromWorker } from "../../../pipeline/cli/protocol.ts";
import { redirect, writeLine } from "../../../pipeline/cli/terminal.ts";
import { UsageError } from "../../../pipeline/engine/run_errors.ts";
import { artifactPath } from "../engine/bench.ts";
import { damage, DAMAGES } from "../engine/tamper.ts";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { filesUnder, mustBeDone, type Outcome, retrace } from "./retrace.ts";

/** Runs `cache` on the dataset's own cache. */
async function cache(small: SmallDataset, ...args: string[]): Promise<Outcome> {
  return await retrace("cache", ...args, "--cache", small.path("cache"));
}

async function runSmall(small: SmallDataset, ...args: string[]): Promise<Outcome> {
  const places = ["--cache", small.path("cache"), "--results", small.path("results")];
  return await retrace("run", small.config, ...places, ...args);
}

/** The digest of an output in a run's manifest. */
function digestIn(small: SmallDataset, stage: string, output: string): string {
  const { stages } = JSON.parse(Deno.readTextFileSync(small.path("results/small/manifest.json")));
  return stages.find((one: { stage: string }) => one.stage === stage).outputs[output];
}

Deno.test("cache list shows every stage's record, sizes and totals, as text and as JSON", async () => {
  using small = makeSmallDataset({ epochs: 1 });
  mustBeDone(await runSmall(small, "--quiet"));
  const text = await cache(small, "list");
  mustBeDone(text);
  for (const stage of ["download", "tensorize", "normalize", "batch", "train", "validate", "results"]) {
    assertMatch(text.stdout, new RegExp(`^${stage} +[0-9a-f]{10} +[\\d.]+ k?M?B +now `, "m"));
  }
  assertMatch(text.stdout, /: 7 records and 4 of single steps; \d+ artifacts, [\d.]+ [kM]B in total/);
  const { records, artifacts } = JSON.parse((await cache(small, "list", "--json")).stdout);
  assertEquals(records.length, 11);
  const digests = records.flatMap((record: { artifacts: { digest: string }[] }) => record.artifacts);
  assertEquals(new Set(digests.map(({ digest }: { digest: string }) => digest)).size, artifacts.count);
});

Deno.test("cache list and cache verify report a missing cache as empty, and do not create it", async () => {
  using small = makeSmallDataset();
  assertStringIncludes((await cache(small, "list")).stdout, "0 records");
  assertEquals((await cache(small, "verify")).code, 0);
  assertEquals(filesUnder(small.path("cache")), {});
});

Deno.test("cache verify reports damage and exits with 1, --repair quarantines it, and a run recomputes it", async () => {
  using small = makeSmallDataset({ epochs: 1 });
  mustBeDone(await runSmall(small, "--quiet"));
  mustBeDone(await cache(small, "verify"));
  const digest = digestIn(small, "train", "checkpoint")[1];
  damage(artifactPath(small.path("cache"), digest), DAMAGES["a bit flipped in the middle"]);
  const found = await cache(small, "verify");
  assertEquals(found.code, 1);
  assertMatch(found.stdout, new RegExp(`^damaged .*${digest}.*used by train`, "m"));
  assertEquals((await cache(small, "verify", "--repair")).code, 1);
  mustBeDone(await cache(small, "verify"));
  const before = filesUnder(small.path("results"));
  mustBeDone(await runSmall(small, "--quiet"));
  assertEquals(digestIn(small, "train", "checkpoint")[1], digest);
  assertEquals(Object.keys(filesUnder(small.path("results"))), Object.keys(before));
});

Deno.test("cache gc --unused keeps what results were computed from, and removes it once they are deleted", async () => {
  using small = makeSmallDataset({ epochs: 1 });
  const gc = async (...args: string[]) =>
    JSON.parse((await cache(small, "gc", "--json", "--results", small.path("results"), ...args)).stdout);
  mustBeDone(await runSmall(small, "--quiet"));
  mustBeDone(await runSmall(small, "--quiet", "--set", "train.epochs=2"));
  Deno.removeSync(small.path("results/small@train.epochs=2"), { recursive: true });
  const dry = await gc("--unused", "--dry-run");
  const { records, bytes, kept } = await gc("--unused");
  assertEquals([dry.records, dry.bytes], [records, bytes]);
  assertEquals(
    new Set(records.map(({ stage }: { stage: string }) => stage)),
    new Set(["train", "validate", "results"]),
  );
  assertEquals(kept.bytes, kept.needed);
  const again = JSON.parse((await runSmall(small, "--json")).stdout);
  assertEquals(again.stages.map(({ action }: { action: string }) => action), Array(6).fill("hit"));
  Deno.removeSync(small.path("results"), { recursive: true });
  assertGreater((await gc("--unused")).bytes, kept.bytes - 1);
  assertEquals(JSON.parse((await cache(small, "list", "--json")).stdout).artifacts, { count: 0, bytes: 0 });
});

Deno.test("cache gc removes nothing when a manifest is damaged", async () => {
  using small = makeSmallDataset({ epochs: 1 });
  mustBeDone(await runSmall(small, "--quiet"));
  Deno.writeTextFileSync(small.path("results/small/manifest.json"), "{}");
  const before = filesUnder(`${small.path("cache")}/artifacts`);
  const { code, stderr } = await cache(small, "gc", "--unused", "--results", small.path("results"));
  assertEquals([code, filesUnder(`${small.path("cache")}/artifacts`)], [1, before]);
  assertStringIncludes(stderr, "manifest.json is damaged");
});

for (
  const [args, message] of [
    [[], "A command is missing."],
    [["lst"], 'There is no command "cache lst". Did you mean "cache list"?'],
    [["gc"], "which say what may be removed"],
    [["gc", "--unused", "--keep-days", "3"], "which say what may be removed"],
    [["gc", "--max-size", "big"], '--max-size takes a size, as in 500MB, 2GB or 0, but was given "big"'],
    [["gc", "--keep-days", "soon"], '--keep-days takes a number of days, as in --keep-days 30, but was given "soon"'],
    [["verify", "now"], "takes options only"],
    [["list", "--jason"], "Did you mean --json?"],
  ] as [string[], string][]
) {
  Deno.test(`cache reports the usage error in cache ${args.join(" ")}`, async () => {
    const { code, stderr } = await retrace("cache", ...args);
    assertEquals(code, 2, stderr);
    assertStringIncludes(stderr, message);
  });
}

Deno.test("parseSize() and parseDays() read what people write, and nothing else", () => {
  const sizes = ["0", "1000", "500MB", "500 mb", "1.5G", "2TB", "3k"].map(parseSize);
  assertEquals(sizes, [0, 1000, 5e8, 5e8, 1.5e9, 2e12, 3000]);
  for (const text of ["", "MB", "-1", "1e3", "1 XB", "1,5G"]) assertThrows(() => parseSize(text), UsageError);
  assertEquals(["0", "30", "0.5"].map(parseDays), [0, 30, 0.5]);
  for (const text of ["", "-1", "soon", "1d"]) assertThrows(() => parseDays(text), UsageError);
});

Deno.test("cache list, verify and gc report how far they are, and nothing more once they print", async () => {
  using small = makeSmallDataset({ epochs: 1 });
  mustBeDone(await runSmall(small, "--quiet"));
  const options = { cache: small.path("cache"), results: [small.path("results")], unused: true, json: true };
  for (const [command, stages] of [[list, ["records"]], [verify, ["records"]], [gc, ["reading"]]] as const) {
    const messages: FromWorker[] = [];
    redirect((line) => messages.push({ line }));
    await command.run({ options, send: (message: FromWorker) => messages.push(message) } as never);
    redirect(writeLine);
    const reports = messages.flatMap((message) => "progress" in message ? [message.progress] : []);
    assertEquals(reports.at(-1), null);
    assertEquals(reports.slice(0, stages.length).map((report) => report?.stage), [...stages]);
    assertEquals([reports[0]!.done, reports[0]!.total], [0, 11]);
    assert("line" in messages.at(-1)!);
  }
});
