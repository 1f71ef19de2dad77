/** Trains the whole two-layer experiment in a worker and posts the digests of its epochs. Not a test itself. */
import { train } from "../../../pipeline/classifier/stages/train.ts";
import { runFold } from "../classifier/in_memory.ts";
import { digestsOfEpoch, realInputs, TRAIN_PARAMS } from "./expected_epochs.ts";

const { steps } = await runFold(train, TRAIN_PARAMS, await realInputs());
(globalThis as unknown as Worker).postMessage(steps.map(digestsOfEpoch));
