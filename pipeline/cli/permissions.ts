/** What a process may do, as data: Deno's command-line flags and the permission set in deno.json derive from it. */

const KINDS = ["read", "write", "net", "ffi", "env", "sys", "run"] as const;

/** The permissions of a command or task: of each kind all, or the given paths, hosts, variables or programs. */
export type Permissions = Readonly<Partial<Record<typeof KINDS[number], true | readonly string[]>>> & {
  /** Users can add permissions with the variable RETRACE_ALLOW. */
  readonly more?: true;
};

/** What drawing charts requires: the native canvas, and the variables that it reads when it is loaded. */
export const DRAWING = {
  ffi: ["node_modules"],
  env: ["DISABLE_SYSTEM_FONTS_LOAD", "NAPI_RS_NATIVE_LIBRARY_PATH", "NAPI_RS_FORCE_WASI"],
} as const satisfies Permissions;

/** V8's flags, which decide how wide the kernels' instructions are. */
export const V8_FLAGS = "DENO_V8_FLAGS";

/** The flags that grant these permissions, and no prompt for any other. */
export function permissionFlags(may: Permissions): string[] {
  const flags = KINDS.flatMap((kind) => {
    const allowed = may[kind];
    if (allowed === undefined) return [];
    return [allowed === true ? `--allow-${kind}` : `--allow-${kind}=${allowed.join(",")}`];
  });
  return ["--no-prompt", ...flags, ...(may.more ? ["$RETRACE_ALLOW"] : [])];
}

/** Everything that one of them allows. */
export function union(all: readonly Permissions[]): Permissions {
  const merged = KINDS.flatMap((kind) => {
    const given = all.map((may) => may[kind]).filter((one) => one !== undefined);
    if (given.length === 0) return [];
    return [[kind, given.includes(true) || [...new Set(given.flat())]]];
  });
  return { ...Object.fromEntries(merged), ...(all.some(({ more }) => more) ? { more: true } : {}) };
}
