/** Folders that count as one file: the archive has the same bytes everywhere, and whatever does not belong in it is refused. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { dirname, join } from "node:path";
import { filesInFolder } from "../../../pipeline/engine/files/input_folder.ts";
import { DownloadError } from "../../../pipeline/engine/run_errors.ts";
import { file } from "../../../pipeline/sources/file.ts";
import { outcomeOf } from "../cli/retrace.ts";
import { contextIn, makeBytes, pinningIn, sha256, withFolder } from "./scratch.ts";

/** Names in the order of their code points; UTF-16 would put the last one before the one before it. */
const LONG = `${"folder/".repeat(12)}${"é".repeat(60)}.png`;
const LONGEST = `${"d".repeat(120)}/${"n".repeat(120)}.png`;
const FILES: Record<string, Uint8Array<ArrayBuffer>> = {
  "a-b/1.png": makeBytes(1),
  "a/b/512.png": makeBytes(512),
  "a/big.png": makeBytes(3_000_000),
  [LONGEST]: makeBytes(7),
  "empty.png": makeBytes(0),
  [LONG]: makeBytes(513),
  "\uFFFD.png": makeBytes(9),
  "\u{1F600}.png": makeBytes(10),
};

function fill(folder: string, names = Object.keys(FILES)): void {
  for (const name of names) {
    const path = join(folder, name);
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.writeFileSync(path, FILES[name]);
  }
}

/** Takes the folder "data" as a file, as a run does: first its digest, then the file. */
async function take(folder: string): Promise<{ path: string; sha256: string; seen: string[] }> {
  const scratch = Deno.makeTempDirSync({ dir: folder });
  const context = pinningIn();
  const sha256 = await file.pin!("data", { path: folder }, context);
  const { path, digest, move } = await file.fetch(
    { name: "data", sha256: sha256! },
    { path: folder },
    contextIn(scratch),
  );
  assertEquals([digest, move], [sha256, true]);
  return { path, sha256: digest, seen: context.seen };
}

Deno.test("a folder's archive has its files in order, and tar reads them", async () => {
  await withFolder(async (folder) => {
    fill(join(folder, "data"));
    const empty = `${"z".repeat(120)}/`;
    Deno.mkdirSync(join(folder, "data", empty));
    const { path, sha256: digest, seen } = await take(folder);
    assertEquals(sha256(Deno.readFileSync(path)), digest);
    // In the language "C", tar shows bytes that are not ASCII as numbers; so it is left to write them.
    const { stdout, stderr } = await outcomeOf(["tar", "--quoting-style=literal", "-tf", path], { LC_ALL: "C.UTF-8" });
    assertEquals([stderr, stdout.trimEnd().split("\n")], ["", Object.keys(FILES).toSpliced(6, 0, empty)]);
    const unpacked = join(folder, "unpacked");
    Deno.mkdirSync(unpacked);
    assertEquals((await outcomeOf(["tar", "-xf", path, "-C", unpacked])).code, 0);
    for (const [name, bytes] of Object.entries(FILES)) {
      assertEquals(Deno.readFileSync(join(unpacked, name)), bytes, name);
      const { mode, mtime } = Deno.statSync(join(unpacked, name));
      assertEquals([mode! & 0o777, mtime!.getTime()], [0o644, 0], name);
    }
    assertEquals(Deno.statSync(join(unpacked, empty)).mode! & 0o777, 0o755);
    const data = join(folder, "data");
    for (const one of [data, join(data, "a"), join(data, "a/big.png")]) assertEquals(seen.includes(one), true, one);
  });
});

Deno.test("a folder's archive depends on names and contents alone", async () => {
  await withFolder(async (folder) => {
    const [one, other] = ["one", "other"].map((name) => join(folder, name));
    fill(join(one, "data"));
    fill(join(other, "data"), Object.keys(FILES).reverse());
    Deno.chmodSync(join(other, "data/a/big.png"), 0o600);
    Deno.utimeSync(join(other, "data/a/big.png"), 1, 1);
    Deno.writeTextFileSync(join(other, "data/.hidden"), "");
    Deno.mkdirSync(join(other, "data/.cache"));
    assertEquals((await take(one)).sha256, (await take(other)).sha256);
    Deno.mkdirSync(join(other, "data/no files/.hidden"), { recursive: true });
    assertEquals((await take(one)).sha256 === (await take(other)).sha256, false);
    Deno.removeSync(join(other, "data/no files"), { recursive: true });
    Deno.renameSync(join(other, "data/empty.png"), join(other, "data/Empty.png"));
    assertEquals((await take(one)).sha256 === (await take(other)).sha256, false);
  });
});

Deno.test("links in a folder are followed as long as they stay in it", async () => {
  await withFolder((folder) => {
    const data = join(folder, "data");
    fill(data, ["a/b/512.png"]);
    Deno.symlinkSync("b/512.png", join(data, "a/link.png"));
    Deno.symlinkSync("a/b", join(data, "c"));
    const names = filesInFolder(data, 10, () => {}).sort();
    assertEquals(names, ["a/b/512.png", "a/link.png", "c/512.png"]);
    return Promise.resolve();
  });
});

/** What in a folder is refused, and what the message says. */
const OBSTACLES: Record<string, [place: (data: string) => void, says: string]> = {
  "a link out of it": [(data) => Deno.symlinkSync("../secret", join(data, "out")), "out leads out of the folder, to /"],
  "a link to a folder around it": [(data) => Deno.symlinkSync("..", join(data, "up")), "up leads out of the folder"],
  "a link to itself": [(data) => Deno.symlinkSync(".", join(data, "a/round")), "a folder that it is in"],
  "a link to the folder": [
    (data) => Deno.symlinkSync("../..", join(data, "a/b/back")),
    "back leads to a folder that it is in",
  ],
  "a circle of links": [
    (data) => {
      Deno.symlinkSync("two", join(data, "one"));
      Deno.symlinkSync("one", join(data, "two"));
    },
    "leads nowhere, or in a circle",
  ],
  "a link to nothing": [(data) => Deno.symlinkSync("nothing", join(data, "broken")), "broken leads nowhere"],
  "a pipe": [
    (data) => void new Deno.Command("mkfifo", { args: [join(data, "pipe")] }).outputSync(),
    "pipe is a named pipe",
  ],
};

for (const [obstacle, [place, says]] of Object.entries(OBSTACLES)) {
  Deno.test(`a folder with ${obstacle} is refused`, async () => {
    await withFolder(async (folder) => {
      const data = join(folder, "data");
      fill(data, ["a/b/512.png"]);
      Deno.writeTextFileSync(join(folder, "secret"), "");
      place(data);
      const { message } = await assertRejects(() => take(folder), DownloadError);
      for (const part of [`Cannot pack ${data}`, says, "hidden ones are left out"]) assertStringIncludes(message, part);
    });
  });
}

Deno.test({
  name: "a folder with a file that is not readable is refused",
  // The superuser can read everything.
  ignore: Deno.uid() === 0,
  async fn() {
    await withFolder(async (folder) => {
      fill(join(folder, "data"), ["a/b/512.png"]);
      Deno.chmodSync(join(folder, "data/a/b/512.png"), 0);
      await assertRejects(() => take(folder), DownloadError, "512.png");
    });
  },
});

Deno.test("a folder with too many files is refused", async () => {
  await withFolder((folder) => {
    fill(folder, ["a/b/512.png", "empty.png"]);
    assertEquals(filesInFolder(folder, 2, () => {}).length, 2);
    let message = "";
    try {
      filesInFolder(folder, 1, () => {});
    } catch (error) {
      ({ message } = error as Error);
    }
    assertEquals(message, `${folder} has more than 1 files`);
    return Promise.resolve();
  });
});

Deno.test("a folder that changes after its digest was taken is refused", async () => {
  await withFolder(async (folder) => {
    fill(join(folder, "data"), ["a/b/512.png"]);
    const sha256 = await file.pin!("data", { path: folder }, pinningIn());
    Deno.writeTextFileSync(join(folder, "data/new"), "");
    const fetching = () => file.fetch({ name: "data", sha256: sha256! }, { path: folder }, contextIn(folder));
    await assertRejects(fetching, Error, `must have the SHA-256 ${sha256}`);
  });
});
