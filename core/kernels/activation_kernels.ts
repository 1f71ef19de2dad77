/**
 * The kernels of activation functions. PyTorch computes vectors by Sleef's functions, as `exp`; but of sigmoid and gelu the
 * last n mod 16 of n elements by expf and erff of the C library, glibc. So these elements can have other bits, and which
 * ones are the last depends on the size of the whole tensor.
 */
import type { AddressOf, Compiled } from "./binding.ts";
import type { F32 } from "./operand.ts";

/** Activation functions, elementwise, and their gradients: `y` is a function's result, `x` its argument. */
export interface ActivationKernels {
  /** `out = tanh x`, about 1 ulp from exact: Sleef's tanhf_u10, as torch.tanh. */
  tanh(out: F32, x: F32): void;
  /** `dx = dout * fma(-y, y, 1)`. */
  tanhBackward(dx: F32, dout: F32, y: F32, accumulate: boolean): void;
  /** `out = 1 / (1 + e^-x)`; e^-x by `exp`, of the last n mod 16 elements by glibc's expf. */
  sigmoid(out: F32, x: F32): void;
  /** `dx = (dout * (1 - y)) * y`. */
  sigmoidBackward(dx: F32, dout: F32, y: F32, accumulate: boolean): void;
  /** `out = x > 0 ? x : x * slope`. */
  leakyRelu(out: F32, x: F32, slope: number): void;
  /** `dx = x > 0 ? dout : dout * slope`; with y for x the same, as slope >= 0. */
  leakyReluBackward(dx: F32, dout: F32, x: F32, slope: number, accumulate: boolean): void;
  /** `out = (x * 0.5) * (1 + erf(x * √½))`; erf by Sleef's erff_u10, of the last n mod 16 elements by glibc's erff. */
  gelu(out: F32, x: F32): void;
  /**
   * `dx = dout * fma(x, density, 0.5 * (1 + erf(x * √½)))` with `density = (1 / √2π) * e^((x * x) * -0.5)`. Of the last
   * n mod 16 elements, erf and e are glibc's, and fma is a product and a sum, each rounded.
   */
  geluBackward(dx: F32, dout: F32, x: F32, accumulate: boolean): void;
}

const A = "usize";
/** The compiled functions' parameters. */
export const ACTIVATION_FUNCTIONS = {
  tanh: [A, A, A],
  tanhBackward: [A, A, A, A, "i32"],
  sigmoid: [A, A, A],
  sigmoidBackward: [A, A, A, A, "i32"],
  leakyRelu: [A, A, A, "f32"],
  leakyReluBackward: [A, A, A, A, "f32", "i32"],
  gelu: [A, A, A],
  geluBackward: [A, A, A, A, "i32"],
} as const;

/** These kernels by the compiled functions. */
export function bindActivation(
  compiled: Pick<Compiled, keyof typeof ACTIVATION_FUNCTIONS>,
  at: AddressOf,
): ActivationKernels {
  const unary = (name: "tanh" | "sigmoid" | "gelu") => (out: F32, x: F32) => compiled[name](at(out), at(x), out.size);
  const gradient =
    (name: "tanhBackward" | "sigmoidBackward" | "geluBackward") =>
    (dx: F32, dout: F32, from: F32, accumulate: boolean) =>
      compiled[name](at(dx), at(dout), at(from), dx.size, Number(accumulate));
  return {
    tanh: unary("tanh"),
    tanhBackward: gradient("tanhBackward"),
    sigmoid: unary("sigmoid"),
    sigmoidBackward: gradient("sigmoidBackward"),
    leakyRelu: (out, x, slope) => compiled.leakyRelu(at(out), at(x), out.size, slope),
    leakyReluBackward: (dx, dout, x, slope, accumulate) =>
      compiled.leakyReluBackward(at(dx), at(dout), at(x), dx.size, slope, Number(accumulate)),
    gelu: unary("gelu"),
    geluBackward: gradient("geluBackward"),
  };
}
