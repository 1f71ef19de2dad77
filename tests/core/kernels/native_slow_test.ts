/** What may be loaded: a library that is the committed one, whole, and computes what the plain twins do. */
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { Buffer } from "node:buffer";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Kernels } from "../../../core/kernels/kernels.ts";
import { loadNative, NativeError, usableLibraries } from "../../../core/kernels/native.ts";
import { plain } from "../../../core/kernels/plain.ts";
import { hasExactBits } from "../../../core/kernels/self_check.ts";
import { outcomeOf, PROJECT } from "../../pipeline/cli/retrace.ts";
import { copyFolder } from "../../project_copy.ts";
import { sha256 } from "../random/golden.ts";
import { COMPILED } from "./implementations.ts";

const KERNELS = join(PROJECT, "core/kernels");
const LIBRARIES = join(KERNELS, "built");
const NAMES = Deno.build.os === "linux" ? await usableLibraries(LIBRARIES) : [];
const BEST = NAMES[NAMES.length - 1];
const COMMITTED = NAMES.filter((name) => name !== "local").at(-1);
const CLANG = "/usr/bin/clang-22";
const ignore = NAMES.length === 0;

const fileOf = (name: string) => `kernels.${name}.so`;

/** A folder of libraries that a test changes. */
interface Libraries extends Disposable {
  readonly folder: string;
  /** Replaces the bytes of a library; `isRecorded` if its digest is to be that of the new ones. */
  replace(name: string, bytes: Uint8Array, isRecorded: boolean): void;
}

function copyLibraries(): Libraries {
  const folder = Deno.makeTempDirSync({ prefix: "retrace-libraries-" });
  copyFolder(LIBRARIES, folder);
  return {
    folder,
    replace(name, bytes, isRecorded) {
      Deno.writeFileSync(join(folder, fileOf(name)), bytes);
      if (!isRecorded) return;
      const digests = JSON.parse(Deno.readTextFileSync(join(folder, "digests.json")));
      Deno.writeTextFileSync(
        join(folder, "digests.json"),
        JSON.stringify({ ...digests, [fileOf(name)]: sha256(bytes) }),
      );
    },
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

/** Loads a library of a folder, by default the best, in another process, which may be damaged by it. */
async function loadElsewhere(folder: string, name?: string, permissions = ["--allow-all"]) {
  const program = join(import.meta.dirname!, "load_library.ts");
  const args = [
    "run",
    "--quiet",
    "--no-check",
    "--no-prompt",
    ...permissions,
    program,
    folder,
    ...(name ? [name] : []),
  ];
  const { code, stdout, stderr } = await outcomeOf([Deno.execPath(), ...args]);
  assertEquals([code, stderr], [0, ""]);
  return JSON.parse(stdout);
}

const bytesOf = (name: string) => Deno.readFileSync(join(LIBRARIES, fileOf(name)));

const DAMAGES: Record<string, (bytes: Uint8Array) => Uint8Array> = {
  empty: () => new Uint8Array(),
  "cut in its header": (bytes) => bytes.slice(0, 20),
  "cut in its code": (bytes) => bytes.slice(0, 20_000),
  "without its last byte": (bytes) => bytes.slice(0, -1),
  "with one more byte": (bytes) => new Uint8Array([...bytes, 0]),
  "with another bit": (bytes) => bytes.map((byte, i) => i === 20_000 ? byte ^ 1 : byte),
};

for (const [damage, damaged] of Object.entries(DAMAGES)) {
  Deno.test(`a library ${damage} is refused by its digest, before it is loaded`, { ignore }, async () => {
    using libraries = copyLibraries();
    libraries.replace(BEST, damaged(bytesOf(BEST)), false);
    const { isNative, message, inMemory } = await loadElsewhere(libraries.folder, BEST);
    assertEquals(isNative, true, message);
    assertStringIncludes(message, `${fileOf(BEST)} is damaged: its SHA-256 is not the one in digests.json beside it.`);
    assert(!inMemory.includes(fileOf(BEST)), inMemory);
  });
}

Deno.test("an intact copy of the libraries is loaded from any folder", { ignore }, async () => {
  using libraries = copyLibraries();
  for (const name of NAMES) {
    const { name: found, inMemory } = await loadElsewhere(libraries.folder, name);
    assertEquals(found, name);
    assert(inMemory.includes(fileOf(name)));
  }
});

/** Texts of a file that is damaged, and how that is told. */
const DAMAGED_TEXTS = [["", "text that is not JSON"], ["{", "text that is not JSON"], [
  "null",
  "other values",
]] as const;

Deno.test(
  "missing and damaged digests are a reason not to load, which says how to restore them",
  { ignore },
  async () => {
    using libraries = copyLibraries();
    const file = join(libraries.folder, "digests.json");
    for (const [text, found] of [...DAMAGED_TEXTS, ["{}", "none of kernels.*.so"], [null, "no such file"]] as const) {
      if (text === null) Deno.removeSync(file);
      else Deno.writeTextFileSync(file, text);
      const { isNative, message, inMemory } = await loadElsewhere(libraries.folder, BEST);
      assertEquals([isNative, inMemory], [true, []], `${text}: ${message}`);
      assertEquals(
        message.replace(/kernels\.[^ ]+\.so/, "kernels.*.so"),
        `Expected the digests of the built kernels in ${file}, found ${found}. Restore it: ` +
          "git checkout core/kernels/built.",
      );
    }
  },
);

Deno.test("with a damaged note about a library that was compiled here, the committed one is loaded, and why is said", {
  ignore,
}, async () => {
  using libraries = copyLibraries();
  const file = join(libraries.folder, "local.json");
  const mustSay = async (found: string) => {
    const { name, problem } = await loadElsewhere(libraries.folder);
    assertEquals([name, problem], [
      COMMITTED,
      `Expected a note about the kernels that were compiled here in ${file}, found ${found}. Remove it: ` +
      "deno task build:native --remove.",
    ]);
  };
  for (const [text, found] of [...DAMAGED_TEXTS, ["{}", "other values"]] as const) {
    Deno.writeTextFileSync(file, text);
    await mustSay(found);
  }
  Deno.removeSync(file);
  Deno.mkdirSync(file);
  await mustSay("a folder");
});

Deno.test("a library without one of the functions is refused, with its name", { ignore }, async () => {
  using libraries = copyLibraries();
  // Names of functions are text in the file.
  const text = Buffer.from(bytesOf(BEST)).toString("latin1").replaceAll("gatherLabels", "gatherLabelz");
  libraries.replace(BEST, Buffer.from(text, "latin1"), true);
  const { isNative, message } = await loadElsewhere(libraries.folder, BEST);
  assertEquals(isNative, true);
  assertMatch(message, /^The native kernels cannot be loaded: .*gatherLabels/);
});

Deno.test("a name that is no library of this processor is refused, with those that are", { ignore }, async () => {
  for (const name of ["x86-64-v9", "", "../built/kernels.x86-64-v2", "__proto__"]) {
    const { message } = await assertRejects(() => loadNative(LIBRARIES, name), NativeError);
    assertStringIncludes(message, `(${NAMES.join(", ")}), found "${name}"`);
  }
});

Deno.test("without permission for ffi, or to read, the reason names the permission", { ignore }, async () => {
  for (const [permission, flag] of [["ffi", "--allow-read"], ["read", `--allow-ffi=${LIBRARIES}`]]) {
    const { isNative, message } = await loadElsewhere(LIBRARIES, BEST, [flag]);
    assertEquals(isNative, true, message);
    assertMatch(message, new RegExp(`^The native kernels cannot be loaded: [^\n]*--allow-${permission}[^\n]*[^.]\\.$`));
  }
});

Deno.test("a library that fuses, or that adds in another order, is refused by its bits", {
  ignore: ignore || !existsSync(CLANG),
}, async () => {
  using libraries = copyLibraries();
  const target = Deno.build.arch === "x86_64" ? "x86-64-v3" : "aarch64";
  if (!NAMES.includes(target)) return;
  const options =
    "-O2 -fno-builtin -fvisibility=hidden -nostdlib -shared -fPIC -fuse-ld=lld-22 -Wl,-Bsymbolic,-z,nodelete";
  const march = target === "aarch64" ? [] : [`-march=${target}`];
  const compile = async (...more: string[]) => {
    const file = join(libraries.folder, "new.so");
    const args = [...options.split(" "), ...march, ...more, "-o", file, join(KERNELS, "c/native.c")];
    const { code, stderr } = await outcomeOf([CLANG, ...args]);
    assertEquals(code, 0, stderr);
    libraries.replace(target, Deno.readFileSync(file), true);
    return await loadElsewhere(libraries.folder, target);
  };
  assertEquals((await compile("-ffp-contract=off")).name, target);
  for (const option of ["-ffp-contract=fast", "-ffast-math"]) {
    const { isNative, message } = await compile(option);
    assertEquals(isNative, true, `${option}: ${message}`);
    assertStringIncludes(
      message,
      `${fileOf(target)} computes other bits than the plain kernels do, so it is not used.`,
    );
  }
});

Deno.test("the self-check's bits are those of the plain twins and of all compiled kernels, and of no others", () => {
  for (const [name, kernels] of Object.entries({ plain, ...COMPILED })) assert(hasExactBits(kernels), name);
  const next = (data: Float32Array<ArrayBuffer>, at: number) => new Int32Array(data.buffer, data.byteOffset)[at]++;
  const wrong: Partial<Kernels>[] = [
    { gemmNt: (c, a, b) => plain.gemmNt(c, b, a, null, false) },
    { gemmNt: (c, ...rest) => (plain.gemmNt(c, ...rest), next(c.data as Float32Array<ArrayBuffer>, 14)) },
    { exp: (e, x) => (plain.exp(e, x), next(e.data as Float32Array<ArrayBuffer>, 0)) },
    // Denormal numbers become 0.
    { exp: (e, x) => (plain.exp(e, x), e.data.forEach((y, i) => e.data[i] = y < 2 ** -126 ? 0 : y)) },
  ];
  for (const one of wrong) assert(!hasExactBits({ ...plain, ...one }), `${one.gemmNt ?? one.exp}`);
});

for (const name of NAMES) {
  const atEnd = async (...args: string[]) => {
    const program = join(import.meta.dirname!, "memory_end.ts");
    return await outcomeOf([Deno.execPath(), "run", "--quiet", "--no-check", "-A", program, name, ...args]);
  };

  Deno.test(`${name} reads no further past an operand than the allocator leaves, and writes only its targets`, async () => {
    assertEquals(await atEnd(), { code: 0, stdout: `${Object.keys(plain).length} kernels\n`, stderr: "" });
    // The test would notice: it is a vector's width that they read too far, and there is nothing behind the memory.
    assertEquals((await atEnd("0")).code, 139);
  });
}
