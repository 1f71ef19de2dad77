/** A module, named relative to this folder. */
export type ModulePath = `${"./" | "../"}${string}.ts`;

/** Whether this is the npm package, which has JavaScript in the place of TypeScript. */
export const IS_PACKAGE = import.meta.url.endsWith(".js");

/** The name of a module's file: "./run.ts" in a clone, "./run.js" in the package. */
export function moduleFile(module: string): string {
  return IS_PACKAGE ? module.replace(/\.ts$/, ".js") : module;
}

/**
 * Loads a module when it is needed: `await loadOnDemand<typeof import("./terminal.ts")>("./terminal.ts")`. Deno reads every
 * module that an `import()` names literally before a program starts, with all of its imports, used or not: 25 ms for the
 * 300 files behind `run`. A computed name is not read ahead. In a worker it must be one of the command's `modules`:
 * those are loaded already, and a worker cannot read code.
 */
export async function loadOnDemand<Module>(module: ModulePath): Promise<Module> {
  return await import(moduleFile(module));
}
