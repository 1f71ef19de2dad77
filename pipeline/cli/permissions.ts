/** What a process may do, as data: Deno's command-line flags derive from it. */
import { dirname, join, relative } from "node:path";
import { kindOfInput, realPathOf } from "../engine/files/entry.ts";
import { UsageError } from "../engine/run_errors.ts";
import { IS_PACKAGE } from "./load_on_demand.ts";

const KINDS = ["read", "write", "net", "ffi", "env", "sys", "run"] as const;

/** The permissions of a process: of each kind all, or the given paths, hosts, variables or programs. Default: none. */
export type Permissions = Readonly<Partial<Record<typeof KINDS[number], true | readonly string[]>>> & {
  /** Folders that may not be read although they are in one of `read`. */
  readonly except?: readonly string[];
};

/**
 * The permissions of the front, the process that people start. It reads the command line, experiments and receipts, and
 * starts a worker with the permissions that this command needs, so nothing has to be granted by hand.
 */
export const FRONT: Permissions = { read: true, run: ["deno"] };

/** The program's own folder. */
const PROGRAM = join(import.meta.dirname!, "../..");

/** The folders of packages: fonts, data and the native canvas. They may be links; what is loaded has its real path. */
export const PACKAGES: readonly string[] = foldersOfPackages(PROGRAM);

/** What drawing charts requires: the native canvas, and the variables that it reads when it is loaded. */
export const DRAWING = {
  // The canvas reads the second to find out which C library the system has.
  read: [...PACKAGES, "/usr/bin/ldd"],
  ffi: PACKAGES,
  env: ["DISABLE_SYSTEM_FONTS_LOAD", "NAPI_RS_NATIVE_LIBRARY_PATH", "NAPI_RS_FORCE_WASI"],
} as const satisfies Permissions;

/** The folder of the native kernels. In the npm package it is outside of the code, which may not be read. */
export const LIBRARIES = join(PROGRAM, IS_PACKAGE ? "native" : "core/kernels/built");

/**
 * What computing with these kernels requires; undefined: the default.
 * @throws UsageError for several threads of kernels that use one.
 */
export function computing({ kernels, threads = 1 }: { kernels?: string; threads?: number }): Permissions {
  if (kernels === undefined || kernels === "native") return { read: [LIBRARIES], ffi: [LIBRARIES] };
  if (threads === 1) return {};
  throw new UsageError(`--threads ${threads} needs native kernels, but --kernels ${kernels} was given.`);
}

/** What training, and writing results, requires; a dry run writes nothing. @throws UsageError as `computing` does. */
export function training(
  { results, cache, dryRun, ...kernels }: {
    results: string;
    cache: string;
    dryRun: boolean;
    kernels?: string;
    threads?: number;
  },
): Permissions {
  const write = dryRun ? [] : [results, cache];
  return union({ read: [results, cache], write, sys: ["hostname"] }, DRAWING, computing(kernels));
}

/** Debian's own Python: the one that finds Debian's PyTorch. */
export const PYTHON = "/usr/bin/python3";

/** That of a clone; of the npm package, all around it: where npm, pnpm or Deno has put what it needs. */
function foldersOfPackages(program: string): string[] {
  const own = join(program, "node_modules");
  if (!IS_PACKAGE) return [...new Set([own, realPathOf(own)])];
  const folders: string[] = [];
  for (let folder = realPathOf(program); folder !== dirname(folder); folder = dirname(folder)) {
    const packages = join(folder, "node_modules");
    if (kindOfInput(packages) === "folder") folders.push(packages);
  }
  return folders;
}

/** The flags that grant these permissions; an empty list grants nothing. @throws UsageError for a path with a comma. */
export function permissionFlags(may: Permissions): string[] {
  const allowing = KINDS.flatMap((kind) => {
    const allowed = may[kind];
    if (allowed === undefined || (allowed !== true && allowed.length === 0)) return [];
    return [allowed === true ? `--allow-${kind}` : `--allow-${kind}=${allowed.map(asValue).join(",")}`];
  });
  const { except = [] } = may;
  return except.length === 0 ? allowing : [...allowing, `--deny-read=${except.map(asValue).join(",")}`];
}

/** Everything that one of them allows. */
export function union(...all: readonly Permissions[]): Permissions {
  const merged = KINDS.flatMap((kind) => {
    const given = all.map((may) => may[kind]).filter((one) => one !== undefined);
    return given.length === 0 ? [] : [[kind, given.includes(true) || [...new Set(given.flat())]]];
  });
  const except = all.flatMap((may) => may.except ?? []);
  return { ...Object.fromEntries(merged), ...(except.length === 0 ? {} : { except }) };
}

/** Deno separates the values of a flag by commas, so no value can contain one; the current folder's own can be left out. */
function asValue(value: string): string {
  const shorter = value.includes(",") ? relative(Deno.cwd(), value) || "." : value;
  if (!shorter.includes(",")) return shorter;
  throw new UsageError(
    `${value} contains a comma, so Deno cannot be told to allow it. Rename it, or run the command in the folder that ` +
      "has the comma in its name.",
  );
}
