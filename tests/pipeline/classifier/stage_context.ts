/** Runs a plain stage by itself, with bytes as its inputs. */
import { createHash } from "node:crypto";
import type { Artifact, OutputRef, PlainStage, Produced } from "../../../pipeline/engine/stage/stage.ts";

/** An artifact that is in memory only. */
export function artifactOf(bytes: Uint8Array<ArrayBuffer>): Artifact {
  return {
    digest: createHash("sha256").update(bytes).digest("hex"),
    size: bytes.length,
    bytes: () => bytes,
    readInto: (target) => target.set(bytes),
  };
}

/** What the stage puts out for these params (checked, with defaults filled in) and inputs. */
export async function runStage<P, I extends Record<string, OutputRef>>(
  stage: PlainStage<P, I>,
  params: unknown,
  inputs: Record<string, Uint8Array<ArrayBuffer>>,
  scratch = "unused",
): Promise<Record<string, Produced>> {
  return await stage.run({
    params: stage.params.parse(params),
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, bytes]) => [name, artifactOf(bytes)])) as never,
    scratch,
    signal: new AbortController().signal,
    progress: () => {},
    pause: () => Promise.resolve(),
  });
}
