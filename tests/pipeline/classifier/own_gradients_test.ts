/** Experiments whose layers or loss come from elsewhere: those that fail the gradient check are refused before any work. */
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { defineLayer, type LayerDefinition } from "../../../core/layers/layer.ts";
import { relu } from "../../../core/layers/relu.ts";
import { crossEntropy } from "../../../core/losses/cross_entropy.ts";
import { elementwiseOp, scale } from "../../../pipeline/library/retrace.ts";
import { classifier } from "../../../pipeline/classifier/pipeline.ts";
import { extendPipeline } from "../../../pipeline/define/define_pipeline.ts";
import { ConfigError } from "../../../pipeline/engine/run_errors.ts";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";
import { parseOverride } from "../experiment/parse_override.ts";

const MNIST = "experiments/two-layer.json";

/** A layer that counts how often it is recorded. */
function square(slope: (x: number) => number, source = import.meta.url) {
  const counter = { recorded: 0, layer: relu };
  counter.layer = defineLayer({
    name: "square",
    about: "A test.",
    source,
    args: {},
    shape: (input) => input,
    forward({ tape, x }) {
      counter.recorded++;
      return tape.apply(elementwiseOp({ name: "square", value: (x) => x * x, slope }), [x]);
    },
  });
  return counter;
}

function load(layer: LayerDefinition, ...model: string[]) {
  const sets = [`train.model=${JSON.stringify(["linear(784,30)", ...model, "linear(30,10)", "softmax"])}`];
  return loadExperiment(extendPipeline(classifier, { layers: [layer] }), MNIST, sets.map(parseOverride));
}

Deno.test("a layer from elsewhere whose gradient is wrong is refused when the experiment is loaded", () => {
  const { message } = assertThrows(() => load(square((x) => x).layer, "square"), ConfigError);
  assertMatch(
    message,
    /pipeline\.train\.model \(set by .*\): The layer square fails the gradient check: for input \[[0-2], \d+\], backward gives \S+, differences of forward give \S+ \(at 3 rows of \[30\], mode "train"\)/,
  );
});

Deno.test("a correct layer is checked once for each of its shapes, and never if it is Retrace's or not in the model", () => {
  const own = square((x) => x, relu.source);
  load(own.layer, "square");
  assertEquals(own.recorded, 0);

  const correct = square((x) => 2 * x);
  load(correct.layer, "relu");
  assertEquals(correct.recorded, 0);
  load(correct.layer, "square");
  const once = correct.recorded;
  assertEquals(once > 0, true);
  load(correct.layer, "square", "square");
  assertEquals(correct.recorded, once);
  load(correct.layer, "linear(30,20)", "square", "linear(20,30)");
  assertEquals(correct.recorded, 2 * once);
});

Deno.test("a loss from elsewhere whose gradient is wrong is refused, and a correct one is not", () => {
  const lossWith = (name: string, alpha: number) => ({
    ...crossEntropy,
    ...{ name, source: import.meta.url },
    // Twice the loss, whose gradient is scaled as well.
    record: (...[tape, output, labels, params]: Parameters<NonNullable<typeof crossEntropy.record>>) =>
      tape.apply({ ...scale, backward: (...args) => scale.backward(...args.with(-1, { alpha }) as typeof args) }, [
        crossEntropy.record!(tape, output, labels, params),
      ], { alpha: 2 }),
  });
  const losses = [lossWith("double", 2), lossWith("wrong", 1)];
  const loadWith = (name: string) =>
    loadExperiment(extendPipeline(classifier, { losses }), MNIST, [parseOverride(`train.loss={"name":"${name}"}`)]);
  loadWith("double");
  const { message } = assertThrows(() => loadWith("wrong"), ConfigError);
  assertMatch(message, /pipeline\.train\.loss .*: The loss wrong fails the gradient check: for probabilities \[/);
});
