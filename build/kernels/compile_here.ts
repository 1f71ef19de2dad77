/**
 * Compiles the native kernels with this computer's own clang, for its own processor, into built/kernels.local.so: for
 * systems that no committed library is for. With `--prefer`, it is used where there is one, too. `--remove` removes it.
 * Nothing is replaced before the new library has been tested, and several processes can do this at once.
 */
import { join } from "node:path";
import { builtSources, CODE, LINKING } from "./compile.ts";
import { COMPILERS, LOCAL, type LocalLibrary, localNote } from "../../core/kernels/local_library.ts";
import { committedLibraries, loadFile, NativeError } from "../../core/kernels/native.ts";
import { sha256 } from "../../core/kernels/recorded_digests.ts";

const KERNELS = join(import.meta.dirname!, "../../core/kernels");
const SOURCES = `${KERNELS}/c`;
const FOLDER = `${KERNELS}/built`;
const LIBRARY = `${FOLDER}/kernels.${LOCAL}.so`;
const OPTIONS = `${CODE} -shared -fPIC`;
/** Of these there are variants; arm64's vectors are in all of its processors. */
const X86 = "-march=native";
const LINUX = `-Wl,${LINKING}`;

const USAGE = `Usage: deno task build:native [--prefer | --remove]
Compiles the native kernels with this computer's own clang, for its own processor.
--prefer: use them where there is a committed library, too. --remove: remove them.`;

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
    throw new NativeError(`${program} cannot be started: ${(error as Error).message}.`);
  }
}

/** Why a compiler failed, by its messages. The last one about a linker says only that it has said why. */
function reasonIn(text: string): string {
  const linesOf = (text: string) =>
    text.split("\n").map((line) => line.trim()).filter((line) =>
      line !== "" && !/warning:|note:|linker command failed/.test(line)
    );
  const error = linesOf(text).find((line) => line.includes("error:"));
  // What the linker says follows "1 warning generated."
  const linker = linesOf(text.split(/^\d+ warnings? generated\.$/m).at(-1)!);
  return error ?? (linker.slice(0, 3).join("; ") || "it does not say why.");
}

/** Compiles with the first compiler that can, into a file. Returns its name in its own words. */
function compileTo(file: string): string {
  const problems: string[] = [];
  for (const compiler of COMPILERS) {
    const [version = ""] = outputOf(compiler, ["--version"])?.text.split("\n") ?? [];
    if (!version.includes("clang")) continue;
    const { success, text } = outputOf(compiler, [...optionsHere(), "-o", file, "native.c"])!;
    if (success) return version;
    problems.push(`${compiler} (${version}): ${reasonIn(text)}`);
  }
  if (problems.length > 0) throw new NativeError(`No clang here compiles the kernels. ${problems.join("\n")}`);
  throw new NativeError(
    "There is no clang in PATH. Install version 17 or later (Debian 12: apt-get install clang-19; macOS: Xcode 16 with " +
      "xcode-select --install).",
  );
}

/** The bytes of what a compiler made, which is tested before it is used. */
async function testedBytes(file: string, compiler: string): Promise<Uint8Array> {
  try {
    const bytes = Deno.readFileSync(file);
    await loadFile(file);
    return bytes;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new NativeError(`Expected ${compiler} to write ${LIBRARY}, found no file. Install another clang.`);
    }
    if (!(error instanceof NativeError)) throw error;
    throw new NativeError(error.message.replaceAll(file, LIBRARY));
  }
}

/** Compiles the library, tests it, and puts it in its place. Returns what to say of it. */
async function build(isPreferred: boolean): Promise<string> {
  if (Deno.build.os === "windows") throw new NativeError("The kernels have no native code for Windows.");
  const sources = await builtSources();
  if (sources === null) {
    throw new NativeError("core/kernels/c/ has changed since its WebAssembly was built. Run deno task build first.");
  }
  const used = (await committedLibraries(FOLDER)).at(-1);
  // Another process may be using the old files, or making new ones.
  const [library, note] = [LIBRARY, localNote(FOLDER)].map((file) => `${file}.${Deno.pid}.new`);
  try {
    const compiler = compileTo(library);
    const bytes = await testedBytes(library, compiler);
    const { target } = Deno.build;
    const about: LocalLibrary = { digest: await sha256(bytes), sources, target, compiler, isPreferred };
    Deno.writeTextFileSync(note, JSON.stringify(about, null, 2) + "\n");
    replaceBoth(library, note);
    const made = `core/kernels/built/kernels.${LOCAL}.so: ${bytes.length} bytes, by ${compiler}.`;
    return used === undefined || isPreferred
      ? made
      : `${made}\nIt is not used here, where there is kernels.${used}.so, unless --prefer is given.`;
  } finally {
    discard(library, note);
  }
}

function replaceBoth(library: string, note: string): void {
  Deno.renameSync(library, LIBRARY);
  try {
    Deno.renameSync(note, localNote(FOLDER));
  } catch (error) {
    discard(LIBRARY);
    throw error;
  }
}

/** Removes files that nobody will miss. Where that is impossible, something before has failed that says more. */
function discard(...files: string[]): void {
  try {
    remove(...files);
  } catch (error) {
    sentenceOf(error);
  }
}

function remove(...files: string[]): void {
  for (const file of files) {
    try {
      Deno.removeSync(file);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/** What is wrong with the arguments, as a sentence; null if nothing is. */
function problemWith(args: readonly string[]): string | null {
  const unknown = args.find((arg) => !["--prefer", "--remove", "--help", "-h"].includes(arg));
  if (unknown !== undefined) {
    return `Expected --prefer, --remove, --help or no argument, found "${unknown}". See deno task build:native --help.`;
  }
  return args.includes("--prefer") && args.includes("--remove")
    ? "Expected --prefer or --remove, found both. Give one of them."
    : null;
}

/** A sentence about an error that can be a user's; others are thrown. */
function sentenceOf(error: unknown): string {
  if (error instanceof NativeError) return error.message;
  // Of the system's errors, those without a class have a code.
  const isOfSystem = Object.values(Deno.errors).some((one) => error instanceof one) ||
    (error instanceof Error && "code" in error);
  if (!isOfSystem) throw error;
  return `The files in ${FOLDER} cannot be read or replaced: ${(error as Error).message}. ` +
    "Check its permissions, and that no folder is in the place of a file.";
}

function fail(message: string, exitCode: number): void {
  console.error(`error: ${message}`);
  Deno.exitCode = exitCode;
}

async function main(args: readonly string[]): Promise<void> {
  const problem = problemWith(args);
  if (problem !== null) return fail(problem, 2);
  if (args.includes("--help") || args.includes("-h")) return console.log(USAGE);
  try {
    if (args.includes("--remove")) remove(localNote(FOLDER), LIBRARY);
    else console.log(await build(args.includes("--prefer")));
  } catch (error) {
    fail(sentenceOf(error), 1);
  }
}

if (import.meta.main) await main(Deno.args);
