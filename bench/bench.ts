/** Times what people wait for, each figure next to its target. `deno task bench --help` */
import { join } from "node:path";
import { wholeNumber, withDefault } from "../pipeline/cli/option.ts";
import { chosen, runMain } from "./command.ts";
import { backendOf, kernels } from "./computing.ts";
import { describeMachine, describeMoment } from "./machine.ts";
import { evaluationSection } from "./sections/evaluation.ts";
import { firstRunSection } from "./sections/first_run.ts";
import { jobsSection } from "./sections/jobs.ts";
import { kernelsSection } from "./sections/kernels.ts";
import { largeCacheSection } from "./sections/large_cache.ts";
import { largeDataSection } from "./sections/large_data.ts";
import { memorySection } from "./sections/memory.ts";
import { manyConfigsSection, nothingToDoSection } from "./sections/nothing_to_do.ts";
import type { Row, Section } from "./sections/row.ts";
import { stageOverheadSection } from "./sections/stage_overhead.ts";
import { stepSection } from "./sections/step.ts";
import { sweepsSection } from "./sections/sweeps.ts";
import { rowsText } from "./sections/table.ts";

const SECTIONS: readonly Section[] = [
  kernelsSection,
  stepSection,
  evaluationSection,
  stageOverheadSection,
  nothingToDoSection,
  manyConfigsSection,
  memorySection,
  jobsSection,
  firstRunSection,
  largeDataSection,
  largeCacheSection,
  sweepsSection,
];

const OUT = "results/bench";

const PROGRAM = {
  name: "bench",
  about: "Time what users wait for, and compare the medians with targets",
  args: "[SECTION…]",
  terms: {
    SECTION: "by default all but those marked (only by name):",
    ...Object.fromEntries(
      SECTIONS.map(({ name, about, byDefault }) => [name, byDefault ? about : `${about} (only by name)`]),
    ),
  },
  options: {
    kernels,
    runs: withDefault("N", "measure each figure at least this often; short ones more often", "5", wholeNumber(1, 1000)),
  },
  details:
    `Prints tables in Markdown. All figures with a target are written to ${OUT}/targets.md. Nothing else should run ` +
    "at the same time. Takes about three minutes; first-run half a minute more, large-data two minutes, with 4 GB " +
    "on the disk, and large-cache five minutes, with 1.5 GB.",
};

async function main(runs: number, wanted: string | undefined, names: readonly string[]): Promise<number> {
  const { name, backend } = await backendOf(wanted);
  const settings = { runs, backend };
  const sections = chosen("section", SECTIONS, names).filter(({ byDefault }) => names.length > 0 || byDefault);
  console.log(`${name}; ${describeMoment()}; ${describeMachine()}.`);
  const judged: Row[] = [];
  for (const { name, about, measure } of sections) {
    console.log(`\n${name}: ${about}`);
    const rows = await measure(settings);
    console.log(`\n${rowsText(rows)}`);
    judged.push(...rows.filter(({ target }) => target !== null));
  }
  if (judged.length > 0) keep(judged);
  return 0;
}

/** Prints the figures with a target again, in one table, and writes it to a file: the README shows it. */
function keep(judged: readonly Row[]): void {
  const text = `${describeMoment()}; ${describeMachine()}.\n\n${rowsText(judged)}\n`;
  Deno.mkdirSync(OUT, { recursive: true });
  Deno.writeTextFileSync(join(OUT, "targets.md"), text);
  console.log(`\nAgainst the targets (${OUT}/targets.md): ${text}`);
}

await runMain(PROGRAM, ({ args, options }) => main(options.runs, options.kernels, args));
