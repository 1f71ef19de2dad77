// One step of torch.optim.SGD on a parameter, in one pass over it. See kernels.ts for the rule.
#pragma once
#include "elementwise.h"

static void plain_step(float *p, const float *g, size n, float factor) {
  const vf by = splat(factor);
  EACH(p, fma_at(g + i, by, p + i))
}

/** `velocity` 0: none. `keep` is 1 - dampening. */
EXPORT void sgdStep(float *p, const float *g, float *velocity, size n, float lr, float momentum, float keep,
                    float weight_decay, int nesterov, int first) {
  if (velocity == 0 && weight_decay == 0) {
    // A product with 1 is exact, so that one rounding is left anyway.
    if (lr == 1) sub(p, p, g, n);
    else plain_step(p, g, n, -lr);
    return;
  }
  for (size i = 0; i < n; i += LANES) {
    const vf parameter = load(p + i);
    vf d = load(g + i);
    if (weight_decay != 0) d = fma(parameter, splat(weight_decay), d);
    if (velocity != 0) {
      const vf v = first ? d : fma(d, splat(keep), load(velocity + i) * momentum);
      put(velocity + i, v, n - i);
      d = nesterov ? fma(v, splat(momentum), d) : v;
    }
    put(p + i, fma(d, splat(-lr), parameter), n - i);
  }
}
