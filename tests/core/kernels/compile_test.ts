/** The build of the kernels where their compiler is not installed: digests say whether the built file is of the sources. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { copyFolder, edit } from "../../project_copy.ts";

const PROJECT = join(import.meta.dirname!, "../../..");
const KERNELS = join(PROJECT, "core/kernels");

/** Runs compile.ts in a folder with a copy of the kernels, without any program in reach. */
function compileIn(folder: string, ...args: string[]): { code: number; text: string } {
  const command = ["run", "-A", "--quiet", "--no-config", join(folder, "build/kernels/compile.ts"), ...args];
  const env = { PATH: folder, NO_COLOR: "1", HOME: folder };
  const { code, stdout, stderr } = new Deno.Command(Deno.execPath(), { args: command, clearEnv: true, env })
    .outputSync();
  return { code, text: [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("") };
}

Deno.test("without the compiler, the kernels are up to date as long as neither they nor their sources change", () => {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-kernels-" });
  const kernels = join(folder, "core/kernels");
  try {
    copyFolder(KERNELS, kernels);
    copyFolder(join(PROJECT, "build/kernels"), join(folder, "build/kernels"));
    const upToDate = "kernels.wasm and the native libraries are up to date";
    assertEquals(compileIn(folder, "--check"), { code: 0, text: `${upToDate}, by their digests (no clang-22).\n` });
    assertEquals(compileIn(folder), { code: 0, text: `${upToDate}.\n` });

    const digests = join(kernels, "built/digests.json");
    const intact = Deno.readTextFileSync(digests);
    for (const damaged of ["null", "{"]) {
      Deno.writeTextFileSync(digests, damaged);
      const text = "core/kernels/built/digests.json is out of date. Run deno task build, and commit the file.\n";
      const { code, text: found } = compileIn(folder, "--check");
      assertEquals([code, found.endsWith(text)], [1, true], found);
    }
    Deno.writeTextFileSync(digests, intact);

    edit(join(kernels, "c/sums.h"), "return ((s0 + s1) + s2) + s3;", "return (s0 + s1) + (s2 + s3);");
    const checked = compileIn(folder, "--check");
    assertEquals(checked.code, 1);
    assertStringIncludes(checked.text, "core/kernels/built/digests.json is out of date. Run deno task build");
    const built = compileIn(folder);
    assertEquals(built.code, 1);
    assertEquals(built.text, "clang-22 22.1.8 is not installed. In Debian 12: apt-get install clang-22 lld-22\n");

    copyFolder(join(KERNELS, "c"), join(kernels, "c"));
    Deno.writeFileSync(join(kernels, "kernels.wasm"), new Uint8Array([0]), { append: true });
    assertEquals(compileIn(folder, "--check").code, 1);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
