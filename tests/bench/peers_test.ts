import { assertEquals, assertStringIncludes } from "@std/assert";
import { flopPerEpoch, JOBS } from "../../bench/jobs.ts";
import { type Epoch, parseEpochs, type Peer, type PeerKind } from "../../bench/peers/peer.ts";
import { detailsText, summaryText } from "../../bench/peers/report.ts";
import { gflopsOf, type JobResult, resultOf, timesOf, verdictsOf } from "../../bench/peers/results.ts";
import { strangeEpoch } from "../../bench/peers/same_curve.ts";

const [TWO_LAYER] = JOBS;
const WIDE = JOBS.find(({ name }) => name === "wide")!;
const WHERE = { machine: "a machine", moment: "today", rounds: 1 };
const PEAK = 60;

function peer(kind: PeerKind, warmups = 1): Peer {
  return { kind, name: kind.toUpperCase(), jobs: null, epochs: 3, warmups, command: () => ({ program: "", args: [] }) };
}

function epochs(seconds: number[], losses: number[]): Epoch[] {
  return seconds.map((value, i) => ({ seconds: value, loss: losses[i] }));
}

/** Retrace in 0.1 s, NumPy in `numpy`, whose losses are `losses`. */
function raced(job = TWO_LAYER, numpy = 0.2, losses = [21, 11, 9], peak: number | null = PEAK): JobResult {
  return resultOf(
    job,
    new Map([
      [peer("retrace"), [epochs([9, 0.1, 0.1], [21, 11, 9])]],
      [peer("numpy"), [epochs([9, numpy, numpy], losses)]],
    ]),
    peak,
  );
}

Deno.test("strangeEpoch accepts what roundings differ by, and fewer epochs", () => {
  assertEquals(strangeEpoch([21.01, 11.52], [21.0, 11.5, 9]), null);
});

Deno.test("strangeEpoch names the epoch whose loss is another, or none at all", () => {
  assertStringIncludes(strangeEpoch([21, 11.7], [21, 11.5])!, "epoch 2 is 11.7");
  assertStringIncludes(strangeEpoch([NaN], [21])!, "epoch 1");
  assertStringIncludes(strangeEpoch([], [21])!, "no epoch");
});

Deno.test("parseEpochs reads a line an epoch, in any program's way of writing numbers", () => {
  assertEquals(parseEpochs("0.25 21.5\n1e-1 9\n"), [{ seconds: 0.25, loss: 21.5 }, { seconds: 0.1, loss: 9 }]);
});

Deno.test("resultOf leaves warm-ups out", () => {
  const [own] = raced().peers;
  assertEquals(own.seconds, { min: 0.1, median: 0.1, max: 0.1, runs: 2 });
});

Deno.test("resultOf refuses a peer that learns something else: it has no time, and no target is judged by it", () => {
  const result = raced(TWO_LAYER, 0.2, [21, 11, 5]);
  assertEquals(result.peers[1].seconds, null);
  assertEquals(timesOf(result, "numpy"), null);
  assertEquals(verdictsOf([result]), []);
  assertStringIncludes(detailsText([result]), "| NUMPY: refused, its loss of epoch 3 is 5, Retrace's is 9 |");
});

Deno.test("verdictsOf holds Retrace's time against a peer's", () => {
  assertEquals(timesOf(raced(), "numpy"), 0.5);
  const verdict = (numpy: number) => verdictsOf([raced(TWO_LAYER, numpy)]).map(({ measured, met }) => [measured, met]);
  assertEquals(verdict(0.17), [["0.59 ×", true]]);
  assertEquals(verdict(0.16), [["0.63 ×", false]]);
});

Deno.test("verdictsOf holds several threads against one, and against the peer's", () => {
  const times = { retrace: 0.1, "retrace-threads": 0.06, "torch-threads": 0.0625 };
  const rows = Object.entries(times).map(([kind, seconds]): [Peer, Epoch[][]] => [
    peer(kind as PeerKind),
    [epochs([9, seconds], [21, 11])],
  ]);
  const verdicts = verdictsOf([resultOf(WIDE, new Map(rows), null)]);
  assertEquals(verdicts.map(({ wanted, measured, met }) => [wanted, measured, met]), [
    ["≤ 0.59 ×", "0.60 ×", false],
    ["≤ 0.95 ×", "0.96 ×", false],
  ]);
});

Deno.test("detailsText says which share of the peak the headline row comes to, if the peak was measured", () => {
  assertEquals(Math.round(gflopsOf(raced(WIDE))), 604);
  assertStringIncludes(detailsText([raced(WIDE, 0.2, [21, 11, 9], 800)]), "604.3 GFLOP/s over the whole step, 76 %");
  assertStringIncludes(detailsText([raced(WIDE, 0.2, [21, 11, 9], null)]), "604.3 GFLOP/s over the whole step.");
});

Deno.test("flopPerEpoch counts no gradient of the images", () => {
  assertEquals(flopPerEpoch({ sizes: [784, 10] }), 60000 * 4 * 7840);
  assertEquals(flopPerEpoch({ sizes: [784, 30, 10] }), 60000 * (4 * 23520 + 6 * 300));
  const places = 4 * 784 * 150 + 6 * 100 * 2400;
  const lenet = JOBS.find(({ name }) => name === "lenet")!;
  assertEquals(flopPerEpoch({ ...lenet, rows: 10 }), 10 * (places + 6 * (400 * 120 + 120 * 84 + 840)));
});

Deno.test("detailsText sorts by the median, and shows how many times a peer's time Retrace's is", () => {
  const text = detailsText([raced()]);
  const rows = text.split("\n").filter((line) => /^\| (RETRACE|NUMPY)/.test(line)).map((line) =>
    line.split("|")[1].trim()
  );
  assertEquals(rows, ["RETRACE", "NUMPY"]);
  assertStringIncludes(text, "0.50 × |");
});

Deno.test("summaryText has a row a peer and a column a job, also for who is refused or not asked", () => {
  const strange = raced(WIDE, 0.2, [21, 11, 5]);
  const asked = resultOf(TWO_LAYER, new Map([[peer("retrace"), [epochs([9, 0.3], [21, 11])]]]), PEAK);
  const text = summaryText([raced(), strange, asked], verdictsOf([raced()]), WHERE);
  const row = text.split("\n").find((line) => line.startsWith("| NUMPY"))!;
  assertEquals(row.split("|").map((cell) => cell.trim()), [
    "",
    "NUMPY",
    "0.200 (0.200–0.200)",
    "refused",
    "–",
    "",
  ]);
  assertStringIncludes(text, "| yes |");
});
