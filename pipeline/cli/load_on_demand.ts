/**
 * Loads a module, named relative to this folder, when it is needed: `await loadOnDemand<typeof
 * import("./run_all.ts")>("./run_all.ts")`. Deno reads every module that an `import()` names literally before a program
 * starts, with all of its imports, used or not: 25 ms for the 300 files behind `run`. A computed name is not read ahead.
 */
export async function loadOnDemand<Module>(file: `./${string}.ts` | `../${string}.ts`): Promise<Module> {
  return await import(file);
}
