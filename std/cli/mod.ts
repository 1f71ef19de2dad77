/**
 * A stand-in for what Retrace uses of `jsr:@std/cli@1`, with its names and exactly its behaviour, for networks that reach
 * the npm registry only. Where JSR can be reached, drop the folder from `links` in deno.json and the published package
 * takes its place.
 * @module
 */
export { type Args, parseArgs, type ParseOptions } from "./parse_args.ts";
