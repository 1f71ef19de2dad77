/** Locks: what is read, what is written, and what is refused. */
import { assertEquals, assertThrows } from "@std/assert";
import { isExperimentFile } from "../../../pipeline/experiment/extends.ts";
import { lockedDigest, lockPathOf, lockText, readLock } from "../../../pipeline/experiment/lock_file.ts";
import { ConfigError } from "../../../pipeline/engine/run_errors.ts";
import { withExperiments } from "./experiments.ts";

const DIGEST = "0123456789abcdef".repeat(4);
const LOCK = { "https://host/b.csv": { sha256: DIGEST, size: 3 }, "https://host/a.csv": { sha256: DIGEST, size: 0 } };

Deno.test("a lock is beside its experiment, and none itself", () => {
  assertEquals(lockPathOf("mine/iris.json"), "mine/iris.lock.json");
  assertEquals(lockPathOf("iris"), "iris.lock.json");
  assertEquals(["iris.json", "iris.lock.json"].map(isExperimentFile), [true, false]);
});

Deno.test("a lock that was written is read again; there may be none", () => {
  withExperiments(({ write, path }) => {
    assertEquals(readLock(path("iris.json")), null);
    write("iris.lock.json", lockText(LOCK));
    assertEquals(readLock(path("iris.json")), LOCK);
    assertEquals(Object.keys(JSON.parse(lockText(LOCK))), ["https://host/a.csv", "https://host/b.csv"]);
  });
});

Deno.test("a lock that was damaged or edited wrongly is refused, with the place", () => {
  const file = { sha256: DIGEST, size: 3 };
  const wrong: [content: string, says: string][] = [
    ["", "line 1, column 1"],
    ['{ "https://host/a": ', "line 1"],
    ['{ "https://host/a": {}, "https://host/a": {} }', 'the field "https://host/a" is there twice'],
    ["[]", "the whole file: expected an object, but found []"],
    [JSON.stringify({ "iris.csv": file }), '"iris.csv": expected the address of a file'],
    [JSON.stringify({ "https://host/a": DIGEST }), '"https://host/a": expected an object'],
    [JSON.stringify({ "https://host/a": { ...file, sha256: "0".repeat(63) } }), '"https://host/a".sha256: expected 64'],
    [JSON.stringify({ "https://host/a": { ...file, size: "3" } }), '"https://host/a".size: expected a number of bytes'],
    [JSON.stringify({ "https://host/a": { ...file, size: -1 } }), '"https://host/a".size'],
    [JSON.stringify({ "https://host/a": { ...file, md5: "" } }), 'expected only sha256 and size, but found "md5"'],
  ];
  withExperiments(({ write, path }) => {
    for (const [content, says] of wrong) {
      write("iris.lock.json", content);
      const { message } = assertThrows(() => readLock(path("iris.json")), ConfigError, says);
      assertEquals(message.endsWith(`deno task run ${path("iris.json")} --update-lock`), true, message);
    }
    Deno.removeSync(path("iris.lock.json"));
    Deno.mkdirSync(path("iris.lock.json"));
    assertThrows(() => readLock(path("iris.json")), ConfigError, "it is not a file");
    Deno.removeSync(path("iris.lock.json"));
    write("iris.lock.json", `{${" ".repeat(1 << 20)}}`);
    assertThrows(() => readLock(path("iris.json")), ConfigError, "expected at most");
  });
});

Deno.test("an address that a lock does not have is refused, with those that it has", () => {
  assertEquals(lockedDigest(LOCK, "https://host/a.csv", "iris.json"), DIGEST);
  for (const address of ["https://other/a.csv", "__proto__", "toString"]) {
    const error = assertThrows(() => lockedDigest(LOCK, address, "mine/iris.json"), ConfigError);
    assertEquals(
      error.message,
      `mine/iris.lock.json does not lock ${address}, which iris.json needs; it locks https://host/b.csv, ` +
        "https://host/a.csv. If the experiment is right, have the lock completed: deno task run mine/iris.json --update-lock",
    );
  }
});
