// One step of torch.optim.SGD on a parameter, in one pass over it. See kernels.ts for the rule.
#pragma once
#include "elementwise.h"

/** A parameter, its gradient and its velocity (0: none), and the options; `keep` is 1 - dampening. */
typedef struct {
  float *p;
  const float *g;
  float *velocity;
  float lr, momentum, keep, weight_decay;
  int nesterov, first;
} sgd_work;

static void plain_range(const void *work, size i, size n) {
  const sgd_work *s = work;
  const vf by = splat(-s->lr);
  float *const p = s->p;
  const float *const g = s->g;
  EACH(p, fma_at(g + i, by, p + i))
}

static void sgd_range(const void *work, size i, size n) {
  const sgd_work s = *(const sgd_work *)work;
  for (; i < n; i += LANES) {
    const vf parameter = load(s.p + i);
    vf d = load(s.g + i);
    if (s.weight_decay != 0) d = fma(parameter, splat(s.weight_decay), d);
    if (s.velocity != 0) {
      const vf v = s.first ? d : fma(d, splat(s.keep), load(s.velocity + i) * s.momentum);
      put(s.velocity + i, v, n - i);
      d = s.nesterov ? fma(v, splat(s.momentum), d) : v;
    }
    put(s.p + i, fma(d, splat(-s.lr), parameter), n - i);
  }
}

EXPORT void sgdStep(float *p, const float *g, float *velocity, size n, float lr, float momentum, float keep,
                    float weight_decay, int nesterov, int first) {
  const sgd_work s = {p, g, velocity, lr, momentum, keep, weight_decay, nesterov, first};
  const int is_plain = velocity == 0 && weight_decay == 0;
  // A product with 1 is exact, so that one rounding is left anyway.
  if (is_plain && lr == 1) sub(p, p, g, n);
  else share(is_plain ? plain_range : sgd_range, &s, n, 16, SIMPLE);
}
