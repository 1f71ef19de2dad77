/** The instructions that the programs of the race may use: all that the processor has, or fewer, for an older one. */
import { hasAvx2, hasAvx512 } from "../machine.ts";

/** Instructions, as compilers and libraries are told about them. */
export interface Level {
  /** "x86-64-v3". */
  name: string;
  /** The floats of a vector. */
  lanes: number;
  /** For g++. */
  march: string;
  /** For OpenBLAS and PyTorch, which otherwise look what the processor has. */
  variables: Record<string, string>;
}

const LEVELS: readonly Level[] = [
  {
    name: "x86-64-v2",
    lanes: 4,
    march: "x86-64-v2",
    variables: { OPENBLAS_CORETYPE: "Nehalem", ATEN_CPU_CAPABILITY: "default" },
  },
  {
    name: "x86-64-v3",
    lanes: 8,
    march: "x86-64-v3",
    variables: { OPENBLAS_CORETYPE: "Haswell", ATEN_CPU_CAPABILITY: "avx2" },
  },
];

/** The level with this name; by default, everything that the processor has. Null if there is no such level. */
export function levelOf(name: string | undefined): Level | null {
  const lanes = hasAvx512() ? 16 : hasAvx2() ? 8 : 4;
  if (name === undefined) return { name: "native", lanes, march: "native", variables: {} };
  return LEVELS.find((level) => level.name === name) ?? null;
}

/** The names that `levelOf` knows. */
export const LEVEL_NAMES = LEVELS.map(({ name }) => name);
