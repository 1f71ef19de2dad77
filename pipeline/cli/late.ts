/**
 * Loads a module of this folder when it is called for: `await late<typeof import("./run_all.ts")>("./run_all.ts")`. An
 * import of a name in so many words Deno reads before a program begins, with all that it imports, whether it is used or
 * not: 25 ms for the 300 files of `run`. What is named to this function it reads now.
 */
export async function late<Module>(file: `./${string}.ts`): Promise<Module> {
  return await import(file);
}
