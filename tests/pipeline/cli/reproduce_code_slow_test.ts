/** What `reproduce` is for: code that computes something else is caught, at the place where it does. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { copyProject, edit } from "../../project_copy.ts";
import { makeSmallDataset, type SmallDataset } from "../../small_dataset.ts";
import { reproduceIn } from "./reproduced.ts";
import { mustBeDone } from "./retrace.ts";

/** A change of the code, and the first place at which it shows. */
interface Change {
  of: string;
  file: string;
  from: string;
  to: string;
  first: string;
}

const KERNELS: Change[] = [
  {
    of: "the order in which softmax adds a row",
    file: "core/kernels/c/loss.h",
    from: "((t[0] + t[4]) + (t[2] + t[6])) + ((t[1] + t[5]) + (t[3] + t[7]))",
    to: "((t[0] + t[4]) + (t[1] + t[5])) + ((t[2] + t[6]) + (t[3] + t[7]))",
    first: "train, epoch 1, checkpoint/0.weight",
  },
  {
    // The step of the only batch makes the same weights, and other biases.
    of: "the order in which a bias gradient adds the rows",
    file: "core/kernels/c/sums.h",
    from: "return ((s0 + s1) + s2) + s3;",
    to: "return (s0 + s1) + (s2 + s3);",
    first: "train, epoch 1, checkpoint/0.bias",
  },
];

const STAGES: Change[] = [
  {
    of: "a rounding of the normalization",
    file: "pipeline/classifier/kinds/normalized_numbers.ts",
    from: "Math.fround(values[i] - mean[column]) / std[column]",
    to: "(values[i] - mean[column]) / std[column]",
    first: "normalize, table",
  },
  {
    of: "a figure of the evaluation",
    file: "pipeline/classifier/stages/evaluator.ts",
    from: "loss_per_image: finiteOrNull(total / data.count)",
    to: "loss_per_image: finiteOrNull(total / batches)",
    first: "validate, epoch 0, evaluation",
  },
  {
    of: "a column of a table",
    file: "pipeline/classifier/exports/tables.ts",
    from: 'figures[figure][epoch] ?? ""',
    to: "figures[figure][epoch] ?? 0",
    first: "files, history.csv",
  },
];

/** One epoch of one step, so long that roundings of gradients show: the batch is the whole training set. */
async function keptOneStep(): Promise<SmallDataset> {
  const small = makeSmallDataset({ epochs: 1 });
  const experiment = small.experiment;
  experiment.pipeline.batch = { size: 256 };
  experiment.pipeline.train.optimizer = { name: "sgd", lr: 10 };
  small.write("small.json", experiment);
  mustBeDone(await reproduceIn(small.folder, ["--update", small.config]));
  return small;
}

/** Only who changes a kernel needs its compiler. */
function isCompilerInstalled(): boolean {
  try {
    return new Deno.Command("clang-22", { args: ["--version"] }).outputSync().success;
  } catch {
    return false;
  }
}

async function build(project: string): Promise<void> {
  const args = ["run", "-A", "--quiet", "--no-lock", "--node-modules-dir=none", "build/kernels/compile.ts"];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: project }).output();
  assertEquals({ success, says: success || new TextDecoder().decode(stderr) }, { success: true, says: true });
}

for (
  const [what, changes, ignore] of [["kernels", KERNELS, !isCompilerInstalled()], ["stages", STAGES, false]] as const
) {
  Deno.test({ name: `reproduce catches changes of ${what}, and says where they begin`, ignore }, async (t) => {
    using small = await keptOneStep();
    const project = small.path("project");
    copyProject(project);
    const compile = () => what === "kernels" ? build(project) : Promise.resolve();
    // The copy is the project as long as nothing is changed.
    await compile();
    mustBeDone(await reproduceIn(small.folder, [small.config], project));
    for (const { of, file, from, to, first } of changes) {
      await t.step(`${of}: ${first}`, async () => {
        const path = join(project, file);
        const before = Deno.readTextFileSync(path);
        edit(path, from, to);
        await compile();
        const { code, stdout, stderr } = await reproduceIn(small.folder, [small.config], project);
        assertEquals({ code, stderr }, { code: 1, stderr: "" });
        assertStringIncludes(stdout, `  first     ${first}\n`);
        assertMatch(stdout, /expected +[0-9a-f]{64}\n +found +[0-9a-f]{64}\n/);
        Deno.writeTextFileSync(path, before);
      });
    }
  });
}
