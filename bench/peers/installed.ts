/** Finds the installed peers. Missing ones are skipped, with a note. */
import { fileURLToPath } from "node:url";
import { DATA } from "../job_trainer.ts";
import { JOBS } from "../jobs.ts";
import { outputOf } from "../process.ts";
import { PROJECT } from "../retrace.ts";
import { compiled } from "./compiler.ts";
import type { Level } from "./level.ts";
import type { Peer, PeerKind, Start } from "./peer.ts";

/** The epochs of each process of a quick peer; the first one warms it up. */
const QUICK = { jobs: null, epochs: 4, warmups: 1 };
/** The jobs that programs without convolutions do. */
const LINEAR_JOBS = JOBS.filter(({ sizes }) => sizes.length > 0).map(({ name }) => name);
const FOLDER = fileURLToPath(DATA);
const PYTHONS = ["/usr/bin/python3", "python3"];
const LIBRARIES = "core/kernels/built";
const OWN_FLAGS = ["run", "--quiet", "--allow-read", `--allow-ffi=${LIBRARIES}`];
const TFJS_VERSION = "4.22.0";

/** Threads of the rows that use more than one. */
export const THREADS = 2;

/** Retrace itself: with native kernels on one thread, then on more, then in WebAssembly. */
export function ownPeers({ name }: Level): Peer[] {
  const library = name === "native" ? name : `native ${name}`;
  const rows: [PeerKind, string, kernels: string, threads: number][] = [
    ["retrace", `Retrace, ${library} kernels`, name, 1],
    ["retrace-threads", `Retrace, ${library} kernels, ${THREADS} threads`, name, THREADS],
    ["retrace-wasm", "Retrace, WebAssembly", "wasm", 1],
  ];
  return rows.map(([kind, name, kernels, threads]) => ({
    ...QUICK,
    kind,
    name,
    command: ({ job }) => {
      const args = [JSON.stringify(job), String(QUICK.epochs), kernels, String(threads)];
      return { program: "deno", args: [...OWN_FLAGS, pathOf("retrace_epoch.ts"), ...args], cwd: PROJECT };
    },
  }));
}

/** The epochs of Retrace's own processes. */
export const OWN_EPOCHS = QUICK.epochs;

/** All other peers; the compiled ones put their programs into `folder`. */
export function installedPeers(folder: string, level: Level): Peer[] {
  return [...compiledPeers(folder, level), ...pythonPeers(level), ...tensorFlow()];
}

function compiledPeers(folder: string, { lanes, march }: Level): Peer[] {
  const version = outputOf("g++", ["-dumpfullversion"]);
  if (version === null) return missing("g++");
  const variants = [
    {
      kind: "cpp",
      lanes,
      flags: [],
      name: `C++ by hand, ${lanes * 32}-bit vectors${lanes > 4 ? " and FMA" : ""}, g++ ${version}`,
    },
    { kind: "cpp-strict", lanes: 4, flags: ["-ffp-contract=off"], name: "the same C++, 128-bit vectors, no FMA" },
  ] as const;
  return variants.map(({ kind, lanes, flags, name }) => ({
    ...QUICK,
    jobs: LINEAR_JOBS,
    kind,
    name,
    command: ({ job, folder: start }) => ({
      program: compiled(pathOf("epoch.cpp"), folder, job, lanes, [`-march=${march}`, ...flags]),
      args: [FOLDER, start, String(QUICK.epochs)],
    }),
  }));
}

function pythonPeers(level: Level): Peer[] {
  return [
    ...pythonPeer("numpy", "numpy", "NumPy", level, 1, (python) => kernelsOf(python, level)),
    ...pythonPeer("torch", "torch", "PyTorch", level, 1, () => "eager"),
    ...pythonPeer("torch-threads", "torch", "PyTorch", level, THREADS, () => `eager, ${THREADS} threads`),
  ];
}

function pythonPeer(
  kind: PeerKind,
  module: string,
  title: string,
  level: Level,
  threads: number,
  note: (python: string) => string,
): Peer[] {
  for (const python of PYTHONS) {
    const version = outputOf(python, ["-c", `import ${module}; print(${module}.__version__)`]);
    if (version === null) continue;
    return [{
      ...QUICK,
      jobs: module === "numpy" ? LINEAR_JOBS : null,
      kind,
      name: `${title} ${version}, ${note(python)}`,
      command: (start) => {
        const args = [pathOf(`${module}_epoch.py`), ...argumentsOf(start, QUICK.epochs)];
        return pythonCommand(python, args, level, threads);
      },
    }];
  }
  return missing(title);
}

/** The BLAS that computes for NumPy: "OpenBLAS 0.3.21 (Cooperlake kernels)". */
function kernelsOf(python: string, level: Level): string {
  const { program, args, ...options } = pythonCommand(python, [pathOf("numpy_epoch.py"), "--kernel"], level, 1);
  const { stdout } = new Deno.Command(program, { args: [...args], ...options }).outputSync();
  return new TextDecoder().decode(stdout).trim();
}

/** Peers see none of our variables: OPENBLAS_CORETYPE, for example, would choose kernels for another processor. */
function pythonCommand(program: string, args: string[], { variables }: Level, threads: number) {
  const counts = { OPENBLAS_NUM_THREADS: String(threads), OMP_NUM_THREADS: String(threads) };
  return { program, args, env: { ...variables, ...counts }, clearEnv: true };
}

/**
 * So slow that it runs one epoch per process, without warm-up, and only two jobs. Its WebAssembly has no gradients of
 * convolutions, so these are computed by its backend in plain JavaScript.
 */
function tensorFlow(): Peer[] {
  const flags = ["--quiet", "--no-config", "--no-lock", "--node-modules-dir=none"];
  const packages = ["tfjs", "tfjs-backend-wasm"].map((name) => `npm:@tensorflow/${name}@${TFJS_VERSION}`);
  if (outputOf("deno", ["cache", ...flags, ...packages]) === null) return missing("TensorFlow.js");
  const args = ["run", ...flags, "--allow-read", "--allow-env"];
  const rows: [PeerKind, string, job: string, script: string][] = [
    ["tfjs", "wasm with SIMD", "two-layer", "tfjs_epoch.ts"],
    ["tfjs-cpu", "cpu", "lenet-short", "tfjs_lenet.ts"],
  ];
  return rows.map(([kind, backend, job, script]) => ({
    kind,
    name: `TensorFlow.js ${TFJS_VERSION}, ${backend}, in Deno`,
    jobs: [job],
    epochs: 1,
    warmups: 0,
    command: (start) => ({
      program: "deno",
      args: [...args, pathOf(script), ...argumentsOf(start, 1), TFJS_VERSION],
    }),
  }));
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
