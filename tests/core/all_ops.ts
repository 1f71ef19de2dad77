/** Every op that core exports; the gradient check and the properties cover each. */
import type { Op } from "../../core/ops/op.ts";

const FOLDERS = ["ops", "layers", "losses"].map((name) => new URL(`../../core/${name}/`, import.meta.url));

/** All ops, each once. */
export const OPS: readonly Op[] = [...new Set((await Promise.all(FOLDERS.map(opsIn))).flat())];

async function opsIn(folder: URL): Promise<Op[]> {
  const files = [...Deno.readDirSync(folder)].map(({ name }) => new URL(name, folder).href).sort();
  const modules = await Promise.all(files.map((file): Promise<Record<string, unknown>> => import(file)));
  return modules.flatMap((module) => Object.values(module)).filter(isOp);
}

function isOp(value: unknown): value is Op {
  return typeof value === "object" && value !== null && "backwardReads" in value;
}
