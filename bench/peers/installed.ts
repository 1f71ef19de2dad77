/** Finds the installed peers. Missing ones are skipped, with a note. */
import { fileURLToPath } from "node:url";
import { DATA } from "../job_trainer.ts";
import { hasAvx512 } from "../machine.ts";
import { outputOf } from "../process.ts";
import { compiled } from "./compiler.ts";
import type { Peer, PeerKind, Start } from "./peer.ts";

/** The epochs of each process of a quick peer; the first one warms it up. */
const QUICK = { jobs: null, epochs: 4, warmups: 1 };
const FOLDER = fileURLToPath(DATA);
const VARIABLES = { OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1" };
const PYTHONS = ["/usr/bin/python3", "python3"];
const TFJS_VERSION = "4.22.0";

/** Retrace itself. */
export const OWN: Peer = {
  ...QUICK,
  kind: "retrace",
  name: "Retrace: general ops on a tape, strict 128-bit SIMD",
  command: ({ job }) => ({
    program: "deno",
    args: ["run", "--quiet", "--allow-read", pathOf("retrace_epoch.ts"), JSON.stringify(job), String(QUICK.epochs)],
  }),
};

/** All peers but Retrace; the compiled ones put their programs into `folder`. */
export function installedPeers(folder: string): Peer[] {
  return [...compiledPeers(folder), ...pythonPeers(), ...tensorFlow()];
}

function compiledPeers(folder: string): Peer[] {
  const version = outputOf("g++", ["-dumpfullversion"]);
  if (version === null) return missing("g++");
  const lanes = hasAvx512() ? 16 : 8;
  const variants = [
    { kind: "cpp", lanes, flags: [], name: `C++ by hand, ${lanes * 32}-bit vectors and FMA, g++ ${version}` },
    { kind: "cpp-strict", lanes: 4, flags: ["-ffp-contract=off"], name: "the same C++, 128-bit vectors, no FMA" },
  ] as const;
  return variants.map(({ kind, lanes, flags, name }) => ({
    ...QUICK,
    kind,
    name,
    command: ({ job, folder: start }) => ({
      program: compiled(pathOf("epoch.cpp"), folder, job, lanes, flags),
      args: [FOLDER, start, String(QUICK.epochs)],
    }),
  }));
}

function pythonPeers(): Peer[] {
  return [
    ...pythonPeer("numpy", "NumPy", (python) => kernelsOf(python)),
    ...pythonPeer("torch", "PyTorch", () => "eager"),
  ];
}

function pythonPeer(module: PeerKind & string, title: string, note: (python: string) => string): Peer[] {
  for (const python of PYTHONS) {
    const version = outputOf(python, ["-c", `import ${module}; print(${module}.__version__)`]);
    if (version === null) continue;
    return [{
      ...QUICK,
      kind: module,
      name: `${title} ${version}, ${note(python)}`,
      command: (start) => pythonCommand(python, [pathOf(`${module}_epoch.py`), ...argumentsOf(start, QUICK.epochs)]),
    }];
  }
  return missing(title);
}

/** The BLAS that computes for NumPy: "OpenBLAS 0.3.21 (Cooperlake kernels)". */
function kernelsOf(python: string): string {
  const { program, args, ...options } = pythonCommand(python, [pathOf("numpy_epoch.py"), "--kernel"]);
  const { stdout } = new Deno.Command(program, { args: [...args], ...options }).outputSync();
  return new TextDecoder().decode(stdout).trim();
}

/** Peers see none of our variables: OPENBLAS_CORETYPE, for example, would choose kernels for another processor. */
function pythonCommand(program: string, args: string[]) {
  return { program, args, env: VARIABLES, clearEnv: true };
}

/** So slow that it runs one epoch per process, without warm-up, and only the headline job. */
function tensorFlow(): Peer[] {
  const flags = ["--quiet", "--no-config", "--no-lock", "--node-modules-dir=none"];
  const packages = ["tfjs", "tfjs-backend-wasm"].map((name) => `npm:@tensorflow/${name}@${TFJS_VERSION}`);
  if (outputOf("deno", ["cache", ...flags, ...packages]) === null) return missing("TensorFlow.js");
  const args = ["run", ...flags, "--allow-read", "--allow-env", pathOf("tfjs_epoch.ts")];
  return [{
    kind: "tfjs",
    name: `TensorFlow.js ${TFJS_VERSION}, wasm with SIMD, in Deno`,
    jobs: ["two-layer"],
    epochs: 1,
    warmups: 0,
    command: (start) => ({ program: "deno", args: [...args, ...argumentsOf(start, 1), TFJS_VERSION] }),
  }];
}

function argumentsOf({ job, folder }: Start, epochs: number): string[] {
  return [JSON.stringify(job), FOLDER, folder, String(epochs)];
}

function missing(what: string): Peer[] {
  console.log(`${what} is not installed: skipped.`);
  return [];
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
