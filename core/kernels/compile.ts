/**
 * Builds kernels.wasm from assembly/, reproducibly. With `--check` it only compares, and exits with 1 if the committed
 * file differs. The compiler is needed only to change a kernel, so it is not a dependency of the project but
 * imported by name at run time.
 */
const COMPILER = "npm:assemblyscript@0.28.20/asc";
const SOURCES = new URL("./assembly/", import.meta.url);

/** The part of the compiler's API that is used here. */
interface Compiler {
  main(options: string[], files: {
    readFile(name: string): string | null;
    writeFile(name: string, content: Uint8Array): void;
    listFiles(): string[];
    stdout: { write(text: string): void };
    stderr: { write(text: string): void };
  }): Promise<{ error: Error | null }>;
}

/** A file to build from an entry module. */
interface Target {
  file: string;
  entry: string;
  options: string[];
}

const TARGETS: readonly Target[] = [
  // Not -O3: it reorders the unrolled loops until they run out of registers, and is 2.3 times slower.
  { file: "kernels.wasm", entry: "index.ts", options: ["-O1"] },
];

/** No imports, and no allocator: memory.ts manages the memory after the first page, which is scratch space. */
const OPTIONS = "--enable simd --runtime stub --initialMemory 1 --noAssert --use abort=".split(" ");

/**
 * Repeats the text between `// unroll $NAME < COUNT` and `// end unroll` with $NAME replaced by 0, 1, … COUNT - 1.
 * Loops over registers must be unrolled in the source, and AssemblyScript has no macros.
 */
function unroll(source: string): string {
  const innermost = /^ *\/\/ unroll (\$\w+) < (\d+)\n((?:(?! *\/\/ unroll ).*\n)*?) *\/\/ end unroll\n/m;
  for (let found = innermost.exec(source); found !== null; found = innermost.exec(source)) {
    const [block, name, count, body] = found;
    const copies = Array.from({ length: Number(count) }, (_, i) => body.replaceAll(name, String(i)));
    source = source.replace(block, () => copies.join(""));
  }
  return source;
}

async function compile({ file, entry, options }: Target): Promise<Uint8Array<ArrayBuffer>> {
  const { default: compiler }: { default: Compiler } = await import(COMPILER);
  const messages: string[] = [];
  const output = { write: (text: string) => void messages.push(text) };
  let wasm: Uint8Array<ArrayBuffer> | null = null;
  const { error } = await compiler.main([entry, "--outFile", file, ...options, ...OPTIONS], {
    readFile: readSource,
    writeFile: (_name, content) => void (wasm = new Uint8Array(content)),
    listFiles: () => [],
    stdout: output,
    stderr: output,
  });
  if (error !== null || wasm === null) throw new Error(`${file} does not compile.\n${messages.join("")}`);
  return wasm;
}

function readSource(name: string): string | null {
  try {
    return unroll(Deno.readTextFileSync(new URL(name, SOURCES)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

for (const target of TARGETS) {
  const path = new URL(target.file, import.meta.url);
  const built = await compile(target);
  if (!Deno.args.includes("--check")) {
    Deno.writeFileSync(path, built);
    console.log(`${target.file}: ${built.length} bytes.`);
  } else if (String(built) === String(Deno.readFileSync(path))) {
    console.log(`${target.file} is up to date: ${built.length} bytes.`);
  } else {
    console.error(
      `${target.file} differs from what its sources compile to. Run deno task build and commit the result.`,
    );
    Deno.exitCode = 1;
  }
}
