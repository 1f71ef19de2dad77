import { assertEquals, assertGreater, assertInstanceOf, assertLess, assertStringIncludes } from "@std/assert";
import { StoreError } from "../../../pipeline/errors.ts";
import { type Changes, runToys, straightDigests } from "./bench.ts";

const linux = Deno.build.os === "linux";

/** Mounts a file system of `size` bytes (or changes its size); false where that is not allowed. */
function mount(folder: string, size: number, options = ""): boolean {
  const args = ["-t", "tmpfs", "-o", `${options}size=${size}`, "tmpfs", folder];
  return linux && new Deno.Command("mount", { args, stderr: "null" }).outputSync().success;
}

function unmount(folder: string): void {
  new Deno.Command("umount", { args: [folder] }).outputSync();
}

function canMount(): boolean {
  if (!linux || Deno.permissions.querySync({ name: "run", command: "mount" }).state !== "granted") return false;
  const folder = Deno.makeTempDirSync();
  const can = mount(folder, 4096);
  if (can) unmount(folder);
  Deno.removeSync(folder);
  return can;
}

Deno.test({
  name: "runStages() says that the disk is full when it is, and goes on when there is space",
  ignore: !canMount(),
  async fn() {
    const params: Changes = { words: { repeat: 3000 }, grow: { rounds: 1 } };
    const wanted = await straightDigests(params);
    const folder = Deno.makeTempDirSync();
    const page = 4096;
    mount(folder, page);
    try {
      let failures = 0;
      for (let size = 2 * page;; size += page) {
        assertLess(size, 100 * page, "a failed run leaves nothing that fills the disk");
        const outcome = await runToys(`${folder}/cache`, { params }).catch((error) => error as Error);
        if (!(outcome instanceof Error)) {
          assertEquals(outcome.digests, wanted);
          break;
        }
        assertInstanceOf(outcome, StoreError);
        assertStringIncludes(outcome.message, "The disk is full");
        failures++;
        mount(folder, size, "remount,");
      }
      assertGreater(failures, 10);
      const left = [...Deno.readDirSync(`${folder}/cache/temporary`)];
      assertEquals(left, [], "what could not be written whole is gone");
    } finally {
      unmount(folder);
      Deno.removeSync(folder);
    }
  },
});
