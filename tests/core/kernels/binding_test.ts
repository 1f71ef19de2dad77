import { assertEquals } from "@std/assert";
import { bindKernels } from "../../../core/kernels/bind.ts";
import type { Compiled } from "../../../core/kernels/binding.ts";
import { buffer } from "../../../core/kernels/memory.ts";
import { scoped, tensor } from "../../../core/tensor/tensor.ts";

/** What a function is called with when the memory is not where it was. */
const STALE = -1;

Deno.test("compiled functions get no address from before the memory has grown, which may have moved it", () => {
  let calls: number[][] = [];
  const compiled = new Proxy({}, { get: () => (...values: number[]) => void calls.push(values) }) as Compiled;
  const addresses = new Map<number, ArrayBuffer>();
  const k = bindKernels(compiled, (operand) => {
    if (operand === null) return 0;
    addresses.set(operand.ptr, buffer());
    return operand.ptr;
  });
  const used = () =>
    calls.flat().map((value) => addresses.has(value) && addresses.get(value) !== buffer() ? STALE : value);
  scoped(() => {
    // Larger than what is left, with its padding, for each of the calls.
    const [x, weight, dout] = [tensor([1, 1, 1, 1]), tensor([1, 1, 1, 1]), tensor([1, 1, 1, 1])];
    const grows = (padding: number, call: (form: { stride: number; padding: number }) => void) => {
      const before = buffer();
      [calls] = [[]];
      addresses.clear();
      call({ stride: 10000, padding });
      assertEquals([buffer() === before, used().includes(STALE)], [false, false], `padding ${padding}`);
    };
    grows(300, (form) => k.conv2dWeightGradient(weight, dout, x, form, false));
    grows(500, (form) => k.conv2dInputGradient(x, dout, weight, form, false));
    grows(700, (form) => k.conv2dWeightGradient(weight, dout, x, form, true));
    grows(900, (form) => k.conv2dInputGradient(x, dout, weight, form, true));
    grows(1100, (form) => k.conv2d(dout, x, weight, null, form));
  });
});
