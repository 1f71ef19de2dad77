/** What a process may do, as data: Deno's command-line flags and the permission set in deno.json derive from it. */

/** A kind of permission: all of it, or the paths, hosts, variables, system information or programs that are named. */
type Permission = true | readonly string[];

/** The permissions of a command or task. What is left out is not allowed. */
export interface Permissions {
  readonly read?: Permission;
  readonly write?: Permission;
  readonly net?: Permission;
  readonly ffi?: Permission;
  readonly env?: Permission;
  readonly sys?: Permission;
  readonly run?: Permission;
  /** Users may add to it through the variable RETRACE_ALLOW. */
  readonly more?: true;
}

const KINDS = ["read", "write", "net", "ffi", "env", "sys", "run"] as const;

/** What drawing charts takes: the native canvas, and the variables that it looks at when it is loaded. */
export const DRAWING = {
  ffi: ["node_modules"],
  env: ["DISABLE_SYSTEM_FONTS_LOAD", "NAPI_RS_NATIVE_LIBRARY_PATH", "NAPI_RS_FORCE_WASI"],
} as const satisfies Permissions;

/** V8's flags, which decide how wide the kernels' instructions are. */
export const V8_FLAGS = "DENO_V8_FLAGS";

/** The flags that give a process these permissions, and no prompt for any other. */
export function permissionFlags(may: Permissions): string[] {
  const flags = KINDS.flatMap((kind) => {
    const allowed = may[kind];
    if (allowed === undefined) return [];
    return [allowed === true ? `--allow-${kind}` : `--allow-${kind}=${allowed.join(",")}`];
  });
  return ["--no-prompt", ...flags, ...(may.more ? ["$RETRACE_ALLOW"] : [])];
}

/** The same as a permission set of deno.json. */
export function permissionSet({ more: _, ...may }: Permissions): Record<string, Permission> {
  return may;
}

/** Everything that one of them allows. */
export function union(all: readonly Permissions[]): Permissions {
  const merged = KINDS.flatMap((kind): [string, Permission][] => {
    const given = all.map((may) => may[kind]).filter((one) => one !== undefined);
    if (given.length === 0) return [];
    return [[kind, given.some((one) => one === true) || [...new Set(given.flat() as string[])]]];
  });
  return { ...Object.fromEntries(merged), ...(all.some(({ more }) => more) ? { more: true } : {}) };
}
