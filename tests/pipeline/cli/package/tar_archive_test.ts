/** Archives have the bytes that npm and tar understand, and always the same ones. */
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { tarGz } from "../../../../build/package/tar_archive.ts";
import { outcomeOf } from "../retrace.ts";

const text = (content: string) => ({ bytes: new TextEncoder().encode(content) });

Deno.test("an archive has the files in order, with the same owner, mode and time on every machine", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const long = "x".repeat(513);
    const files = {
      "package/b.js": text(long),
      "package/a.js": { ...text("run"), isExecutable: true },
      "package/c": text(""),
    };
    const path = join(folder, "a.tgz");
    Deno.writeFileSync(path, tarGz(files));
    const { stdout, stderr } = await outcomeOf(["tar", "--numeric-owner", "-tvzf", path], { TZ: "UTC" });
    assertEquals(stderr, "");
    assertEquals(stdout.replaceAll(/ +/g, " ").trimEnd().split("\n"), [
      "-rwxr-xr-x 0/0 3 1985-10-26 08:15 package/a.js",
      "-rw-r--r-- 0/0 513 1985-10-26 08:15 package/b.js",
      "-rw-r--r-- 0/0 0 1985-10-26 08:15 package/c",
    ]);
    assertEquals((await outcomeOf(["tar", "-xOzf", path, "package/b.js"])).stdout, long);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("the order in which files are given does not change the bytes", () => {
  const [a, b] = [text("1"), text("2")];
  assertEquals(tarGz({ a, b }), tarGz({ b, a }));
});
