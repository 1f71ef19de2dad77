/** `graph`: draws the stages of an experiment, what flows between them, and what of it is stored. */
import type { ExperimentPlan } from "../experiment_plan.ts";
import type { Arrow } from "../../engine/stage/stage_graph.ts";
import { overrideOf } from "../../experiment/override.ts";
import { defineCommand } from "../command.ts";
import { loadOnDemand } from "../load_on_demand.ts";
import { oneOf, withDefault } from "../option.ts";
import { settingsOf } from "../settings.ts";
import { cache, data, results, set } from "../shared_options.ts";
import { actionText, whyText } from "../stage_text.ts";
import { bold, dim, print } from "../terminal.ts";

/** Draws a plan over the arrows between its stages. */
type Drawing = (plan: ExperimentPlan, arrows: readonly Arrow[]) => string | Promise<string>;

const FORMATS: Record<string, Drawing> = {
  text: textOf,
  svg: drawingOf,
  mermaid: mermaidOf,
  dot: dotOf,
  json: ({ variant, stages }, arrows) => JSON.stringify({ run: variant.runName, stages, arrows }),
};
const NAMES = Object.keys(FORMATS);

export const command = defineCommand({
  name: "graph",
  about: "Draw an experiment's stages and what is stored of each",
  args: "CONFIG",
  terms: { CONFIG: "an experiment file" },
  example: "experiments/two-layer.json",
  options: { set, data, results, cache, format: withDefault("FORMAT", NAMES.join(", "), "text", oneOf(...NAMES)) },
  common: true,
  modules: ["./experiment_plan.ts"],
  experiments: ({ args: [file] }) => [file],
  may: ({ options: { cache, results } }) => ({ read: [cache, results] }),
  async run({ args: [file], options, ...worker }) {
    const { planFile } = await loadOnDemand<typeof import("../experiment_plan.ts")>("./experiment_plan.ts");
    const { arrowsOf } = await import("../../engine/stage/stage_graph.ts");
    const settings = settingsOf(options);
    settings.forEach(overrideOf);
    const [plan] = await planFile(file, settings, options, worker);
    print(await FORMATS[options.format](plan, arrowsOf(plan.graph)));
    return 0;
  },
});

function textOf({ title, variant: { params }, stages }: ExperimentPlan, arrows: readonly Arrow[]): string {
  const blocks = stages.map((one, i) => {
    const { stage, action, key } = one;
    const isLast = i === stages.length - 1;
    const line = isLast ? " " : "│";
    return [
      `${bold(stage)}  ${actionText(action)}  ${dim(action === "hit" ? `key ${key!.slice(0, 10)}` : whyText(one))}`,
      ...arrows.filter(({ to }) => to === stage).map(({ from, output }) => `${line} ← ${from}.${output}`),
      ...Object.entries(params[stage] as object)
        .map(([name, value]) => `${line}   ${name} = ${dim(JSON.stringify(value))}`),
      ...(isLast ? [] : ["▼"]),
    ].join("\n");
  });
  return [title, "", ...blocks].join("\n");
}

async function drawingOf({ variant, stages }: ExperimentPlan, arrows: readonly Arrow[]): Promise<string> {
  const { pipelineDrawing } = await import("../../charts/pipeline_drawing.ts");
  const { svgOf } = await import("../../charts/svg.ts");
  const boxes = stages.map((one) => {
    const { stage: name, action: state, key, outputs } = one;
    return { name, state, key, why: state === "hit" ? null : whyText(one), params: variant.params[name], outputs };
  });
  const about =
    "hit: stored, and used as it is. run, continue: computed, for the reason given. depends: a hit only if the " +
    "stages before it produce the same bytes as before. On the arrows: artifacts, with their sizes where known.";
  const marks = pipelineDrawing(boxes, arrows);
  return svgOf({ name: "plan", title: `What a run would do: ${variant.runName}`, about, marks }, marks).trimEnd();
}

function mermaidOf({ stages }: ExperimentPlan, arrows: readonly Arrow[]): string {
  return [
    "flowchart TD",
    ...stages.map(({ stage, action }) => `  ${stage}["${stage}<br/>${action}"]`),
    ...joined(arrows).map(({ from, to, outputs }) => `  ${from} -->|"${outputs.join("<br/>")}"| ${to}`),
  ].join("\n");
}

function dotOf({ variant: { runName }, stages }: ExperimentPlan, arrows: readonly Arrow[]): string {
  return [
    `digraph "${runName}" {`,
    '  node [shape=box, fontname="sans-serif"];',
    '  edge [fontname="sans-serif", fontsize=10];',
    ...stages.map(({ stage, action }) => {
      const colour = action === "hit" ? "#d7efe3" : "#fdebc8";
      return `  "${stage}" [label="${stage}\\n${action}", style=filled, fillcolor="${colour}"];`;
    }),
    ...joined(arrows).map(({ from, to, outputs }) => `  "${from}" -> "${to}" [label="${outputs.join("\\n")}"];`),
    "}",
  ].join("\n");
}

/** All arrows between two stages as one. */
function joined(arrows: readonly Arrow[]): { from: string; to: string; outputs: string[] }[] {
  const pairs = Map.groupBy(arrows, ({ from, to }) => `${from} ${to}`);
  return [...pairs.values()].map((own) => ({ ...own[0], outputs: own.map(({ output }) => output) }));
}
