/**
 * Builds kernels.wasm from c/, byte for byte, with the compiler of Debian 12. The compiler is needed only to change a
 * kernel. With `--check` nothing is written: the committed file must be what the sources compile to; where the compiler is
 * not installed, the digests in built.json must be those of the sources and of the file.
 */
const COMPILER = "clang-22";
const VERSION = "22.1.8";
const HERE = new URL("./", import.meta.url);
const [SOURCES, BUILT, DIGESTS] = ["c/", "kernels.wasm", "c/built.json"].map((path) => new URL(path, HERE));

/**
 * Without contraction, a product and a sum are fused only where the source says so. The compiler must not vectorize: the
 * source does. The first page of the memory is scratch space; memory.ts manages what follows.
 */
const OPTIONS = [
  "--target=wasm32 -O2 -msimd128 -ffp-contract=off -fno-vectorize -fno-slp-vectorize -fno-builtin -mbulk-memory",
  "-fvisibility=hidden -Wall -Wextra -Werror -nostdlib -Wl,--no-entry,--export-dynamic,--export-memory,--strip-all",
  "-Wl,-z,stack-size=4096,--initial-memory=65536",
].join(" ").split(" ");

/** True if the compiler of that version is installed. */
function canCompile(): boolean {
  try {
    const { stdout } = new Deno.Command(COMPILER, { args: ["--version"], stderr: "null" }).outputSync();
    return new TextDecoder().decode(stdout).includes(`version ${VERSION}`);
  } catch {
    return false;
  }
}

/** The compiled file. Ends with the compiler's messages if there is none. */
function compile(): Uint8Array {
  const args = [...OPTIONS, "-o", "/dev/stdout", "kernels.c"];
  const { success, stdout, stderr } = new Deno.Command(COMPILER, { args, cwd: SOURCES }).outputSync();
  if (success) return stdout;
  console.error(`${SOURCES.pathname}kernels.c does not compile.\n${new TextDecoder().decode(stderr)}`);
  Deno.exit(1);
}

/** SHA-256 of the names and contents of the sources, and of the built file. */
async function digests(built: Uint8Array): Promise<string> {
  const names = [...Deno.readDirSync(SOURCES)].map(({ name }) => name).filter((name) => /\.[ch]$/.test(name)).sort();
  const sources = names.map((name) => `${name}\n${Deno.readTextFileSync(new URL(name, SOURCES))}`).join("");
  const sha256 = async (bytes: Uint8Array) =>
    new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes))).toHex();
  const all = {
    compiler: `${COMPILER} ${VERSION}`,
    sources: await sha256(new TextEncoder().encode(OPTIONS.join(" ") + sources)),
    "kernels.wasm": await sha256(built),
  };
  return JSON.stringify(all, null, 2) + "\n";
}

/** What is wrong with the committed file, or null. */
async function problem(): Promise<string | null> {
  const committed = Deno.readFileSync(BUILT);
  const isSame = canCompile() ? String(compile()) === String(committed) : true;
  if (isSame && await digests(committed) === Deno.readTextFileSync(DIGESTS)) return null;
  return "kernels.wasm differs from what its sources compile to. Run deno task build and commit the result.";
}

if (Deno.args.includes("--check")) {
  const found = await problem();
  if (found === null) {
    console.log(`kernels.wasm is up to date${canCompile() ? "" : `, by its digests (no ${COMPILER})`}.`);
  } else console.error(found);
  Deno.exitCode = found === null ? 0 : 1;
} else if (canCompile()) {
  const built = compile();
  Deno.writeFileSync(BUILT, built);
  Deno.writeTextFileSync(DIGESTS, await digests(built));
  console.log(`kernels.wasm: ${built.length} bytes.`);
} else {
  const found = await problem();
  if (found !== null) {
    console.error(`${COMPILER} ${VERSION} is not installed. In Debian 12: apt-get install ${COMPILER} lld-22`);
    Deno.exitCode = 1;
  } else console.log("kernels.wasm is up to date.");
}
