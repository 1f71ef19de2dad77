/**
 * The classifier pipeline: everything that an experiment can refer to, and everything that is computed from a run. Each
 * definition is one file, and one line here or in a list that is imported here. Only entry points import this file.
 */
import { flip } from "../../core/augmentations/flip.ts";
import { rotate } from "../../core/augmentations/rotate.ts";
import { shift } from "../../core/augmentations/shift.ts";
import { linearInit } from "../../core/inits/linear_init.ts";
import { randnInit } from "../../core/inits/randn_init.ts";
import { crossEntropy } from "../../core/losses/cross_entropy.ts";
import { crossEntropyLogits } from "../../core/losses/cross_entropy_logits.ts";
import { meanSquaredError } from "../../core/losses/mean_squared_error.ts";
import { nll } from "../../core/losses/nll.ts";
import { adam } from "../../core/optimizers/adam.ts";
import { adamw } from "../../core/optimizers/adamw.ts";
import { basic } from "../../core/optimizers/basic.ts";
import { rmsprop } from "../../core/optimizers/rmsprop.ts";
import { sgd } from "../../core/optimizers/sgd.ts";
import { cosine } from "../../core/schedules/cosine.ts";
import { exponential } from "../../core/schedules/exponential.ts";
import { linearSchedule } from "../../core/schedules/linear_schedule.ts";
import { multiStep } from "../../core/schedules/multi_step.ts";
import { oneCycle } from "../../core/schedules/one_cycle.ts";
import { step } from "../../core/schedules/step_schedule.ts";
import { definePipeline, type Pipeline } from "../define/define_pipeline.ts";
import { OWN_CODE } from "../define/own_code.ts";
import { csv, tsv } from "../formats/csv_format.ts";
import { idx } from "../formats/idx_format.ts";
import { npy } from "../formats/npy_format.ts";
import { npz } from "../formats/npz_format.ts";
import { pictures } from "../formats/pictures_format.ts";
import { file } from "../sources/file.ts";
import { https } from "../sources/https.ts";
import { npm } from "../sources/npm.ts";
import { grid } from "../searches/grid_search.ts";
import { halving } from "../searches/halving.ts";
import { hyperband } from "../searches/hyperband.ts";
import { list } from "../searches/list.ts";
import { random } from "../searches/random.ts";
import { charts } from "./charts.ts";
import { checks } from "./checks.ts";
import { fashionMnist } from "./datasets/fashion_mnist.ts";
import { mnist } from "./datasets/mnist.ts";
import { exports } from "./exports.ts";
import { figures } from "./figures.ts";
import { layers } from "./layers.ts";
import { batch } from "./stages/batch.ts";
import { download } from "./stages/download.ts";
import { normalize } from "./stages/normalize.ts";
import { split } from "./stages/split.ts";
import { tensorize } from "./stages/tensorize.ts";
import { train } from "./stages/train.ts";
import { validate } from "./stages/validate.ts";
import { numpy } from "./targets/numpy.ts";
import { onnx } from "./targets/onnx.ts";
import { pytorch } from "./targets/pytorch_target.ts";
import { tensorboard } from "./targets/tensorboard.ts";

/** download → tensorize → normalize → batch → train → validate; split comes after tensorize if it has params. */
export const classifier: Pipeline = definePipeline({
  stages: [download, tensorize, split, normalize, batch, train, validate],
  chain: ["download", "tensorize", "normalize", "batch", "train", "validate"],
  joins: { split: "tensorize" },
  layers,
  inits: [linearInit, randnInit],
  losses: [crossEntropy, crossEntropyLogits, nll, meanSquaredError],
  optimizers: [basic, sgd, adam, adamw, rmsprop],
  schedules: [step, multiStep, exponential, linearSchedule, cosine, oneCycle],
  augmentations: [shift, rotate, flip],
  datasets: [mnist, fashionMnist],
  sources: [npm, https, file],
  formats: [idx, csv, tsv, npy, npz, pictures],
  checks,
  figures,
  charts,
  exports,
  targets: [pytorch, onnx, numpy, tensorboard],
  searches: [grid, random, list, halving, hyperband],
  roots: [OWN_CODE],
});
