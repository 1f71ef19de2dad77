/** The tasks in deno.json that are not commands: tests and benchmarks. `build` writes them there. */
import { COMPILERS } from "../core/kernels/local_library.ts";
import { DRAWING, FRONT, type Permissions } from "../pipeline/cli/permissions.ts";

/** A task that starts a program of the project, or Deno's test runner. */
export interface ProjectTask {
  readonly name: string;
  readonly about: string;
  /** Deno's own command; by default it runs the program. */
  readonly deno?: "test";
  /** What follows the permissions: more options and a program, options of the test runner, or "front" for the front without a command. */
  readonly program?: string;
  readonly may: Permissions;
  /** Whether the README lists it. */
  readonly common?: true;
}

/** The permissions of tests; `deno test -P` reads them from deno.json. */
export const TEST_PERMISSIONS: Permissions = {
  read: true,
  write: true,
  net: ["127.0.0.1", "localhost"],
  ffi: ["node_modules", "core/kernels/built"],
  env: true,
  sys: true,
  run: true,
};

/**
 * Files of tests that take long are named `…_slow_test.ts`, and so are those that change the process's folder or
 * environment, because the fast ones run in parallel. Only the name says so: there is no list to maintain, and a test
 * checks that every folder of tests has a fast file and that no fast file changes the process.
 */
const SLOW_TESTS = "tests/**/*_slow_test.ts";
const TEST = { deno: "test", may: TEST_PERMISSIONS, common: true } as const;
/** The variables that Deno reads to find the system's folder for temporary files. */
const TEMPORARY_FOLDER = ["TMPDIR", "TMP", "TEMP"];
const KERNELS = ["core/kernels/built"];
const BENCH: Permissions = { read: true, write: [".retrace", "results"] };

/** The tasks, in the order of the help. */
export const PROJECT_TASKS: readonly ProjectTask[] = [
  { name: "test", about: "Run all tests, or the given files; --filter selects by name", ...TEST },
  {
    name: "test:fast",
    about: "Run the fast tests of every folder, in about two minutes",
    program: `--parallel --ignore='${SLOW_TESTS}'`,
    ...TEST,
  },
  {
    name: "build:native",
    about: "Compile the native kernels with this computer's own clang",
    program: "--quiet build/kernels/compile_here.ts",
    may: {
      read: ["core/kernels"],
      write: ["core/kernels/built"],
      ffi: ["core/kernels/built"],
      run: COMPILERS,
    },
  },
  {
    name: "torture",
    about: "Inject 2 × 10,000 faults into the store (--trials N, --seed S)",
    program: "tests/torture/main.ts",
    may: { read: true, write: true, env: TEMPORARY_FOLDER, run: true },
  },
  {
    name: "bench",
    about: "Time what users wait for, against targets",
    program: "bench/bench.ts",
    may: { ...BENCH, run: ["deno", "git", "lscpu", "python3"], ffi: KERNELS },
  },
  {
    name: "bench:shapes",
    about: "Measure the GFLOP/s of matrix products over many shapes",
    program: "bench/shapes.ts",
    may: { read: true, write: [".retrace"], run: true, ffi: KERNELS },
  },
  {
    name: "bench:peers",
    about: "Time an epoch against NumPy, PyTorch, TensorFlow.js and C++",
    program: "bench/peers.ts",
    may: { ...BENCH, run: true, ffi: ["node_modules", ...KERNELS], env: DRAWING.env },
  },
  {
    name: "retrace",
    about: "Print the help of all commands, or --version",
    program: "front",
    may: FRONT,
  },
];
