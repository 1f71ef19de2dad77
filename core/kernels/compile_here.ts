/**
 * Compiles the native kernels with this computer's own clang, for its own processor, into built/kernels.local.so: for
 * systems that no committed library is for. With `--prefer`, it is used where there is one, too. `--remove` removes it.
 */
import { builtSources, sha256 } from "./compile.ts";
import { COMPILERS, LOCAL, type LocalLibrary, localNote } from "./local_library.ts";
import { loadNative, NativeError } from "./native.ts";

const SOURCES = `${import.meta.dirname}/c`;
const FOLDER = `${import.meta.dirname}/built`;
const LIBRARY = `${FOLDER}/kernels.${LOCAL}.so`;
/** As in compile.ts: fused only where the source says so, and vectors only where the source has them. */
const OPTIONS =
  "-O2 -ffp-contract=off -fno-vectorize -fno-slp-vectorize -fno-builtin -fvisibility=hidden -shared -fPIC";
/** Of these there are variants; arm64's vectors are in all of its processors. */
const X86 = "-march=native";
const LINUX = "-Wl,-Bsymbolic,-z,nodelete";

/** A reason why there is no library, as a sentence for people. */
class CompileError extends Error {}

function optionsHere(): string[] {
  const { arch, os } = Deno.build;
  return [OPTIONS, ...(arch === "x86_64" ? [X86] : []), ...(os === "linux" ? [LINUX] : [])].join(" ").split(" ");
}

/** What a program prints, and whether it succeeded; null if there is none of that name. */
function outputOf(program: string, args: string[]): { success: boolean; text: string } | null {
  try {
    const { success, stdout, stderr } = new Deno.Command(program, { args, cwd: SOURCES }).outputSync();
    return { success, text: [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("") };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Compiles with the first compiler that can, into a file. Returns its name in its own words. */
function compileTo(file: string): string {
  const problems: string[] = [];
  for (const compiler of COMPILERS) {
    const [version = ""] = outputOf(compiler, ["--version"])?.text.split("\n") ?? [];
    if (!version.includes("clang")) continue;
    const { success, text } = outputOf(compiler, [...optionsHere(), "-o", file, "native.c"])!;
    if (success) return version;
    problems.push(
      `${compiler} (${version}): ${text.split("\n").find((line) => line.includes("error:")) ?? text.trim()}`,
    );
  }
  if (problems.length > 0) throw new CompileError(`No clang here compiles the kernels. ${problems.join("\n")}`);
  throw new CompileError(
    "There is no clang in PATH. Install version 17 or later (Debian 12: apt-get install clang-19; macOS: Xcode 16 with " +
      "xcode-select --install).",
  );
}

/** Compiles the library, and tests it. */
async function build(isPreferred: boolean): Promise<string> {
  if (Deno.build.os === "windows") throw new CompileError("The kernels have no native code for Windows.");
  const sources = await builtSources();
  if (sources === null) {
    throw new CompileError("core/kernels/c/ has changed since its WebAssembly was built. Run deno task build first.");
  }
  // Another process may be using the old one.
  const beside = `${LIBRARY}.new`;
  const compiler = compileTo(beside);
  const bytes = Deno.readFileSync(beside);
  const note: LocalLibrary = {
    digest: await sha256(bytes),
    sources,
    target: Deno.build.target,
    compiler,
    isPreferred,
  };
  Deno.renameSync(beside, LIBRARY);
  Deno.writeTextFileSync(localNote(FOLDER), JSON.stringify(note, null, 2) + "\n");
  try {
    await loadNative(FOLDER, LOCAL);
  } catch (error) {
    remove();
    throw error;
  }
  return `core/kernels/built/kernels.${LOCAL}.so: ${bytes.length} bytes, by ${compiler}.`;
}

function remove(): void {
  for (const file of [localNote(FOLDER), LIBRARY]) {
    try {
      Deno.removeSync(file);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

async function main(): Promise<void> {
  if (Deno.args.includes("--remove")) return remove();
  try {
    console.log(await build(Deno.args.includes("--prefer")));
  } catch (error) {
    if (!(error instanceof CompileError) && !(error instanceof NativeError)) throw error;
    console.error(`error: ${error.message}`);
    Deno.exitCode = 1;
  }
}

if (import.meta.main) await main();
