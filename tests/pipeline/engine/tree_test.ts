/** What a tree opens, follows, lists and removes. The attacks on caches and results test the same on the whole. */
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { join } from "node:path";
import { ObstacleError, statusOfInput } from "../../../pipeline/engine/files/entry.ts";
import { Tree } from "../../../pipeline/engine/files/tree.ts";
import { everythingIn, makeOutside, OBSTACLES, plant, possibleObstacles } from "./obstacles.ts";

const BYTES = new TextEncoder().encode("bytes");

/** Calls `work` with a tree, and a folder outside that must not change. */
function withTree(work: (tree: Tree, outside: string) => void): void {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-tree-" });
  try {
    makeOutside(`${folder}/outside`, ["x"]);
    Deno.mkdirSync(`${folder}/root`);
    const before = everythingIn(`${folder}/outside`);
    work(new Tree(`${folder}/root`, (_, error) => error), `${folder}/outside`);
    assertEquals(everythingIn(`${folder}/outside`), before);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

for (const obstacle of possibleObstacles().filter((name) => !["a file", "a second name of a file"].includes(name))) {
  Deno.test(`Tree does not open ${obstacle}; it is replaced, unless it is a folder, when a file is needed`, () => {
    withTree((tree, outside) => {
      const path = join(tree.root, "place");
      plant(obstacle, path, outside);
      const kind = obstacle.startsWith("a link") ? "link" : obstacle.slice("a ".length);
      assertEquals([tree.status(path)?.kind, tree.open(path), tree.read(path, 10)], [kind as "link", null, null]);
      // Of a link to itself, Deno may notice the loop first.
      const { message } = assertThrows(() => tree.create(path), Error) as Error;
      assertMatch(message, /already exists|symbolic links|exists/i);
      if (obstacle === "a folder") {
        assertThrows(() => tree.openOrCreate(path), ObstacleError, `the file ${path} is a folder`);
      } else {
        assertThrows(() => tree.list(path), ObstacleError, `the folder ${path} is a ${kind}`);
        assertThrows(() => tree.makeFolder(join(path, "below")), ObstacleError, `the folder ${path} is a ${kind}`);
        tree.openOrCreate(path).close();
        assertEquals(tree.status(path)?.kind, "file");
      }
    });
  });

  Deno.test(`Tree renames and removes ${obstacle} itself`, () => {
    withTree((tree, outside) => {
      const [path, other] = [join(tree.root, "place"), join(tree.root, "other")];
      plant(obstacle, path, outside);
      assertEquals([tree.rename(path, other), tree.status(path)], [true, null]);
      tree.removeAll(other);
      assertEquals(tree.list(tree.root), []);
      tree.makeFolder(join(tree.root, "folder"));
      plant(obstacle, join(tree.root, "folder", "x"), outside);
      tree.removeAll(join(tree.root, "folder"));
      assertEquals(tree.list(tree.root), []);
    });
  });
}

Deno.test("Tree does nothing behind a link, however the path is written, and says which one", () => {
  withTree((tree, outside) => {
    const link = join(tree.root, "link");
    OBSTACLES["a link to a folder"](link, outside);
    for (const path of [`${link}/x`, `${tree.root}//link/x`, `${tree.root}/./link/x`, `${tree.root}/a/../link/x`]) {
      const calls: (() => unknown)[] = [
        () => tree.status(path),
        () => tree.open(path),
        () => tree.create(path),
        () => tree.openOrCreate(path),
        () => tree.makeFolder(`${path}/y`),
        () => tree.rename(path, join(tree.root, "x")),
        () => tree.rename(join(tree.root, "link"), path),
        () => tree.remove(path),
        () => tree.removeAll(path),
        () => tree.list(`${link}/`),
      ];
      for (const call of calls) assertThrows(call, ObstacleError, "link is a link");
    }
  });
});

Deno.test("Tree accepts only paths below its root, which may be a link", () => {
  withTree((tree, outside) => {
    for (const path of [outside, `${tree.root}/../outside/file`, `${tree.root}-other`]) {
      assertEquals(tree.contains(path), false);
      assertThrows(() => tree.open(path), TypeError, "is not in");
    }
    const link = `${tree.root}-link`;
    Deno.symlinkSync(tree.root, link);
    const linked = new Tree(link, (_, error) => error);
    linked.makeFolder(join(link, "a", "b"));
    assertEquals([linked.list(link), tree.list(tree.root)], [["a"], ["a"]]);
    assertEquals([linked.contains(link), linked.status(link)?.kind], [true, "folder"]);
  });
});

Deno.test("Tree does not use a file that was replaced by a link while it was opened", () => {
  withTree((tree, outside) => {
    const path = join(tree.root, "file");
    Deno.writeFileSync(path, BYTES);
    const { openSync } = Deno;
    Deno.openSync = (given, options) => {
      Deno.openSync = openSync;
      plant("a link to a file", path, outside);
      return openSync(given, options);
    };
    try {
      assertEquals(tree.read(path, 10), null);
    } finally {
      Deno.openSync = openSync;
    }
  });
});

Deno.test("Tree reads the new file if a file is replaced while it is opened", () => {
  withTree((tree) => {
    const path = join(tree.root, "file");
    Deno.writeTextFileSync(path, "old");
    const { openSync } = Deno;
    Deno.openSync = (given, options) => {
      Deno.openSync = openSync;
      Deno.writeFileSync(`${path}.new`, BYTES);
      Deno.renameSync(`${path}.new`, path);
      return openSync(given, options);
    };
    try {
      assertEquals(tree.read(path, 10), BYTES);
    } finally {
      Deno.openSync = openSync;
    }
  });
});

Deno.test("Tree.read() rejects a file that is too long", () => {
  withTree((tree) => {
    const path = join(tree.root, "file");
    Deno.writeTextFileSync(path, "");
    // A sparse terabyte, which takes no space.
    Deno.truncateSync(path, 2 ** 40);
    assertThrows(() => tree.read(path, 10), RangeError, "at most 10 bytes");
  });
});

Deno.test("the status of the user's files follows links, and shows them", () => {
  withTree((tree) => {
    const [path, link] = [join(tree.root, "file"), join(tree.root, "link")];
    Deno.writeFileSync(path, BYTES);
    Deno.symlinkSync(path, link);
    const status = statusOfInput(path)!;
    assertEquals(statusOfInput(link), { ...status, kind: "link" });
    Deno.removeSync(path);
    assertEquals([statusOfInput(link), statusOfInput(`${link}/x`)], [null, null]);
  });
});
