import { assertAlmostEquals, assertEquals } from "@std/assert";
import { parameterOf } from "../../core/autograd/tape.ts";
import { basicOptim, sgd, type SgdOptions } from "../../core/optim.ts";
import { fromArray, scoped } from "../../core/tensor.ts";

const PLAIN: SgdOptions = { lr: 0.1, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false };

/** The value of one parameter after steps on a parameter that starts at 1, with these gradients. */
function path(options: SgdOptions, gradients: number[]): number[] {
  return scoped(() => {
    const parameter = parameterOf("p", fromArray([1], [1]));
    const optimizer = sgd([parameter], options);
    return gradients.map((gradient) => {
      parameter.gradient.data[0] = gradient;
      optimizer.step();
      return parameter.value.data[0];
    });
  });
}

function assertPath(found: number[], expected: number[]): void {
  found.forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-6));
}

Deno.test("sgd() without momentum is p − lr·g, and so is basicOptim()", () => {
  assertPath(path(PLAIN, [1, 2]), [0.9, 0.7]);
  scoped(() => {
    const parameter = parameterOf("p", fromArray([1, 2], [2]));
    parameter.gradient.data.set([1, -4]);
    basicOptim([parameter], 0.5).step();
    assertEquals([...parameter.value.data], [0.5, 4]);
  });
});

Deno.test("sgd() with momentum starts its velocity with the first gradient: v = 1, then 0.9·1 + 2", () => {
  assertPath(path({ ...PLAIN, momentum: 0.9 }, [1, 2]), [0.9, 0.9 - 0.1 * 2.9]);
});

Deno.test("sgd() with dampening leaves the first gradient whole: v = 1, then 0.9·1 + 0.5·2", () => {
  assertPath(path({ ...PLAIN, momentum: 0.9, dampening: 0.5 }, [1, 2]), [0.9, 0.9 - 0.1 * 1.9]);
});

Deno.test("sgd() with weight decay adds wd·p to the gradient", () => {
  assertPath(path({ ...PLAIN, weightDecay: 0.5 }, [1]), [1 - 0.1 * 1.5]);
});

Deno.test("sgd() with nesterov steps by g + momentum·v", () => {
  assertPath(path({ ...PLAIN, momentum: 0.9, nesterov: true }, [1, 2]), [1 - 0.1 * 1.9, 0.81 - 0.1 * (2 + 0.9 * 2.9)]);
});

Deno.test("sgd() goes on from a restored velocity as if it had never stopped", () => {
  const options = { ...PLAIN, momentum: 0.9, dampening: 0.3 };
  const straight = path(options, [1, 2, 3]);
  scoped(() => {
    const parameter = parameterOf("p", fromArray([1], [1]));
    const first = sgd([parameter], options);
    for (const gradient of [1, 2]) {
      parameter.gradient.data[0] = gradient;
      first.step();
    }
    const second = sgd([parameter], options);
    second.state[0].value.data.set(first.state[0].value.data);
    second.resume();
    parameter.gradient.data[0] = 3;
    second.step();
    assertEquals(parameter.value.data[0], straight[2]);
  });
});
