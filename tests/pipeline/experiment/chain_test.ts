/** The chain of an experiment: its stages, their order and their inputs. */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ConfigError } from "../../../pipeline/engine/run_errors.ts";
import { graphOf } from "../../../pipeline/experiment/chain.ts";
import { loadExperiment } from "../../../pipeline/experiment/load.ts";
import { variantsOf } from "../../../pipeline/experiment/variants.ts";
import { type Experiments, withExperiments } from "./experiments.ts";
import { toys } from "./toy_pipeline.ts";
import { parseOverride } from "./parse_override.ts";

const NOISY = ["collect", "scale", "noise", "shuffle", "fit", "judge"];

/** An experiment with this chain, and params for noise. */
function withChain({ good }: Experiments, chain: unknown, noise: unknown = { std: 0.1 }): Record<string, unknown> {
  return { ...good(), chain, pipeline: { ...good().pipeline, noise } };
}

function rejected(experiments: Experiments, chain: unknown): string {
  const file = experiments.write("chained.json", withChain(experiments, chain));
  const { message } = assertThrows(() => loadExperiment(toys, file, []), ConfigError);
  return message.split("\n").slice(1).join("\n");
}

Deno.test("loadExperiment() has the stages of the chain, in order, and their params", () => {
  withExperiments((experiments) => {
    const file = experiments.write("noisy.json", { ...withChain(experiments, NOISY), seed: 7 });
    const { experiment, params } = loadExperiment(toys, file, []);
    assertEquals(experiment.chain, NOISY);
    assertEquals([Object.keys(experiment.pipeline), Object.keys(params)], [NOISY, NOISY]);
    assertEquals(experiment.pipeline.noise, { std: 0.1, seed: 7 });
    const twice = ["collect", "noise", "scale", "fit", "judge"];
    const { shuffle: _, ...pipeline } = { ...experiments.good().pipeline, noise: { std: 1 } };
    const other = loadExperiment(
      toys,
      experiments.write("other.json", { ...experiments.good(), chain: twice, pipeline }),
      [],
    );
    assertEquals(Object.keys(other.experiment.pipeline), twice);
    assertEquals(graphOf(toys, other.experiment).map(({ stage }) => stage.name), twice);
  });
});

Deno.test("loadExperiment() uses the pipeline's chain by default, and then has no chain", () => {
  withExperiments((experiments) => {
    for (const experiment of [experiments.good(), { ...experiments.good(), chain: [...toys.chain] }]) {
      const loaded = loadExperiment(toys, experiments.write("good.json", experiment), []).experiment;
      assertEquals("chain" in loaded, false);
      assertEquals(Object.keys(loaded.pipeline), [...toys.chain]);
      assertEquals(graphOf(toys, loaded).map(({ stage }) => stage.name), [...toys.chain]);
    }
  });
});

Deno.test("loadExperiment() takes the chain from an extended file, and from --set", () => {
  withExperiments((experiments) => {
    experiments.write("noisy.json", withChain(experiments, NOISY));
    const { experiment } = loadExperiment(toys, experiments.write("top.json", { extends: "noisy.json" }), []);
    assertEquals(experiment.chain, NOISY);
    const settings = [{ path: "chain", values: [NOISY] }, { path: "noise.std", values: [0.5] }];
    const [variant] = variantsOf(toys, [experiments.write("good.json", experiments.good())], settings);
    assertEquals(variant.experiment.pipeline.noise, { std: 0.5, seed: 0 });
    assertStringIncludes(variant.runName, "good@chain=_collect_scale_noise");
  });
});

Deno.test("loadExperiment() rejects params of a stage that is not in the chain", () => {
  withExperiments((experiments) => {
    const advice = 'noise is not in the chain of this experiment. Add it to "chain".';
    assertEquals(rejected(experiments, undefined), `  pipeline.noise: ${advice}`);
    const file = experiments.write("good.json", experiments.good());
    const set = () => loadExperiment(toys, file, [parseOverride("noise.std=0.1")]);
    assertThrows(set, ConfigError, `pipeline.noise: ${advice}`);
  });
});

Deno.test("loadExperiment() drops inherited params of stages that are not in the chain", () => {
  withExperiments((experiments) => {
    experiments.write("noisy.json", withChain(experiments, NOISY));
    const chain = NOISY.filter((name) => name !== "noise" && name !== "scale");
    const { experiment } = loadExperiment(toys, experiments.write("top.json", { extends: "noisy.json", chain }), []);
    assertEquals(Object.keys(experiment.pipeline), chain);
    const own = { extends: "noisy.json", chain, pipeline: { scale: {} } };
    assertThrows(
      () => loadExperiment(toys, experiments.write("own.json", own), []),
      ConfigError,
      "scale is not in the chain",
    );
  });
});

Deno.test("loadExperiment() rejects a chain of anything but known stages, each once", () => {
  withExperiments((experiments) => {
    const known = '"collect" or "scale" or "shuffle" or "fit" or "judge" or "noise"';
    const skale = `  chain.1: expected ${known}, but found "skale"; did you mean "scale"?`;
    assertEquals(rejected(experiments, ["collect", "skale"]), skale);
    assertEquals(rejected(experiments, "collect"), '  chain: expected a list, but found "collect"');
    assertEquals(rejected(experiments, []), "  chain: expected a list of at least 1, but found []");
    assertStringIncludes(
      rejected(experiments, ["collect", "noise", "noise"]),
      "  chain: each stage at most once; found",
    );
  });
});

Deno.test("loadExperiment() rejects a chain in which an input cannot be wired", () => {
  withExperiments((experiments) => {
    const file = experiments.write("wrong.json", { name: "wrong", chain: ["collect", "judge"], pipeline: {} });
    const { message } = assertThrows(() => loadExperiment(toys, file, []), ConfigError);
    assertStringIncludes(message, `${file} is not a valid experiment:\n  chain: `);
    assertStringIncludes(message, 'The stage judge has the input "model"');
    const set = () => loadExperiment(toys, file, [parseOverride('chain=["scale","collect"]')]);
    assertThrows(set, ConfigError, '  chain (set by --set chain=["scale","collect"]): ');
  });
});
