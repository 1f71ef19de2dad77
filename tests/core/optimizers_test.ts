import { assertAlmostEquals, assertEquals } from "@std/assert";
import { basic } from "../../core/optimizers/basic.ts";
import { makeClipping } from "../../core/optimizers/clip_gradients.ts";
import { makeOptimizer } from "../../core/optimizers/make_optimizer.ts";
import { sgd } from "../../core/optimizers/sgd.ts";
import { wasmBackend } from "../../core/tensor/backend.ts";
import { parameterOf } from "../../core/tensor/parameter.ts";
import { fromArray, scoped } from "../../core/tensor/tensor.ts";

/** SGD with learning rate 0.1 on one parameter that starts at 1. */
function makeSgd(options: Record<string, unknown>) {
  const parameter = parameterOf("p", fromArray([1], [1]));
  const optimizer = makeOptimizer(sgd, sgd.params.parse({ name: "sgd", lr: 0.1, ...options }), [parameter]);
  const step = (gradient: number) => {
    parameter.gradient.data[0] = gradient;
    optimizer.step();
    return parameter.value.data[0];
  };
  return { parameter, optimizer, step };
}

/** The parameter's value after each of the steps with these gradients. */
function path(options: Record<string, unknown>, gradients: number[]): number[] {
  return scoped(() => gradients.map(makeSgd(options).step));
}

function assertPath(found: number[], expected: number[]): void {
  found.forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-6));
}

Deno.test("sgd without momentum computes p − lr·g and has no state, and so does basic", () => {
  assertPath(path({}, [1, 2]), [0.9, 0.7]);
  scoped(() => {
    assertEquals(makeSgd({}).optimizer.state, []);
    const parameter = parameterOf("p", fromArray([1, 2], [2]));
    parameter.gradient.data.set([1, -4]);
    const optimizer = makeOptimizer(basic, { name: "basic", lr: 0.5 }, [parameter]);
    optimizer.step();
    assertEquals([[...parameter.value.data], optimizer.state], [[0.5, 4], []]);
  });
});

Deno.test("sgd with momentum starts its velocity with the first gradient: v = 1, then 0.9·1 + 2", () => {
  assertPath(path({ momentum: 0.9 }, [1, 2]), [0.9, 0.9 - 0.1 * 2.9]);
});

Deno.test("sgd with dampening uses the full first gradient: v = 1, then 0.9·1 + 0.5·2", () => {
  assertPath(path({ momentum: 0.9, dampening: 0.5 }, [1, 2]), [0.9, 0.9 - 0.1 * 1.9]);
});

Deno.test("sgd with weight decay adds weight_decay·p to the gradient", () => {
  assertPath(path({ weight_decay: 0.5 }, [1]), [1 - 0.1 * 1.5]);
});

Deno.test("sgd with nesterov subtracts lr·(g + momentum·v)", () => {
  assertPath(path({ momentum: 0.9, nesterov: true }, [1, 2]), [1 - 0.1 * 1.9, 0.81 - 0.1 * (2 + 0.9 * 2.9)]);
});

Deno.test("an optimizer's state has names such as velocity.0.weight", () => {
  scoped(() => {
    const parameters = ["0.weight", "0.bias"].map((name) => parameterOf(name, fromArray([1, 2], [2])));
    const { state } = makeOptimizer(sgd, sgd.params.parse({ name: "sgd", lr: 1, momentum: 0.5 }), parameters);
    assertEquals(state.map(({ name, value }) => [name, value.shape]), [
      ["velocity.0.weight", [2]],
      ["velocity.0.bias", [2]],
    ]);
  });
});

Deno.test("sgd resumed with a restored velocity continues as if it had never stopped", () => {
  const options = { momentum: 0.9, dampening: 0.3 };
  scoped(() => {
    const straight = makeSgd(options);
    const before = [1, 2].map(straight.step);
    const resumed = makeSgd(options);
    resumed.parameter.value.data[0] = before[1];
    resumed.optimizer.state[0].value.data.set(straight.optimizer.state[0].value.data);
    resumed.optimizer.resume(2);
    assertEquals(resumed.step(3), straight.step(3));
  });
});

Deno.test("sgd resumed after 0 steps continues with its first step: dampening does not reduce that gradient", () => {
  scoped(() => {
    const [fresh, resumed] = [makeSgd({ momentum: 0.9, dampening: 0.5 }), makeSgd({ momentum: 0.9, dampening: 0.5 })];
    resumed.optimizer.resume(0);
    assertEquals(resumed.step(1), fresh.step(1));
  });
});

Deno.test("sgd's params have torch's defaults, and nesterov requires momentum and no dampening", () => {
  assertEquals(sgd.params.parse({ name: "sgd", lr: 0.1 }), {
    name: "sgd",
    lr: 0.1,
    momentum: 0,
    dampening: 0,
    weight_decay: 0,
    nesterov: false,
  });
  const isValid = (options: Record<string, unknown>) =>
    sgd.params.safeParse({ name: "sgd", lr: 1, ...options }).success;
  assertEquals(isValid({ nesterov: true, momentum: 0.9 }), true);
  assertEquals(isValid({ nesterov: true }), false);
  assertEquals(isValid({ nesterov: true, momentum: 0.9, dampening: 0.1 }), false);
  assertEquals(isValid({ lr: 0 }), false);
  assertEquals(isValid({ rate: 1 }), false);
});

Deno.test("clipping by a norm that is NaN makes all gradients NaN, as in torch", () => {
  scoped(() => {
    const parameters = [NaN, 1].map((gradient, i) => {
      const parameter = parameterOf(`${i}`, fromArray([0], [1]));
      parameter.gradient.data[0] = gradient;
      return parameter;
    });
    assertEquals(makeClipping(1, parameters, wasmBackend)(), NaN);
    assertEquals(parameters.map(({ gradient }) => gradient.data[0]), [NaN, NaN]);
  });
});
