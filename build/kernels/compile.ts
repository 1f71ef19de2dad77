/**
 * Builds kernels.wasm and the native libraries in built/ from c/, byte for byte, with the compiler of Debian 12. The
 * compiler is needed only to change a kernel. With `--check` nothing is written: the committed files must be what the
 * sources compile to; where the compiler is not installed, digests.json must have the digests of both.
 */
import { NativeError, recordedDigest, recordedDigests, sha256 } from "../../core/kernels/recorded_digests.ts";

export const COMPILER = "clang-22";
const VERSION = "22.1.8";
const HERE = new URL("../../core/kernels/", import.meta.url);
export const SOURCES = new URL("c/", HERE);
const LIBRARIES = `${import.meta.dirname}/../../core/kernels/built`;
const DIGESTS = "built/digests.json";

/** A file to build, with its options and its source in c/. */
export interface Target {
  readonly file: string;
  readonly options: readonly string[];
  readonly source: string;
}

/** Nothing is fused but where the source says so, and only the source vectorizes. */
export const CODE = "-O2 -ffp-contract=off -fno-vectorize -fno-slp-vectorize -fno-builtin -fvisibility=hidden";
const COMMON = `${CODE} ` +
  "-Wall -Wextra -Wno-missing-field-initializers -Werror -nostdlib -Wl,--strip-all";
/** The first page of the memory is scratch space; memory.ts manages what follows. */
const WASM = "--target=wasm32 -msimd128 -mbulk-memory " +
  "-Wl,--no-entry,--export-dynamic,--export-memory -Wl,-z,stack-size=4096,--initial-memory=65536";
/**
 * `-Bsymbolic`: the kernels' `exp` and `log` are theirs, not those of the C library that the process has loaded.
 * `nodelete`: threads of the pool can still be waiting in the library's code when Deno unloads it.
 */
export const LINKING = "-Bsymbolic,-z,nodelete";
const LIBRARY = `-shared -fPIC -fuse-ld=lld-22 -Wl,--build-id=none,${LINKING}`;

/** The files that are built. */
export const TARGETS: readonly Target[] = [
  target("kernels.wasm", WASM, "kernels.c"),
  ...["x86-64-v2", "x86-64-v3", "x86-64-v4"].map((level) =>
    target(`built/kernels.${level}.so`, `--target=x86_64-linux-gnu -march=${level} ${LIBRARY}`, "native.c")
  ),
  target("built/kernels.aarch64.so", `--target=aarch64-linux-gnu -mno-outline-atomics ${LIBRARY}`, "native.c"),
];

const BUILT = "kernels.wasm and the native libraries";

const nameOf = (file: string) => file.slice(file.lastIndexOf("/") + 1);

function target(file: string, options: string, source: string): Target {
  return { file, options: `${COMMON} ${options}`.split(" "), source };
}

/** True if the compiler of that version is installed. */
export function canCompile(): boolean {
  try {
    const { stdout } = new Deno.Command(COMPILER, { args: ["--version"], stderr: "null" }).outputSync();
    return new TextDecoder().decode(stdout).includes(`version ${VERSION}`);
  } catch {
    return false;
  }
}

/** A compiled file. Ends with the compiler's messages if there is none. */
function compile({ file, options, source }: Target): Uint8Array {
  const args = [...options, "-o", "/dev/stdout", source];
  const { success, stdout, stderr } = new Deno.Command(COMPILER, { args, cwd: SOURCES }).outputSync();
  if (success) return stdout;
  console.error(`core/kernels/${file} does not compile.\n${new TextDecoder().decode(stderr)}`);
  Deno.exit(1);
}

/** SHA-256 of the options with the names and contents of the sources. */
async function digestOfSources(): Promise<string> {
  const names = [...Deno.readDirSync(SOURCES)].map(({ name }) => name).filter((name) => /\.[ch]$/.test(name)).sort();
  const sources = names.map((name) => `${name}\n${Deno.readTextFileSync(new URL(name, SOURCES))}`).join("");
  return await sha256(new TextEncoder().encode(JSON.stringify(TARGETS) + sources));
}

async function digests(built: ReadonlyMap<string, Uint8Array>): Promise<Record<string, string>> {
  const all: Record<string, string> = { compiler: `${COMPILER} ${VERSION}`, sources: await digestOfSources() };
  for (const [file, bytes] of built) all[nameOf(file)] = await sha256(bytes);
  return all;
}

/** The digest of the sources; null if they have changed since they were built. @throws NativeError */
export async function builtSources(): Promise<string | null> {
  const recorded = await recordedDigest(LIBRARIES, "sources");
  return await digestOfSources() === recorded ? recorded : null;
}

function read(file: string): Uint8Array {
  try {
    return Deno.readFileSync(new URL(file, HERE));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Uint8Array();
    throw error;
  }
}

const compileAll = () => new Map(TARGETS.map((one) => [one.file, compile(one)]));

/** The committed files that are not what the sources compile to or, without a compiler, not what was recorded of that. */
async function outdated(): Promise<string[]> {
  // If digests.json is missing or damaged, it is out of date.
  const recorded = await recordedDigests(LIBRARIES).catch((error): Record<string, unknown> => {
    if (error instanceof NativeError) return {};
    throw error;
  });
  const found = await digests(new Map(TARGETS.map(({ file }) => [file, read(file)])));
  const compiled = canCompile() ? await digests(compileAll()) : recorded;
  const files = TARGETS.map(({ file }) => file).filter((file) => found[nameOf(file)] !== compiled[nameOf(file)]);
  return JSON.stringify(compiled) === JSON.stringify(recorded) && found.sources === recorded.sources
    ? files
    : [...files, DIGESTS];
}

async function check(): Promise<void> {
  const files = await outdated();
  for (const file of files) {
    console.error(`core/kernels/${file} is out of date. Run deno task build, and commit the file.`);
  }
  if (files.length > 0) Deno.exitCode = 1;
  else console.log(`${BUILT} are up to date${canCompile() ? "" : `, by their digests (no ${COMPILER})`}.`);
}

/** Writes a file beside the old one, and puts it in its place: a process may be using that. */
function replace(file: URL, bytes: Uint8Array): void {
  const beside = new URL(`${file.href}.new`);
  Deno.writeFileSync(beside, bytes);
  Deno.renameSync(beside, file);
}

async function build(): Promise<void> {
  const built = compileAll();
  Deno.mkdirSync(new URL("built/", HERE), { recursive: true });
  for (const [file, bytes] of built) {
    replace(new URL(file, HERE), bytes);
    console.log(`${file}: ${bytes.length} bytes.`);
  }
  Deno.writeTextFileSync(new URL(DIGESTS, HERE), JSON.stringify(await digests(built), null, 2) + "\n");
}

async function main(): Promise<void> {
  if (Deno.args.includes("--check")) await check();
  else if (canCompile()) await build();
  else if ((await outdated()).length > 0) {
    console.error(`${COMPILER} ${VERSION} is not installed. In Debian 12: apt-get install ${COMPILER} lld-22`);
    Deno.exitCode = 1;
  } else console.log(`${BUILT} are up to date.`);
}

if (import.meta.main) await main();
