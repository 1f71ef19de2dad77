/**
 * A stand-in for the part of `jsr:@std/cli@1` that Retrace uses, with its names and behaviour, for networks that reach the
 * npm registry only. Where JSR can be reached, drop the folder from `links` in deno.json and the published package takes
 * its place.
 * @module
 */
export { type Args, parseArgs, type ParseOptions } from "./parse_args.ts";
