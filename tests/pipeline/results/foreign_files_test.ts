/** What runs did not write is never removed, wherever it is in a folder of results. */
import { assertEquals, assertThrows } from "@std/assert";
import { dirname, join, relative } from "node:path";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { ResultsError } from "../../../pipeline/engine/run_errors.ts";
import { checkPlace, recover, replaceFolder } from "../../../pipeline/results/folder.ts";
import { ownFiles } from "../../../pipeline/results/results.ts";
import { writeWhole } from "../../../pipeline/results/whole_file.ts";
import { withFolder } from "../sources/scratch.ts";

const isOwn = ownFiles(classifier);
const FILES = new Map(
  ["run.json", "metrics.json", "loss.png"].map((name) => [name, new TextEncoder().encode(`new ${name}`)]),
);

/** A file of the user, by its path in the folder of results. */
function place(results: string, path: string): void {
  Deno.mkdirSync(dirname(join(results, path)), { recursive: true });
  Deno.writeTextFileSync(join(results, path), `mine: ${path}`);
}

/** The user's files in a folder: their first paths and their present ones. */
function mine(folder: string, root = folder): [string, string][] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }): [string, string][] => {
    const path = join(folder, name);
    if (isDirectory) return mine(path, root);
    const [, before] = /^mine: (.*)$/.exec(Deno.readTextFileSync(path)) ?? [];
    return before === undefined ? [] : [[before, relative(root, path)]];
  }).sort();
}

/** Where the user's files may be, and where they are after a run. */
const KEPT: Record<string, string> = {
  "one/notes.md": "one/notes.md",
  "one/.notes": "one/.notes",
  "one/.git/config": "one/.git/config",
  "one/.loss.png.new": "one/.loss.png.new",
  "one/sketches/a/b.png": "one/sketches/a/b.png",
  ".one.new/thesis.md": "one/thesis.md",
  ".one.new/.hidden": "one/.hidden",
  ".one.new/deep/er/file": "one/deep/er/file",
  ".one.old/diary.md": "one/diary.md",
  ".one.old/deep/er/diary.md": "one/deep/er/diary.md",
  "one.md": "one.md",
  ".one.txt": ".one.txt",
  "other/loss.png": "other/loss.png",
};

/** Where they are in the way: a run refuses to begin. If they appear while it runs, they are kept as well. */
const IN_THE_WAY: Record<string, string> = {
  "one/loss.png/mine.txt": "one/loss.png~1/mine.txt",
  "one/metrics.json/deep/er/mine.txt": "one/metrics.json~1/deep/er/mine.txt",
  "one/run.json/mine.txt": "one/run.json~1/mine.txt",
  "one/.run.json.new/mine.txt": "one/.run.json.new/mine.txt",
  ".one.old/loss.png/mine.txt": "one/loss.png~1/mine.txt",
};

Deno.test("what the user has put among results is there after a run, also where a killed run has left its folders", async () => {
  for (const [before, after] of Object.entries({ ...KEPT, ...IN_THE_WAY })) {
    await withFolder((results) => {
      const folder = join(results, "one");
      if (!before.startsWith("one/run.json")) place(results, "one/run.json");
      if (/^\.one\.(new|old)\//.test(before)) place(results, `${before.split("/")[0]}/metrics.json`);
      place(results, before);
      recover(folder, isOwn);
      replaceFolder(folder, FILES, isOwn);
      recover(folder, isOwn);
      assertEquals(mine(results), [[before, after]], before);
      for (const name of FILES.keys()) assertEquals(Deno.readTextFileSync(join(folder, name)), `new ${name}`, before);
      return Promise.resolve();
    });
  }
});

Deno.test("of two of the user's files with one name, in the folder and next to it, both are kept", async () => {
  await withFolder((results) => {
    for (const path of [".one.new/a.md", "one/a.md", "one/run.json", ".one.old/a.md"]) place(results, path);
    recover(join(results, "one"), isOwn);
    replaceFolder(join(results, "one"), FILES, isOwn);
    recover(join(results, "one"), isOwn);
    assertEquals(mine(results).map(([before]) => before), [".one.new/a.md", ".one.old/a.md", "one/a.md"]);
    return Promise.resolve();
  });
});

Deno.test("checkPlace() refuses what would have to go for results, and says where it is", async () => {
  const names = Object.keys(IN_THE_WAY);
  for (const path of [...names, ".one.new/loss.png/mine.txt", ".one.new", ".one.old", "one/metrics.json"]) {
    await withFolder((results) => {
      place(results, path);
      const error = assertThrows(() => checkPlace(join(results, "one"), isOwn), ResultsError);
      const [where] = path.split("/mine")[0].split("/deep");
      assertEquals(error.message.includes(join(results, where)), true, `${path}: ${error.message}`);
      assertEquals(/Move it away, or choose another folder with --results DIR\.$/.test(error.message), true);
      assertEquals(mine(results), [[path, path]]);
      return Promise.resolve();
    });
  }
});

Deno.test("checkPlace() minds neither results, nor what a killed run has left, nor the user's other files", async () => {
  for (const paths of [["run.json", "loss.png", "metrics.json"], ["manifest.json", "loss.png"], ["notes.md"], []]) {
    await withFolder((results) => {
      for (const path of paths) place(results, `one/${path}`);
      for (const path of ["notes.md", "loss.png"]) place(results, `.one.new/${path}`);
      Deno.mkdirSync(join(results, "one", "accuracy.png"), { recursive: true });
      // An empty folder holds nothing to be lost.
      if (paths.length === 0 || paths[0] === "notes.md") Deno.removeSync(join(results, "one", "accuracy.png"));
      checkPlace(join(results, "one"), isOwn);
      return Promise.resolve();
    });
  }
});

Deno.test("writeWhole() leaves a file of the user that has the name of its temporary one, and says so", async () => {
  await withFolder((folder) => {
    for (const name of ["comparison.html", "seen.png", "expected.json"]) {
      place(folder, `.${name}.new`);
      const write = () => writeWhole(join(folder, name), new Uint8Array(3), "the page");
      const { message } = assertThrows(write, ResultsError);
      assertEquals(message.includes(`.${name}.new`) && message.includes("remove it"), true, message);
      assertEquals(Deno.readTextFileSync(join(folder, `.${name}.new`)), `mine: .${name}.new`);
      Deno.removeSync(join(folder, `.${name}.new`));
      write();
      assertEquals(Deno.readFileSync(join(folder, name)).length, 3);
    }
    return Promise.resolve();
  });
});

Deno.test("checkPlace() refuses a link to nothing around the folder, and a folder in the place of its lock", async () => {
  await withFolder((folder) => {
    const results = join(folder, "results");
    Deno.symlinkSync(join(folder, "nowhere"), results);
    assertThrows(() => checkPlace(join(results, "one")), ResultsError, `${results} is a link to nothing`);
    Deno.removeSync(results);
    Deno.mkdirSync(join(results, ".one.lock"), { recursive: true });
    assertThrows(() => checkPlace(join(results, "one")), ResultsError, ".one.lock is a folder");
    checkPlace(join(results, "two"));
    return Promise.resolve();
  });
});
