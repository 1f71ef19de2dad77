/** Opens a finished run again: from its results folder, and from what its stages have stored. */
import { basename, join, relative, resolve } from "node:path";
import { z } from "zod";
import type { FinishedRun } from "../define/figure.ts";
import type { Pipeline } from "../define/define_pipeline.ts";
import { kindOfInput } from "../engine/files/entry.ts";
import { ResultsError } from "../engine/run_errors.ts";
import type { StageResult } from "../engine/run/run_options.ts";
import { artifactsOf } from "../engine/stage/stage_graph.ts";
import type { OutputSpecs, Stage } from "../engine/stage/stage.ts";
import { jsonObjectIn } from "../engine/store/bounded_json.ts";
import type { Address, Store } from "../engine/store/store.ts";
import { graphOf } from "../experiment/chain.ts";
import { finishedRun } from "./finish_run.ts";
import { readFile, unreadableBecause } from "./folder.ts";
import { optionsFor } from "./missing_run.ts";
import { recordedExperiment } from "./recorded_experiment.ts";
import { readRunJson } from "./run_json.ts";
import { editedFiles, writtenFiles } from "./written_files.ts";

/** The digests of a million epochs. */
const MAX_BYTES = 2 ** 28;

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const manifestSchema = z.looseObject({
  run: z.string(),
  stages: z.array(z.object({
    ...{ stage: z.string(), version: z.number(), code: z.string(), key: digest },
    params: z.record(z.string(), z.unknown()),
    inputs: z.record(z.string(), z.union([digest, z.array(digest)])),
    outputs: z.record(z.string(), z.union([digest, z.array(digest)])),
  })),
});

type RecordedStage = z.infer<typeof manifestSchema>["stages"][number];

/**
 * The finished run whose results are in a folder.
 * @throws ResultsError, which says how to restore it, if its files are missing or were edited, if a stage is not defined
 * any more, or if the store lacks what a stage has stored.
 */
export function reopenRun(pipeline: Pipeline, folder: string, store: Store): FinishedRun {
  const restore = adviceFor(folder);
  const experiment = readJson(folder, "experiment.json", recordedExperiment, restore);
  const manifest = readJson(folder, "manifest.json", manifestSchema, restore);
  const exported = pipeline.exports.map(({ name }) => [name, readFile(folder, name)]);
  const [edited] = editedFiles(folder, Object.fromEntries(exported), writtenFiles(store));
  if (edited !== undefined) throw new ResultsError(`${edited}. ${restore}`);
  const { chain = pipeline.chain } = experiment;
  const unknown = chain.find((name) => pipeline.stages.every((stage) => stage.name !== name));
  if (unknown !== undefined) {
    throw new ResultsError(`The run in ${folder} has a stage ${unknown}, which is not defined any more. ${restore}`);
  }
  const graph = graphOf(pipeline, experiment);
  const stages = graph.map(({ stage }) => {
    const recorded = manifest.stages.find((one) => one.stage === stage.name);
    const result = recorded === undefined ? null : storedResult(stage, recorded, store);
    if (result !== null) return result;
    throw new ResultsError(
      `${store.root} does not have what the stage ${stage.name} of ${manifest.run} has computed. ${restore}`,
    );
  });
  return finishedRun(pipeline, { name: manifest.run, experiment }, graph, stages, store);
}

/** The content of a JSON file of the run, which nobody has edited. */
function readJson<T>(folder: string, name: string, schema: z.ZodType<T>, restore: string): T {
  const path = join(folder, name);
  const bytes = readFile(folder, name, MAX_BYTES);
  if (bytes === null) throw new ResultsError(`${path} ${unreadableBecause(folder, name, MAX_BYTES)}. ${restore}`);
  const [edited] = editedFiles(folder, { [name]: bytes });
  const { data, error } = schema.safeParse(jsonObjectIn(bytes));
  if (edited === undefined && data !== undefined) return data;
  throw new ResultsError(`${edited ?? `${path} is damaged: ${z.prettifyError(error!)}`}. ${restore}`);
}

/** A stage as if it had just been looked up; null if not all of its outputs are stored intact. */
function storedResult(stage: Stage, recorded: RecordedStage, store: Store): StageResult | null {
  const { key, outputs: digests, ...request } = recorded;
  let isComplete = true;
  const addressOf = (digest: string): Address => {
    const address = { digest, size: store.io.status(store.artifactPath(digest))?.size ?? 0 };
    isComplete &&= store.holds(address);
    return address;
  };
  const addressesOf = (specs: OutputSpecs) =>
    Object.keys(artifactsOf(specs)).map((name): [string, Address[]] => {
      const found = [digests[name] ?? []].flat();
      isComplete &&= found.length > 0;
      return [name, found.map(addressOf)];
    });
  const outputs = addressesOf(stage.outputs).map(([name, [address]]) => [name, address]);
  const each = stage.kind === "fold" ? addressesOf(stage.each) : [];
  const record = { request, outputs: Object.fromEntries(outputs), each: Object.fromEntries(each), seconds: 0 };
  return isComplete ? { stage: stage.name, action: "hit", key, record, cues: [], seconds: 0 } : null;
}

/** How a run's results, and what its stages stored, are restored. */
function adviceFor(folder: string): string {
  const { file } = readRunJson(folder) ?? {};
  const config = typeof file === "string" ? resolve(folder, file) : "";
  const [, changes = ""] = basename(resolve(folder)).split(/@(.*)/s);
  const options = optionsFor(changes);
  const isKnown = kindOfInput(config) === "file" && (changes === "" || options !== "");
  if (!isKnown) return "Run its experiment again to restore it.";
  return `Run it again to restore it: deno task run ${relative(Deno.cwd(), config)}${options}`;
}
