/** Times what people wait for, each figure beside its target. `deno task bench --help` */
import { join } from "node:path";
import { readOptions } from "../pipeline/cli/options.ts";
import { chosen, runMain, wholeNumber } from "./command.ts";
import { describeMachine, describeMoment } from "./machine.ts";
import { evaluationSection } from "./sections/evaluation.ts";
import { firstRunSection } from "./sections/first_run.ts";
import { jobsSection } from "./sections/jobs.ts";
import { kernelsSection } from "./sections/kernels.ts";
import { memorySection } from "./sections/memory.ts";
import { manyConfigsSection, nothingToDoSection } from "./sections/nothing_to_do.ts";
import type { Row, Section } from "./sections/row.ts";
import { stageOverheadSection } from "./sections/stage_overhead.ts";
import { stepSection } from "./sections/step.ts";
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
];

const OUT = "results/bench";

const HELP = `Time what people wait for. Prints tables in Markdown; a target is held against the median.

  deno task bench [SECTION…] [--runs N]

${
  SECTIONS.map(({ name, about, byDefault }) => `  ${name.padEnd(11)}${about}${byDefault ? "" : " (only by name)"}`)
    .join("\n")
}

  --runs N   how often each figure is measured at least; short ones more often (default: 5)

targets.md, all figures with a target, lands in ${OUT}; README shows it.
Nothing but these figures should be going on. Takes about three minutes; first-run half a minute more.`;

async function main(args: string[]): Promise<number> {
  const { values, switches, rest } = readOptions(args, { command: "bench", values: ["runs"] });
  if (switches.has("help")) {
    console.log(HELP);
    return 0;
  }
  const settings = { runs: wholeNumber("runs", values.runs, 5) };
  const sections = chosen("section", SECTIONS, rest).filter(({ byDefault }) => rest.length > 0 || byDefault);
  console.log(`${describeMoment()}; ${describeMachine()}.`);
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

/** Prints what has a target once more, in one table, and keeps that: README shows it. */
function keep(judged: readonly Row[]): void {
  const text = `${describeMoment()}; ${describeMachine()}.\n\n${rowsText(judged)}\n`;
  Deno.mkdirSync(OUT, { recursive: true });
  Deno.writeTextFileSync(join(OUT, "targets.md"), text);
  console.log(`\nAgainst the targets (${OUT}/targets.md): ${text}`);
}

await runMain(main);
