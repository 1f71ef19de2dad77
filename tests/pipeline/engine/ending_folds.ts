/** Two folds that advance together, of which the follower can end both: training, and a judge of it. */
import { assertEquals } from "@std/assert";
import { z } from "zod";
import { wire } from "../../../pipeline/engine/stage/stage_graph.ts";
import { eachStep } from "../../../pipeline/engine/stage/kind.ts";
import type { Stage } from "../../../pipeline/engine/stage/stage.ts";
import { digestOfPlain } from "../../../pipeline/engine/store/digest.ts";
import { Store } from "../../../pipeline/engine/store/store.ts";
import { runAll, withCache } from "./bench.ts";
import { bytesKind, foldStage } from "./toys.ts";

const [state, sum, mark, last] = ["state", "sum", "mark", "last"].map(bytesKind);
const encode = (text: string) => new TextEncoder().encode(text);
const decode = ({ bytes }: { bytes(): Uint8Array }) => new TextDecoder().decode(bytes());
const source = new URL("./toys.ts", import.meta.url).href;

/** What a run can differ in. */
export interface Params {
  epochs?: number;
  strict?: boolean;
  /** The epoch after which the judge ends both; it is no part of a key. */
  stop?: number | null;
}

/**
 * Training, and a judge that can end it: after the epoch `stop`, or one whose mark says "enough". If it is deaf, training
 * goes on; `word` is in all marks, and no function of what goes in.
 */
export function stagesOf(log: (work: string) => void, isDeaf = false, word = ""): Stage[] {
  const train = foldStage({
    ...{ name: "train", version: 1, about: "Computes states.", source, stepName: "epoch" },
    params: z.object({ epochs: z.int() }),
    inputs: {},
    outputs: { sum },
    each: { state },
    lastStep: ({ epochs }) => epochs,
    stepParams: () => ({}),
    async *run({ params: { epochs }, hasEnded }, resume) {
      let value = resume === null ? "start" : decode(resume.outputs.state);
      for (let epoch = (resume?.step ?? -1) + 1; epoch <= epochs && (isDeaf || !hasEnded()); epoch++) {
        log(`train ${epoch}`);
        value = await Promise.resolve(digestOfPlain(value));
        yield { state: encode(value) };
      }
      log("train ends");
      return { sum: encode(`sum ${value}`) };
    },
  });
  const judge = foldStage({
    ...{ name: "judge", version: 1, about: "Evaluates states.", source, stepName: "epoch" },
    params: z.object({ strict: z.boolean(), stop: z.int().nullable() }),
    inputs: { state: eachStep(state) },
    outputs: { last },
    each: { mark },
    keyParams: ({ strict }) => ({ strict }),
    stepParams: ({ strict }) => ({ strict }),
    ends: ({ stop }) =>
      stop === null ? null : (steps) => {
        assertEquals(steps.map(({ mark }) => decode(mark).split(" ")[0]), steps.map((_, epoch) => String(epoch)));
        return steps.length > stop || decode(steps.at(-1)!.mark).endsWith("enough");
      },
    async *run({ params, inputs }, resume) {
      let epoch = resume?.step ?? -1;
      while (++epoch < inputs.state.length) {
        log(`judge ${epoch}`);
        const text = `${epoch} ${decode(inputs.state[epoch])} ${params.strict} ${word}`;
        yield await Promise.resolve({ mark: encode(text) });
      }
      log("judge ends");
      return { last: encode(`last ${decode(inputs.state[inputs.state.length - 1])}`) };
    },
  });
  return [train as unknown as Stage, judge as unknown as Stage];
}

/** The params of both. */
export const paramsOf = ({ epochs = 6, strict = true, stop = null }: Params) => {
  return { train: { epochs }, judge: { strict, stop } };
};

/** How they are run. */
export interface Options extends Params {
  forced?: string[];
  log?: (work: string) => void;
  isDeaf?: boolean;
  word?: string;
}

/** Runs both on the cache. */
export async function run(cache: string, { forced = [], log, isDeaf, word, ...params }: Options = {}) {
  const work: string[] = [];
  const graph = wire(stagesOf(
    (piece) => {
      work.push(piece);
      log?.(piece);
    },
    isDeaf,
    word,
  ));
  const results = await runAll({ graph, params: paramsOf(params), store: new Store(cache), forced: new Set(forced) });
  return {
    work,
    results,
    steps: results.map(({ record }) => Object.values(record.each!)[0].length - 1),
    actions: results.map(({ action }) => action),
    keys: results.map(({ key }) => key),
    digests: results.map(({ record: { outputs, each } }) => ({ outputs, each })),
  };
}

/** A run with an empty cache, which every other one with these params must have the bytes of. */
export async function straight(params: Params) {
  let outcome: Awaited<ReturnType<typeof run>>;
  await withCache(async (cache) => {
    outcome = await run(cache, params);
  });
  return outcome!;
}
