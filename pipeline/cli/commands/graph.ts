/** `graph`: draws the stages of an experiment, what flows between them, and what of it is stored. */
import { CodeReader } from "../../engine/keys/code.ts";
import { paramsForRun } from "../../experiment/load.ts";
import { parseOverride } from "../../experiment/override.ts";
import { type Variant, variantsOf } from "../../experiment/variants.ts";
import { UsageError } from "../../engine/run_errors.ts";
import { type Arrow, arrowsOf } from "../../engine/stage/graph.ts";
import { makePlan, type StagePlan } from "../../engine/run/plan.ts";
import { graph } from "../../classifier/stages/mod.ts";
import { Store } from "../../engine/store/store.ts";
import { pipelineChart } from "../../charts/pipeline_chart.ts";
import { pipelineGraph } from "../../results/pipeline_graph.ts";
import { runTitle, waitsText } from "../closing.ts";
import { readOptions } from "../options.ts";
import { cuesText } from "../stage_lines.ts";
import { bold, dim, green, print, yellow } from "../terminal.ts";

const HELP = `Draw the stages of an experiment, what flows between them, and what of it is stored.

  deno task graph CONFIG [options]

  --set PATH=VALUE   change a value, as in run
  --data DIR         a folder outside of the experiment's and the current one that it may read; may be given again
  --cache DIR        where stages are stored (default: .retrace)
  --format FORMAT    text (default), svg (a picture), mermaid, dot or json`;

/** Draws the plan of a run over the arrows between its stages. */
type Drawing = (variant: Variant, plan: readonly StagePlan[], arrows: readonly Arrow[]) => string;

const FORMATS: Record<string, Drawing> = {
  text: drawText,
  svg: drawSvg,
  mermaid: drawMermaid,
  dot: drawDot,
  json: (variant, plan, arrows) => JSON.stringify({ run: variant.runName, stages: plan, arrows }),
};

/** The command. */
export function graphCommand(args: string[]): Promise<number> {
  const { values, lists, switches, rest } = readOptions(args, {
    command: "graph",
    values: ["cache", "format"],
    lists: ["set", "data"],
  });
  if (switches.has("help")) {
    print(HELP);
    return Promise.resolve(0);
  }
  const format = values.format ?? "text";
  if (!Object.hasOwn(FORMATS, format)) {
    throw new UsageError(`--format takes ${Object.keys(FORMATS).join(", ")}, but was given "${format}".`);
  }
  if (rest.length !== 1) {
    throw new UsageError("graph takes one experiment file, as in deno task graph experiments/two-layer.json.");
  }
  const [variant] = variantsOf(rest, lists.set.map(parseOverride), null, lists.data);
  const plan = makePlan(
    graph,
    paramsForRun(variant),
    new Store(values.cache ?? ".retrace"),
    new CodeReader(graph.map(({ source }) => source)),
    new Set(),
  );
  print(FORMATS[format](variant, plan, arrowsOf(graph)));
  return Promise.resolve(0);
}

function drawText(variant: Variant, plan: readonly StagePlan[], arrows: readonly Arrow[]): string {
  const params = paramsForRun(variant) as Record<string, Record<string, unknown>>;
  const blocks = plan.map((one, i) => {
    const { stage, action, key, cues } = one;
    const state = action === "hit" ? green("hit") : yellow(action);
    const why = action === "hit"
      ? `key ${key!.slice(0, 10)}`
      : [cuesText(cues), ...waitsText(one)].filter((text) => text !== "").join("; ");
    const into = arrows.filter(({ to }) => to === stage);
    const last = i === plan.length - 1;
    return [
      `${bold(stage)}  ${state}  ${dim(why)}`,
      ...into.map(({ from, output }) => `│ ← ${from}.${output}`),
      ...Object.entries(params[stage]).map(([name, value]) => `│   ${name} = ${dim(JSON.stringify(value))}`),
      ...(last ? [] : ["▼"]),
    ].map((line) => (last ? line.replace(/^│/, " ") : line)).join("\n");
  });
  return [runTitle(variant), "", ...blocks].join("\n");
}

function drawSvg(variant: Variant, plan: readonly StagePlan[]): string {
  const params = paramsForRun(variant) as Record<string, Record<string, unknown>>;
  const known = plan.map(({ stage, action, key, cues, outputs }) => {
    const why = action === "hit" ? null : action === "depends" ? "waits for the stages before it" : cuesText(cues);
    return { stage, state: action, key, why, params: params[stage], outputs };
  });
  return pipelineChart({
    title: `What a run would do: ${variant.runName}`,
    subtitle:
      "hit: stored, and used as it is. run and continue: computed, why is said. depends: a hit only if the stages " +
      "before it put out the same bytes as ever. On the arrows: the artifacts that flow, with their sizes where they are known.",
    ...pipelineGraph(graph, known),
  }).trimEnd();
}

function drawMermaid(_: Variant, plan: readonly StagePlan[], arrows: readonly Arrow[]): string {
  const nodes = plan.map(({ stage, action }) => `  ${stage}["${stage}<br/>${action}"]`);
  const lines = byPair(arrows).map(({ from, to, outputs }) => `  ${from} -->|"${outputs.join("<br/>")}"| ${to}`);
  return ["flowchart TD", ...nodes, ...lines].join("\n");
}

function drawDot(variant: Variant, plan: readonly StagePlan[], arrows: readonly Arrow[]): string {
  const nodes = plan.map(({ stage, action }) =>
    `  "${stage}" [label="${stage}\\n${action}", style=filled, fillcolor="${
      action === "hit" ? "#d7efe3" : "#fdebc8"
    }"];`
  );
  const lines = byPair(arrows).map(({ from, to, outputs }) =>
    `  "${from}" -> "${to}" [label="${outputs.join("\\n")}"];`
  );
  const head = [
    `digraph "${variant.runName}" {`,
    '  node [shape=box, fontname="sans-serif"];',
    '  edge [fontname="sans-serif", fontsize=10];',
  ];
  return [...head, ...nodes, ...lines, "}"].join("\n");
}

/** The arrows between two stages as one. */
function byPair(arrows: readonly Arrow[]): { from: string; to: string; outputs: string[] }[] {
  const pairs = new Map<string, { from: string; to: string; outputs: string[] }>();
  for (const { from, to, output } of arrows) {
    const pair = pairs.get(`${from} ${to}`) ?? { from, to, outputs: [] };
    pair.outputs.push(output);
    pairs.set(`${from} ${to}`, pair);
  }
  return [...pairs.values()];
}
