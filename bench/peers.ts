/**
 * Seconds per epoch next to NumPy, eager PyTorch, TensorFlow.js and a manual C++ loop, alternately: A B C A B C …, so a
 * machine that gets slower does so for all. One thread each, the same initial weights, the same batches. A peer that does
 * not reach the same losses is rejected: it is not doing the same job. `deno task bench:peers --help`
 */
import { join } from "node:path";
import { oneOf, optional, repeatable, wholeNumber, withDefault } from "../pipeline/cli/option.ts";
import { chosen, runMain } from "./command.ts";
import { epochOrders, initialParameters } from "./job_trainer.ts";
import { JOBS, type TrainingJob } from "./jobs.ts";
import { describeMachine, describeMoment } from "./machine.ts";
import { inTurn, spreadOf } from "./measure.ts";
import { peersChart } from "./peers/chart.ts";
import { measuredPeak, peakProgram } from "./peers/compiler.ts";
import { installedPeers, OWN_EPOCHS, ownPeers } from "./peers/installed.ts";
import { LEVEL_NAMES, levelOf } from "./peers/level.ts";
import { parseEpochs, type Peer, type Start } from "./peers/peer.ts";
import { detailsText, summaryText } from "./peers/report.ts";
import { type JobResult, resultOf, verdictsOf } from "./peers/results.ts";
import { runToEnd } from "./process.ts";
import { withWorkspace } from "./workspace.ts";

const OUT = "results/bench";

const PROGRAM = {
  name: "bench:peers",
  about: "Time an epoch of training against other programs",
  options: {
    rounds: withDefault(
      "N",
      "run each of them this often, alternately; three epochs of each run count",
      "5",
      wholeNumber(1, 1000),
    ),
    level: optional(
      LEVEL_NAMES.join("|"),
      "use no instructions beyond these, in no program that can be told so (default: all that the processor has)",
      oneOf(...LEVEL_NAMES),
    ),
    job: repeatable("NAME", `only this training: ${JOBS.map(({ name }) => name).join(", ")}`),
  },
  details: `peers.md and peers.png are written to ${OUT}.`,
};

async function main(rounds: number, levelName: string | undefined, names: readonly string[]): Promise<number> {
  const jobs = chosen("job", JOBS, names);
  const level = levelOf(levelName)!;
  const results = await withWorkspace((folder) => {
    const peers = [...ownPeers(level), ...installedPeers(folder, level)];
    const peak = peakProgram(folder, level);
    return jobs.map((job) => race(startOf(job, folder), peers, peak, rounds));
  });
  const machine = describeMachine() + (levelName === undefined ? "" : `, only ${levelName}`);
  const circumstances = { machine, moment: describeMoment(), rounds };
  const summary = summaryText(results, verdictsOf(results), circumstances);
  const details = detailsText(results);
  const { moment } = circumstances;
  Deno.mkdirSync(OUT, { recursive: true });
  Deno.writeTextFileSync(join(OUT, "peers.md"), `${summary}\n${details}`);
  Deno.writeFileSync(
    join(OUT, "peers.png"),
    peersChart(results, `${machine}. ${moment}; ${rounds} alternating rounds.`),
  );
  console.log(`\n${details}\n${summary}\nin ${OUT}: peers.md, peers.png`);
  return 0;
}

/** Runs the peers alternately. If one fails, the race ends. */
function race(start: Start, peers: readonly Peer[], peak: string | null, rounds: number): JobResult {
  const { name } = start.job;
  const racing = peers.filter(({ jobs }) => jobs === null || jobs.includes(name));
  const commands = new Map(racing.map((peer) => [peer, peer.command(start)]));
  const peaks: number[] = [];
  const epochs = inTurn(racing, rounds, (peer, round) => {
    if (peer === racing[0]) {
      console.log(`${name}: round ${round + 1} of ${rounds}`);
      if (peak !== null) peaks.push(measuredPeak(peak));
    }
    return parseEpochs(runToEnd(commands.get(peer)!).stdout);
  });
  return resultOf(start.job, epochs, peaks.length === 0 ? null : spreadOf(peaks).median);
}

/** Writes the initial state of all peers of a job. */
function startOf(job: TrainingJob, workspace: string): Start {
  const folder = join(workspace, job.name);
  Deno.mkdirSync(folder);
  Deno.writeFileSync(join(folder, "parameters.f32"), new Uint8Array(initialParameters(job).buffer));
  Deno.writeFileSync(join(folder, "orders.i32"), new Uint8Array(epochOrders(job, OWN_EPOCHS).buffer));
  return { job, folder };
}

await runMain(PROGRAM, ({ options: { rounds, level, job } }) => main(rounds, level, job));
