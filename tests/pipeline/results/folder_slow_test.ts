import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { basename, dirname, join } from "node:path";
import { digestOfBytes } from "../../../pipeline/engine/store/digest.ts";
import { ResultsError } from "../../../pipeline/engine/run_errors.ts";
import {
  checkPlace,
  holdsFiles,
  readFile,
  recover,
  replaceFolder,
  withResultsLock,
} from "../../../pipeline/results/folder.ts";
import { writeWhole } from "../../../pipeline/results/whole_file.ts";
import { beside, NEW_FILES, OLD_FILES, versionIn } from "./two_versions.ts";

/** Does `work` with the path of a results folder that is not there yet, in a temporary folder of its own. */
async function withPlace(work: (folder: string) => void | Promise<void>): Promise<void> {
  const parent = Deno.makeTempDirSync({ prefix: "retrace-folder-" });
  try {
    await work(join(parent, "two-layer@seed=1"));
  } finally {
    Deno.removeSync(parent, { recursive: true });
  }
}

/** Replaces the folder in a process of its own that kills itself at a call; false when there is no such call. */
function isKilledAt(folder: string, call: number, when: "before" | "after"): boolean {
  const child = join(import.meta.dirname!, "replace_child.ts");
  const args = ["run", "--no-check", "--allow-all", child, folder, String(call), when];
  const { success, signal, stderr } = new Deno.Command(Deno.execPath(), { args }).outputSync();
  assert(success || signal === "SIGKILL", new TextDecoder().decode(stderr));
  return !success;
}

Deno.test("checkPlace() refuses a results folder that is a link", async () => {
  await withPlace((folder) => {
    Deno.symlinkSync(dirname(folder), folder);
    assertThrows(() => checkPlace(folder), ResultsError, "that is a link");
  });
});

Deno.test("replaceFolder(), writeWhole() and recover() touch nothing behind links that lie in their way", async () => {
  await withPlace(async (folder) => {
    const others = join(dirname(folder), "others");
    Deno.mkdirSync(others);
    Deno.writeTextFileSync(join(others, "diary"), "keep me");
    const placeOf = (suffix: string) => join(dirname(folder), `.${basename(folder)}.${suffix}`);
    const file = join(others, "diary");
    for (const link of ["new", "old"]) {
      Deno.symlinkSync(others, placeOf(link));
      replaceFolder(folder, NEW_FILES, () => false);
      Deno.symlinkSync(others, placeOf(link));
      recover(folder, () => false);
    }
    Deno.symlinkSync(file, placeOf("lock"));
    await withResultsLock(folder, () => {}, () => Promise.resolve());
    Deno.symlinkSync(file, join(folder, ".run.json.new"));
    writeWhole(join(folder, "run.json"), new Uint8Array(3), "the record of the run");
    Deno.removeSync(folder, { recursive: true });
    Deno.symlinkSync(others, folder);
    replaceFolder(folder, NEW_FILES, () => false);
    assertEquals([Deno.readTextFileSync(file), [...Deno.readDirSync(others)].length], ["keep me", 1]);
    assertEquals(versionIn(folder), "new");
  });
});

for (const when of ["before", "after"] as const) {
  Deno.test(`replaceFolder() leaves the old results or the new ones, whole, when it is killed ${when} any change to the disk`, async () => {
    const seen = new Set<string>();
    let call = 1;
    for (let isDone = false; !isDone; call++) {
      await withPlace((folder) => {
        replaceFolder(folder, OLD_FILES);
        isDone = !isKilledAt(folder, call, when);
        assertNotEquals(versionIn(folder), "mixed", `call ${call}`);
        seen.add(versionIn(folder));
        recover(folder);
        assertMatch(versionIn(folder), isDone ? /^new$/ : /^(old|new)$/, `call ${call}`);
        assertEquals(beside(folder), [], `call ${call}`);
        replaceFolder(folder, NEW_FILES);
        assertStrictEquals(versionIn(folder), "new");
      });
    }
    // A folder made, three files opened and written in two halves, two renames, one removal.
    assertEquals([...seen].sort(), ["absent", "new", "old"]);
    assert(call > 12, `${call} calls`);
  });
}

Deno.test("replaceFolder() makes the folder, and those that it is in, when they are not there", async () => {
  await withPlace((folder) => {
    const deep = join(folder, "a", "b");
    replaceFolder(deep, NEW_FILES);
    assertStrictEquals(versionIn(deep), "new");
    assertEquals(beside(deep), []);
  });
});

Deno.test("replaceFolder() leaves the old results and nothing else when it fails", async () => {
  await withPlace((folder) => {
    replaceFolder(folder, OLD_FILES);
    const unwritable = new Map([...NEW_FILES, ["no/such/folder.txt", new Uint8Array(1)]]);
    const error = assertThrows(() => replaceFolder(folder, unwritable), ResultsError);
    assertMatch(
      error.message,
      /^Cannot write the results to .*two-layer@seed=1: .*The outputs of the stages are stored/,
    );
    assertStrictEquals(versionIn(folder), "old");
    assertEquals(beside(folder), []);
  });
});

Deno.test("replaceFolder() keeps what it builds beside a folder of a short relative path", async () => {
  await withPlace((folder) => {
    const [parent, before] = [join(folder, ".."), Deno.cwd()];
    Deno.chdir(parent);
    try {
      Deno.mkdirSync(`.${basename(folder)}.old`);
      Deno.mkdirSync(`.${basename(folder)}.new`);
      Deno.mkdirSync(".o-layer@seed=1.new");
      recover(basename(folder));
      assertEquals(beside(folder), [".o-layer@seed=1.new"], "the leftovers of another run are its own");
    } finally {
      Deno.chdir(before);
    }
  });
});

/** What a killed process may leave, and which results are in place after recover(). */
const LEFTOVERS = [
  { left: ["folder", "new"], expected: "old" },
  { left: ["new", "old"], expected: "old" },
  { left: ["folder", "old"], expected: "old" },
  { left: ["old"], expected: "old" },
  { left: ["new"], expected: "absent" },
  { left: [], expected: "absent" },
] as const;

for (const { left, expected } of LEFTOVERS) {
  Deno.test(`recover() leaves ${expected} results and nothing beside them when there is: ${left.join(", ") || "nothing"}`, async () => {
    await withPlace((folder) => {
      for (const kind of left) {
        const path = kind === "folder" ? folder : join(folder, "..", `.${basename(folder)}.${kind}`);
        replaceFolder(path, kind === "new" ? NEW_FILES : OLD_FILES);
      }
      recover(folder);
      assertStrictEquals(versionIn(folder), expected);
      assertEquals(beside(folder), []);
    });
  });
}

Deno.test("writeWhole() replaces one file and leaves the others, and the old one where it cannot be written", async () => {
  await withPlace((folder) => {
    replaceFolder(folder, OLD_FILES);
    writeWhole(join(folder, "metrics.json"), new TextEncoder().encode("other"), "the figures");
    assertStrictEquals(Deno.readTextFileSync(join(folder, "metrics.json")), "other");
    assertStrictEquals(Deno.readTextFileSync(join(folder, "loss.png")), "old picture");
    assertEquals([...Deno.readDirSync(folder)].length, OLD_FILES.size);
    const place = join(folder, "loss.png", "in a file");
    const error = assertThrows(() => writeWhole(place, new Uint8Array(1), "the curves"), ResultsError);
    assertMatch(error.message, /^Cannot write the curves to .*in a file: /);
    assertStrictEquals(Deno.readTextFileSync(join(folder, "loss.png")), "old picture");
  });
});

Deno.test("readFile() gives null for what is not there or is a folder", async () => {
  await withPlace((folder) => {
    assertStrictEquals(readFile(folder, "metrics.json"), null);
    replaceFolder(folder, OLD_FILES);
    assertEquals(readFile(folder, "metrics.json"), new TextEncoder().encode("old metrics"));
    Deno.mkdirSync(join(folder, "sub"));
    assertStrictEquals(readFile(folder, "sub"), null);
  });
});

Deno.test("holdsFiles() is true for the very bytes only", async () => {
  await withPlace((folder) => {
    replaceFolder(folder, OLD_FILES);
    const digests = Object.fromEntries([...OLD_FILES].map(([name, bytes]) => [name, digestOfBytes(bytes)]));
    assert(holdsFiles(folder, digests));
    assert(!holdsFiles(folder, { ...digests, "more.txt": digests["loss.png"] }));
    Deno.writeTextFileSync(join(folder, "loss.png"), "old pictures");
    assert(!holdsFiles(folder, digests));
  });
});

Deno.test("checkPlace() refuses a place that is a file, or lies in one, and names the file", async () => {
  await withPlace((folder) => {
    checkPlace(folder);
    Deno.writeTextFileSync(folder, "not a folder");
    for (const place of [folder, join(folder, "run"), join(folder, "results", "run")]) {
      const error = assertThrows(() => checkPlace(place), ResultsError);
      assertStrictEquals(
        error.message,
        `Results go to the folder ${place}, but ${folder} is a file. Move it away, or choose another folder with --results DIR.`,
      );
    }
    assertStrictEquals(Deno.readTextFileSync(folder), "not a folder");
  });
});

Deno.test("withResultsLock() makes a file beside the folder, and refuses a place that cannot have one", async () => {
  await withPlace(async (folder) => {
    const lock = `.${basename(folder)}.lock`;
    const found = await withResultsLock(folder, () => {}, () => Promise.resolve(beside(folder)));
    assertEquals(found, [lock]);
    const inFile = join(dirname(folder), lock, "run");
    await assertRejects(() => withResultsLock(inFile, () => {}, () => Promise.resolve()), ResultsError, "Cannot write");
  });
});

Deno.test("replaceFolder() keeps what somebody else put into the folder, also when a killed process left the old one", async () => {
  const isOwn = (name: string) => NEW_FILES.has(name) || OLD_FILES.has(name);
  await withPlace((folder) => {
    replaceFolder(folder, OLD_FILES, isOwn);
    Deno.writeTextFileSync(join(folder, "notes.md"), "mine");
    replaceFolder(folder, NEW_FILES, isOwn);
    assertEquals(Deno.readTextFileSync(join(folder, "notes.md")), "mine");

    const old = join(dirname(folder), `.${basename(folder)}.old`);
    Deno.renameSync(folder, old);
    replaceFolder(`${folder}-other`, NEW_FILES);
    Deno.renameSync(`${folder}-other`, folder);
    recover(folder, isOwn);
    assertEquals(Deno.readTextFileSync(join(folder, "notes.md")), "mine");
    assertEquals(Deno.readTextFileSync(join(folder, "metrics.json")), "the new metrics");
    assertEquals(beside(folder), []);
  });
});
