/** An entry point: builds the npm package in a folder, and prints its path. */
import { join } from "node:path";
import { buildPackage } from "./npm_package.ts";

const [folder] = Deno.args;
console.log(await buildPackage(join(import.meta.dirname!, "../.."), folder));
