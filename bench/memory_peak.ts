/** The peak memory of another program and those that it starts. */
import { type CommandLine, runToEnd } from "./process.ts";

/** Runs a command, and prints the peak memory of the largest of its processes, in kilobytes of 1024 bytes. */
const MEASURE = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); " +
  "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)";

/** Runs a command to its end. In megabytes: of Retrace's processes that of the worker, since the front takes less. */
export function memoryPeakOf({ program, args, cwd }: CommandLine): number {
  const { stdout } = runToEnd({ program: "python3", args: ["-c", MEASURE, program, ...args], cwd });
  return Number(stdout.trim().split("\n").at(-1)) * 1024 / 1e6;
}
