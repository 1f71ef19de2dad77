/**
 * Builds kernels.wasm from assembly/*.ts, always to the same bytes; `--check` compares instead of writing and exits
 * with 1 when the committed file is another one. Only those who change a kernel need it, so the compiler is no
 * dependency of the project: it is loaded by name here, at run time.
 */
const COMPILER = "npm:assemblyscript@0.28.20/asc";
const SOURCES = new URL("./assembly/", import.meta.url);
const TARGET = new URL("./kernels.wasm", import.meta.url);

/** The compiler's main function, as far as it is used here. */
interface Compiler {
  main(options: string[], files: {
    readFile(name: string): string | null;
    writeFile(name: string, content: Uint8Array): void;
    listFiles(): string[];
    stdout: { write(text: string): void };
    stderr: { write(text: string): void };
  }): Promise<{ error: Error | null }>;
}

const OPTIONS = [
  "index.ts",
  "--outFile",
  "kernels.wasm",
  // Not -O3: it moves instructions of the unrolled loops around until the registers do not suffice; 2.3 times slower.
  "-O1",
  "--enable",
  "simd",
  // No garbage collector and no allocator: memory.ts owns the memory beyond the first page, which is scratch.
  "--runtime",
  "stub",
  "--initialMemory",
  "1",
  "--noAssert",
  // No imports.
  "--use",
  "abort=",
];

/**
 * Repeats the text between `// unroll $NAME < COUNT` and `// end unroll` with $NAME replaced by 0, 1, … COUNT - 1.
 * AssemblyScript cannot do that itself, and loops over registers have to be written out.
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

async function compile(): Promise<Uint8Array<ArrayBuffer>> {
  const { default: compiler }: { default: Compiler } = await import(COMPILER);
  const messages: string[] = [];
  const output = { write: (text: string) => void messages.push(text) };
  let wasm: Uint8Array | null = null;
  const { error } = await compiler.main(OPTIONS, {
    readFile: (name) => readSource(name),
    writeFile: (_name, content) => void (wasm = content),
    listFiles: () => [],
    stdout: output,
    stderr: output,
  });
  if (error !== null || wasm === null) throw new Error(`The kernels do not compile.\n${messages.join("")}`);
  return new Uint8Array(wasm);
}

function readSource(name: string): string | null {
  try {
    return unroll(Deno.readTextFileSync(new URL(name, SOURCES)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

const built = await compile();
if (!Deno.args.includes("--check")) {
  Deno.writeFileSync(TARGET, built);
  console.log(`kernels.wasm: ${built.length} bytes.`);
} else if (sameBytes(built, Deno.readFileSync(TARGET))) {
  console.log(`kernels.wasm is what its sources give: ${built.length} bytes.`);
} else {
  console.error(
    `kernels.wasm is not what its sources give (${built.length} bytes). Run deno task build, and commit it.`,
  );
  Deno.exit(1);
}
