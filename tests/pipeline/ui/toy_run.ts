/** A run of two folds that compute nothing: what the log of a run, and who follows it, see of a real one. */
import { basename } from "node:path";
import { definePipeline, type Pipeline } from "../../../pipeline/define/define_pipeline.ts";
import { defineFigure } from "../../../pipeline/define/figure.ts";
import { eachStep, type Kind } from "../../../pipeline/define/define_stage.ts";
import { defineChart } from "../../../pipeline/define/chart.ts";
import type { Stage } from "../../../pipeline/engine/stage/stage.ts";
import { type LiveLog, type LiveRun, openLiveLog } from "../../../pipeline/results/live_log.ts";
import type { Address, Store } from "../../../pipeline/engine/store/store.ts";
import { z } from "zod";

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

function jsonKind(name: string): Kind {
  return {
    name,
    parts: { [name]: { format: "json", about: "" } },
    open: (artifacts) => JSON.parse(new TextDecoder().decode(artifacts[name].bytes())),
    close: (value) => ({ [name]: bytesOf(value) }),
  };
}

const [metrics, evaluation] = ["metrics", "evaluation"].map(jsonKind);

function fold(name: string, rest: Partial<Stage>): Stage {
  return {
    ...{
      kind: "fold",
      name,
      version: 1,
      about: "",
      source: import.meta.url,
      stepName: "epoch",
      inputs: {},
      outputs: {},
    },
    params: () => z.looseObject({}),
    stepParams: (params: Record<string, unknown>) => params,
    run: () => {
      throw new Error("Toy stages are not run.");
    },
    ...rest,
  } as Stage;
}

const train = fold("train", {
  each: { metrics },
  lastStep: ({ epochs }: { epochs: number }) => epochs,
  title: ({ model, epochs }: { model: string[]; epochs: number }) => [model.join(" → "), `${epochs} epochs`],
});
const validate = fold("validate", { each: { evaluation }, inputs: { metrics: eachStep(metrics) } });

const figure = (name: string, from: string, form: "percent" | "number" = "number") =>
  defineFigure<Record<string, unknown>>({
    name,
    title: name.replaceAll("_", " "),
    about: "",
    source: import.meta.url,
    form,
    dependsOn: [],
    better: null,
    shownIn: ["ui"],
    from,
    value: (output) => output[name],
  });

/** A pipeline of the two folds, with three figures and a live chart of the training loss. */
export const toyPipeline: Pipeline = definePipeline({
  stages: [train, validate],
  chain: ["train", "validate"],
  figures: [
    figure("train_loss", "metrics"),
    figure("accuracy", "evaluation", "percent"),
    { ...figure("confusion", "evaluation"), form: "detail" },
  ],
  charts: [defineChart({
    ...{ name: "loss", title: "Loss", about: "", source: import.meta.url, picture: "png", live: true },
    draw: ({ figures }) => ({
      kind: "lines",
      panels: [{ label: "loss", unit: "number", series: [{ label: "train", values: figures.train_loss as number[] }] }],
    }),
  })],
});

/** A run of three epochs, whose results are to be in `folder`. */
export function liveRun(folder: string): LiveRun {
  const model = ["linear(784,10)", "softmax"];
  const experiment = { name: "toy", seed: 0, pipeline: { train: { model, epochs: 3 }, validate: {} } };
  return { pipeline: toyPipeline, folder, name: basename(folder), experiment };
}

/** A run at work, told what to do by the test. */
export interface RunAtWork extends Pick<LiveLog, "fails" | "close"> {
  /** Begins a stage, of which some steps are stored. */
  begin(stage: "train" | "validate", ...stored: Record<string, unknown>[]): void;
  train(epoch: number, train_loss: number): void;
  validate(epoch: number, accuracy: number): void;
}

/** Opens the log of a run at work. */
export function runAtWork(folder: string, store: Store): RunAtWork {
  const log = openLiveLog(liveRun(folder), store)!;
  const step = (stage: "train" | "validate", value: unknown): Record<string, Address> => ({
    [stage === "train" ? "metrics" : "evaluation"]: store.put(bytesOf(value)),
  });
  return {
    begin: (name, ...stored) =>
      log.stageStarts(name === "train" ? train : validate, stored.map((value) => step(name, value))),
    train: (epoch, train_loss) => log.stepEnds(train, epoch, step("train", { train_loss })),
    validate: (epoch, accuracy) => log.stepEnds(validate, epoch, step("validate", { accuracy, confusion: [[1]] })),
    fails: log.fails,
    close: log.close,
  };
}
