/** Where the figures were measured: processor, caches, cores, versions, day. Never the machine's name. */
import { outputOf } from "./process.ts";

/** The machine in a line: "AMD EPYC, AVX-512, 2 vCPUs, L1d 48 KiB, L2 1 MiB, L3 32 MiB". */
export function describeMachine(): string {
  const facts = lscpu();
  const flags = flagsOf(facts);
  const simd = flags.includes("avx512f") ? "AVX-512" : flags.includes("avx2") ? "AVX2" : null;
  const parts = [
    facts.get("Model name") ?? `${Deno.build.arch}, model not known`,
    simd,
    `${navigator.hardwareConcurrency} ${facts.has("Hypervisor vendor") ? "vCPUs" : "cores"}`,
    ...["L1d", "L2", "L3"].map((level) => cacheOf(level, facts.get(`${level} cache`))),
  ];
  return parts.filter((part) => part !== null).join(", ");
}

/** Today and the versions that every figure depends on. */
export function describeMoment(): string {
  const today = new Date().toISOString().slice(0, 10);
  return `${today}, Deno ${Deno.version.deno} (V8 ${Deno.version.v8})`;
}

/** True if the processor has 512-bit vectors. */
export function hasAvx512(): boolean {
  return flagsOf(lscpu()).includes("avx512f");
}

/** True if it has 256-bit vectors. */
export function hasAvx2(): boolean {
  return flagsOf(lscpu()).includes("avx2");
}

function flagsOf(facts: ReadonlyMap<string, string>): string[] {
  return (facts.get("Flags") ?? "").split(" ");
}

/** The output of `lscpu`, by field; empty without lscpu. */
function lscpu(): Map<string, string> {
  const text = outputOf("lscpu", []) ?? "";
  return new Map(
    text.split("\n").map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    }),
  );
}

/** One instance of a cache, from the sum over all: "96 KiB (2 instances)" is "L1d 48 KiB". */
export function cacheOf(level: string, text: string | undefined): string | null {
  const found = /^([\d.]+) (\w+) \((\d+) instances?\)$/.exec(text ?? "");
  return found === null ? null : `${level} ${Number(found[1]) / Number(found[3])} ${found[2]}`;
}
