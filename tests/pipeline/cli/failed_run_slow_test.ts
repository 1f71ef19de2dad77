/** Runs that fail: exit code 1, a message, and no good result lost. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { encodeIdx } from "../formats/encode_idx.ts";
import type { FileRole } from "../../../pipeline/define/dataset.ts";
import { firstRows, makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { filesUnder, mustBeDone, type Outcome, retrace } from "./retrace.ts";

/** An invalid dataset file, and what the message must contain. */
interface BadFile {
  of: string;
  role: FileRole;
  bytes: () => Uint8Array<ArrayBuffer>;
  says: string[];
}

const BAD_FILES: BadFile[] = [
  {
    of: "a truncated IDX file",
    role: "train_images",
    bytes: () => firstRows("train_images", 256).slice(0, -7),
    says: ["train_images", "expected 200720 bytes", "found 200713", "truncated", "download it again"],
  },
  {
    of: "an IDX file with a wrong magic number",
    role: "test_images",
    bytes: () => changedAt(firstRows("test_images", 128), 0, 0x89),
    says: ["test_images", "expected an IDX file", "0x00 0x00", "but found 0x89 0x00"],
  },
  {
    of: "an IDX file of an unknown type",
    role: "train_labels",
    bytes: () => changedAt(firstRows("train_labels", 256), 2, 0x07),
    says: ["train_labels", "0x08 (u8)", "at offset 2, but found 0x07"],
  },
  {
    of: "a label 10",
    role: "test_labels",
    bytes: () => changedAt(firstRows("test_labels", 128), 8 + 5, 10),
    says: ["test_labels", "found 10 at row 5 of 128", "expected labels from 0 to 9", "tensorize.classes"],
  },
  {
    of: "fewer labels than images",
    role: "train_labels",
    bytes: () => firstRows("train_labels", 200),
    says: ["train_images has 256 examples", "train_labels 200 labels", "files of one dataset"],
  },
  {
    of: "images of another size",
    role: "test_images",
    bytes: () => encodeIdx("u8", [128, 14, 14], new Uint8Array(128 * 14 * 14)),
    says: ["must have the same type and shape", "u8 [N, 14, 14]"],
  },
  {
    of: "an empty file",
    role: "train_images",
    bytes: () => new Uint8Array(0),
    says: ["train_images", "expected an IDX file", "found 0"],
  },
];

Deno.test("run exits with 1 and loses no good result when it fails", async (t) => {
  using small = makeSmallDataset();
  const [results, cache] = [small.path("results"), small.path("cache")];
  const run = (...args: string[]) => retrace("run", "--results", results, "--cache", cache, ...args);
  mustBeDone(await run(small.config, "--quiet"));
  const before = { results: resultsIn(results), cache: filesUnder(cache) };
  // It retries several times, with pauses, while the others run.
  const unreachable = retrace("run", closedPort(small), "--results", small.path("r"), "--cache", small.path("c"));

  function mustHaveFailed({ code, stdout, stderr }: Outcome, says: readonly string[]): void {
    assertEquals(code, 1, stderr);
    for (const part of says) assertStringIncludes(stderr, part);
    assert(stderr.startsWith("error: ") && !/\n {4}at /.test(stderr + stdout), stderr);
    assert(!stdout.includes("test accuracy"), stdout);
    assertEquals(resultsIn(results), before.results);
    const now = filesUnder(cache);
    for (const [file, digest] of Object.entries(before.cache)) assertEquals(now[file], digest, file);
  }

  for (const { of, role, bytes, says } of BAD_FILES) {
    await t.step(of, async () => mustHaveFailed(await run(withFile(small, role, bytes())), says));
  }

  await t.step("a checksum that differs", async () => {
    const { name, sha256 } = small.files.train_labels;
    const expected = "0".repeat(64);
    const says = [join(small.data, name), expected, sha256, '"files"'];
    mustHaveFailed(await run(withFile(small, "train_labels", null, expected)), says);
  });

  await t.step("a file that is not there", async () => {
    const says = ["Expected the file nowhere", small.data];
    mustHaveFailed(await run(withFile(small, "train_labels", null, "0".repeat(64), "nowhere")), says);
  });

  await t.step("a model that does not fit the images", async () => {
    const says = ["first layer expects 783", "has 784", "linear(784,…)"];
    mustHaveFailed(await run(small.config, "--set", 'train.model=["linear(783,10)","softmax"]'), says);
  });

  await t.step("results that are to go to a file", async () => {
    const file = small.write("a-file", "keep me");
    for (const folder of [file, join(file, "below")]) {
      mustHaveFailed(await retrace("run", small.config, "--cache", cache, "--results", folder), [
        "a-file",
        "--results DIR",
      ]);
    }
    assertEquals(Deno.readTextFileSync(file), "keep me");
  });

  await t.step("a run whose results folder is a file", async () => {
    Deno.mkdirSync(small.path("others"));
    const file = small.write("others/small", "keep me");
    const says = ["others", "small", "is a file", "--results DIR"];
    mustHaveFailed(await retrace("run", small.config, "--cache", cache, "--results", small.path("others")), says);
    assertEquals(Deno.readTextFileSync(file), "keep me");
  });

  await t.step({
    name: "a folder of results that is a link to nothing",
    ignore: Deno.build.os === "windows",
    fn: async () => {
      const link = small.path("dangling");
      Deno.symlinkSync(small.path("not-mounted"), link);
      const outcome = await retrace("run", small.config, "--cache", cache, "--results", link);
      mustHaveFailed(outcome, [`${link} is a link to nothing`, "--results DIR"]);
    },
  });

  await t.step({
    name: "results in a folder that is not writable",
    ignore: Deno.build.os === "windows" || Deno.uid() === 0,
    fn: async () => {
      const locked = small.path("locked");
      Deno.mkdirSync(locked, { mode: 0o555 });
      const outcome = await retrace("run", small.config, "--cache", cache, "--results", join(locked, "results"));
      mustHaveFailed(outcome, ["Cannot write the results", locked, "--results DIR"]);
    },
  });

  await t.step("a cache that is a file", async () => {
    const file = small.write("not-a-cache", "keep me");
    const outcome = await retrace("run", small.config, "--results", results, "--cache", file);
    mustHaveFailed(outcome, [`The folder ${file} is a file`, "--cache DIR"]);
    assertEquals(Deno.readTextFileSync(file), "keep me");
  });

  await t.step("a loss that turns NaN", async () => {
    const outcome = await run(small.config, "--set", "train.optimizer.lr=1e30", "--set", "train.loss.clamp=0");
    mustHaveFailed(outcome, ["The loss became NaN in epoch 1, step 2 of 4", "Lower train.optimizer.lr"]);
    assertMatch(outcome.stderr, /last finite loss was 2\.\d+\./);
  });

  await t.step("a loss that turns infinite after some epochs, which stay stored", async () => {
    const growing = [
      "train.optimizer.momentum=2",
      "train.optimizer.lr=1e-3",
      "train.loss.clamp=0",
      "train.epochs=30",
    ];
    const sets = growing.flatMap((set) => ["--set", set]);
    const outcome = await run(small.config, ...sets);
    mustHaveFailed(outcome, [
      "The loss became Infinity in epoch ",
      "last finite loss was 1",
      "Completed epochs are stored",
    ]);
    const epoch = Number(/in epoch (\d+), step [1-4] of 4/.exec(outcome.stderr)![1]);
    assert(epoch > 1, outcome.stderr);
    const { stdout } = await run(small.config, ...sets, "--dry-run", "--json");
    const { plan } = JSON.parse(stdout);
    const train = plan.find(({ stage }: { stage: string }) => stage === "train");
    assertEquals([train.action, train.steps.stored], ["continue", epoch - 1]);
    mustBeDone(await run(small.config, ...sets.slice(0, -1), `train.epochs=${epoch - 1}`, "--quiet"));
  });

  await t.step("a server that cannot be reached", async () => {
    const { code, stderr } = await unreachable;
    assertEquals(code, 1);
    assertMatch(
      stderr,
      /^error: web, stage download: Could not download http:\/\/127\.0\.0\.1:\d+\/train_images: .*5 times in a row/m,
    );
    assertStringIncludes(stderr, "Check the connection");
    assert(!stderr.includes("\n    at "), stderr);
    assertEquals(resultsIn(small.path("r")), {});
    assertEquals(Object.keys(filesUnder(small.path("r"))), [".web.unfinished.json"]);
  });
});

/** The digests of a results folder's files, but for the records of runs that have failed. */
function resultsIn(folder: string): Record<string, string> {
  return Object.fromEntries(Object.entries(filesUnder(folder)).filter(([path]) => !path.endsWith(".unfinished.json")));
}

function changedAt(bytes: Uint8Array<ArrayBuffer>, offset: number, value: number): Uint8Array<ArrayBuffer> {
  bytes[offset] = value;
  return bytes;
}

/** An experiment one of whose files has other bytes (null: those that it had), another SHA-256 or another name. */
function withFile(
  small: SmallDataset,
  role: FileRole,
  bytes: Uint8Array<ArrayBuffer> | null,
  sha256 = digestOfBytes(bytes!),
  name: string = role,
): string {
  const experiment = small.experiment;
  const files = structuredClone(small.files);
  files[role] = { name, sha256 };
  if (bytes !== null) {
    files[role].name = `bad-${role}`;
    Deno.writeFileSync(join(small.data, files[role].name), bytes);
  }
  experiment.name = "bad";
  experiment.pipeline.download.files = files;
  return small.write("bad.json", experiment);
}

/** An experiment that asks a web server for files that are not stored. */
function fromWeb(small: SmallDataset, url: string): string {
  const experiment = small.experiment;
  experiment.name = "web";
  const files = structuredClone(small.files);
  files.train_images.sha256 = "0".repeat(64);
  Object.assign(experiment.pipeline.download, { source: { from: "https", url }, files });
  return small.write("web.json", experiment);
}

/** The same, where no server listens. */
function closedPort(small: SmallDataset): string {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const config = fromWeb(small, `http://127.0.0.1:${port}/`);
  Deno.renameSync(config, small.path("closed.json"));
  return small.path("closed.json");
}
