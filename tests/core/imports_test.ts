/** What modules load: definitions load no kernels, and modules that only compute forward load no random numbers and no zod. */
import { assert, assertEquals } from "@std/assert";

interface ModuleGraph {
  roots: string[];
  modules: { specifier: string; dependencies?: { specifier: string; code?: { specifier?: string } }[] }[];
}

/** Everything that these modules of core load, eagerly or lazily; packages by their names. */
function loadedWith(...files: string[]): string[] {
  const root = new URL("../../", import.meta.url);
  const loaded = new Set<string>();
  for (const file of files) {
    const args = ["info", "--json", new URL(`core/${file}`, root).href];
    const { stdout } = new Deno.Command(Deno.execPath(), { args }).outputSync();
    const graph: ModuleGraph = JSON.parse(new TextDecoder().decode(stdout));
    const pending = [...graph.roots];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (loaded.has(next)) continue;
      loaded.add(next);
      const { dependencies = [] } = graph.modules.find(({ specifier }) => specifier === next) ?? {};
      pending.push(...dependencies.flatMap(({ code }) => code?.specifier ?? []));
    }
  }
  return [...loaded].map((specifier) => specifier.replace(root.href, ""));
}

const DEFINITIONS = [
  "layers/batch_norm.ts",
  "layers/dropout.ts",
  "layers/gelu.ts",
  "layers/linear.ts",
  "layers/relu.ts",
  "layers/softmax.ts",
  "losses/cross_entropy.ts",
  "losses/cross_entropy_logits.ts",
  "optimizers/basic.ts",
  "optimizers/sgd.ts",
  "inits/linear_init.ts",
  "inits/randn_init.ts",
];

Deno.test("definitions, and the parsing and checking of models, load no kernels and no random numbers", () => {
  const loaded = loadedWith(...DEFINITIONS, "layers/model_layers.ts");
  assert(loaded.includes("core/ops/reduce.ts"));
  assertEquals(loaded.filter((name) => /^core\/(kernels|random|tensor)/.test(name)), []);
});

Deno.test("modules that compute forward, as pages do, load no random numbers and no zod", () => {
  const loaded = loadedWith(
    "model/model.ts",
    "model/probabilities.ts",
    "autograd/tape.ts",
    "layers/batch_norm.ts",
    "layers/dropout.ts",
    "layers/linear.ts",
    "layers/relu.ts",
    "layers/softmax.ts",
  );
  assert(loaded.includes("core/kernels/kernels.wasm"));
  assertEquals(loaded.filter((name) => /^core\/random|zod/.test(name)), []);
});
