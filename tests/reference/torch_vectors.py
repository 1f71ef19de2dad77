#!/usr/bin/python3
"""Writes tests/golden/torch_vectors.json: what PyTorch's functions return, for the tests of the kernels.

    tests/reference/torch_vectors.py

It has a list of cases for each family of functions: the shape, the seed of the inputs, and the digests of the outputs.
Inputs are drawn from torch's generator, whose numbers core/random reproduces; tests/core/kernels/torch_vectors.ts draws
them in the same order. A digest is the first 16 digits of the SHA-256 of float32, little-endian, with one form of NaN.
The PyTorch that is meant is that of torch_reference.py, which refuses another.
"""
import hashlib
import itertools
import json
import os
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, FOLDER)
from torch_reference import BasicOptim, check_pytorch  # Starts this script again, with the environment that is needed.
import numpy as np
import torch
from torch.nn import functional as F

SPECIAL = torch.tensor([0.0, -0.0, 1.0, -1.0, float("inf"), float("-inf"), float("nan"), 1e-45, -1e-40, 3.4e38,
                        2.0**-126, 88.0, -87.0, -103.9, -104.1, 100.0])


class Draws:
    """Inputs from one generator, one after the other."""

    def __init__(self, seed):
        self.generator = torch.Generator().manual_seed(seed)

    def normal(self, *shape):
        return torch.randn(*shape, generator=self.generator)

    def wild(self, *shape):
        """Standard normal numbers, one in eight replaced by a special one."""
        x, u = self.normal(*shape), torch.rand(*shape, generator=self.generator) * 128
        return torch.where(u < 16, SPECIAL[u.clamp(max=15).long()], x)


def leaf(x):
    return x.clone().requires_grad_()


def linear_of(draw, n, k, m):
    x, w, b, g = leaf(draw(n, k)), leaf(draw(m, k)), leaf(draw(m)), draw(n, m)
    y = F.linear(x, w, b)
    y.backward(g)
    return [y, F.linear(x, w), x.grad, w.grad, b.grad]


def convolution_of(draw, n, c, h, w, o, k, stride, padding):
    x, weight, b = leaf(draw(n, c, h, w)), leaf(draw(o, c, k, k)), leaf(draw(o))
    y = F.conv2d(x, weight, b, stride, padding)
    y.backward(draw(*y.shape))
    return [y, F.conv2d(x, weight, None, stride, padding), x.grad, weight.grad, b.grad]


def pooling(draws, n, c, h, w, k):
    outputs = []
    for pool in (F.max_pool2d, F.avg_pool2d):
        x = leaf(draws.wild(n, c, h, w))
        y = pool(x, k)
        y.backward(draws.wild(*y.shape))
        outputs += [y, x.grad]
    return outputs


def sums(draws, n):
    x, grads = draws.normal(n), []
    for factor in (1, 3):
        mean = leaf(x)
        (mean.mean() * factor).backward()
        grads.append(mean.grad)
    return [x.sum(), x.mean(), *grads]


def softmax_of(logits, g):
    x = leaf(logits)
    p = torch.softmax(x, 1)
    p.backward(g)
    return [p, x.grad]


def cross_entropy(draws, n, c, scale):
    """Softmax, its gradient, and for each reduction and clamp the loss with its gradients of p and of the logits."""
    logits, g = draws.normal(n, c) * scale, draws.normal(n, c)
    outputs, rows = softmax_of(logits, g), torch.arange(n)
    for reduce, clamp in itertools.product((torch.sum, torch.mean), (0, 1e-10, 0.01)):
        x = leaf(logits)
        p = torch.softmax(x, 1)
        p.retain_grad()
        picked = p[rows, rows * 7 % min(c, 256)]
        loss = reduce(-torch.log(picked.clamp(clamp, 1) if clamp > 0 else picked))
        loss.backward()
        outputs += [loss, p.grad, x.grad]
    return outputs


def manual(draws, n, k, m):
    """The article's manual gradients, in float32."""
    x, w, b = draws.normal(n, k), draws.normal(m, k), draws.normal(m)
    s = torch.softmax(F.linear(x, w, b), 1)
    dz = s - F.one_hot(torch.arange(n) * 7 % m, m).float()
    return [s, dz.t().mm(x) / n, dz.sum(0) / n]


def patterns(block):
    """Every 1999th of the 2^28 bit patterns whose first four bits are `block`."""
    bits = np.arange(block << 28, (block + 1) << 28, 1999, dtype=np.uint32)
    return torch.from_numpy(bits.view(np.float32))


CURVES = [torch.tanh, torch.sigmoid, F.gelu]


def curves_of(x, g):
    """Each function and its gradient."""
    outputs = []
    for function in CURVES:
        leaf_of_x = leaf(x)
        y = function(leaf_of_x)
        y.backward(g)
        outputs += [y, leaf_of_x.grad]
    return outputs


def activation(draws, n, scale):
    """Of n elements, of which the last n mod 16 are computed by other functions."""
    x, g = draws.wild(n) * scale, draws.wild(n)
    y = leaf(x)
    F.leaky_relu(y, 0.01 * scale).backward(g)
    return [*curves_of(x, g), F.leaky_relu(x, 0.01 * scale), y.grad]


def tails(block):
    """The functions of every tenth pattern, 15 at a time, so that none is computed by vectors."""
    parts = [curves_of(x, torch.ones_like(x)) for x in patterns(block)[::10].split(15)]
    return [torch.cat(part) for part in zip(*parts)]


def log_softmax_of(logits, g):
    x = leaf(logits)
    l = F.log_softmax(x, 1)
    l.backward(g)
    return [l, x.grad]


def from_logits(draws, n, c, scale):
    """Log-softmax, its gradient, and for each reduction the losses with their gradients of the logits."""
    logits, g = draws.normal(n, c) * scale, draws.normal(n, c)
    outputs, labels = log_softmax_of(logits, g), torch.arange(n) * 7 % min(c, 256)
    for reduction, smoothing in itertools.product(("sum", "mean"), (None, 0.1, 1)):
        x = leaf(logits)
        if smoothing is None:
            loss = torch.nn.NLLLoss(reduction=reduction)(x, labels)
        else:
            loss = torch.nn.CrossEntropyLoss(reduction=reduction, label_smoothing=smoothing)(x, labels)
        loss.backward()
        outputs += [loss, x.grad]
    return outputs


def relu(draws, n):
    x, g = leaf(draws.wild(n)), draws.wild(n)
    y = torch.relu(x)
    y.backward(g)
    return [y, x.grad]


def trained(draws, n, make):
    """The parameter after each of four steps."""
    p, outputs = torch.nn.Parameter(draws.normal(n)), []
    optimizer = make([p])
    for _ in range(4):
        p.grad = draws.normal(n) * 4
        optimizer.step()
        outputs.append(p.detach().clone())
    return outputs


def sgd(draws, n, lr, momentum, dampening, weight_decay, nesterov):
    settings = dict(lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay, nesterov=bool(nesterov))
    return trained(draws, n, lambda params: torch.optim.SGD(params, foreach=False, **settings))


def adam(draws, n, lr, beta1, weight_decay, is_decoupled):
    make = torch.optim.AdamW if is_decoupled else torch.optim.Adam
    settings = dict(lr=lr, betas=(beta1, 0.999), weight_decay=weight_decay)
    return trained(draws, n, lambda params: make(params, foreach=False, **settings))


def rmsprop(draws, n, alpha, weight_decay, momentum, centered):
    settings = dict(alpha=alpha, weight_decay=weight_decay, momentum=momentum, centered=bool(centered))
    return trained(draws, n, lambda params: torch.optim.RMSprop(params, foreach=False, **settings))


def clip(draws, sizes, max_norm):
    """The norms of gradients of these sizes, that of all together, and the clipped gradients."""
    params = [torch.nn.Parameter(torch.zeros(size)) for size in sizes]
    for p in params:
        p.grad = draws.normal(p.numel())
    norms = [torch.norm(p.grad, 2.0) for p in params]
    total = torch.nn.utils.clip_grad_norm_(params, max_norm)
    return [torch.stack(norms), total, *(p.grad for p in params)]


def dropout(draws, n, p, before):
    """The masks after some draws from the generator, and what it draws next."""
    torch.rand(before, generator=draws.generator)
    torch.set_rng_state(draws.generator.get_state())
    masks = [F.dropout(torch.ones(n), p) for _ in range(2)]
    return [*masks, torch.rand(3)]


def batch_norm(x, weight, bias, g, momentum, eps):
    """Training: the output, the running statistics, the gradients; then evaluation."""
    x, weight, bias = leaf(x), leaf(weight), leaf(bias)
    mean, variance = torch.zeros_like(weight), torch.ones_like(weight)
    outputs = []
    for _ in range(2):
        y = F.batch_norm(x, mean, variance, weight, bias, True, momentum, eps)
        outputs += [y, mean.clone(), variance.clone()]
    y.backward(g)
    return [*outputs, x.grad, weight.grad, bias.grad, F.batch_norm(x, mean, variance, weight, bias, False, momentum, eps)]


def batch_norm_of(draw, n, c, plane, offset):
    shape = (n, c) if plane == 0 else (n, c, plane, 1)
    x, weight, bias, g = draw(*shape) * 2 + offset, draw(c), draw(c), draw(*shape)
    return batch_norm(x, weight, bias, g, 0.1 if n % 2 else 0.3, 1e-5 if n % 2 else 1e-3)


def only_if(is_wanted, *lists):
    """The combinations of these lists for which `is_wanted`."""
    return [values for values in itertools.product(*lists) if is_wanted(*values)]


LINEAR = [*itertools.product(
    (1, 2, 3, 5, 8, 9, 33, 64, 100), (1, 2, 3, 5, 7, 8, 10, 33, 128, 784), (1, 2, 3, 7, 10, 30, 128)),
    (3, 10000, 7), (1, 60000, 1), (10, 60000, 10), (1000, 30, 10), (60000, 5, 3)]
WILD = [(9, 20, 11), (1, 8, 10), (33, 64, 10), (17, 5, 33)]
# Images, channels, height, width, outputs, kernel, stride, padding.
CONVOLUTIONS = [
    (64, 1, 28, 28, 6, 5, 1, 2), (64, 6, 14, 14, 16, 5, 1, 0), (17, 3, 32, 32, 8, 3, 1, 1), (5, 4, 9, 11, 7, 3, 2, 1),
    (1, 1, 1, 1, 1, 1, 1, 0), (1, 1, 1, 1, 1, 3, 1, 1), (3, 2, 1, 1, 5, 1, 1, 0), (9, 1, 1, 1, 1, 1, 1, 0),
    (2, 3, 5, 5, 4, 5, 1, 0), (33, 1, 6, 6, 1, 2, 1, 0), (2, 1, 8, 8, 2, 2, 5, 0), (4, 2, 7, 5, 3, 2, 3, 2),
    (1, 1, 28, 28, 1, 5, 1, 0), (16, 1, 3, 3, 1, 3, 1, 0), (1, 8, 12, 12, 33, 3, 1, 1), (100, 2, 4, 4, 3, 1, 1, 0),
    (2, 16, 8, 8, 4, 1, 2, 0), (7, 5, 6, 10, 2, 4, 1, 3), (20, 1, 50, 50, 2, 7, 2, 3), (128, 3, 2, 2, 2, 2, 1, 0),
]
WILD_CONVOLUTIONS = [(5, 2, 6, 6, 4, 3, 1, 1), (18, 1, 5, 5, 3, 2, 2, 0), (2, 3, 4, 4, 2, 4, 1, 2), (3, 1, 2, 2, 1, 1, 1, 1)]
POOLINGS = [(n, c, h, w, k) for n, c in ((1, 1), (3, 2), (5, 6)) for h, w, k in (
    (1, 1, 1), (2, 2, 2), (5, 7, 2), (28, 28, 2), (10, 10, 2), (9, 12, 3), (13, 4, 4), (8, 8, 8), (7, 30, 5), (6, 6, 1))]
SIZES = [*range(1, 140), 255, 256, 511, 512, 513, 1000, 1024, 4096, 10000, 12800, 60000, 131072, 600000, (1 << 20) + 77,
         1 << 20, 5_000_000]
ROWS = [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 66, 100, 128, 255, 256, 257, 1000, 1024, 1025, 4096,
        4100, 10000, 60000]
COLUMNS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 16, 30, 31, 32, 33, 40, 64, 84, 100, 120, 128, 130, 1000]
LONG_COLUMNS = [(60000, 5), (60000, 33), (1 << 19, 4), ((1 << 19) + 9, 4), (1 << 20, 9)]
CLASSES = [1, 2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17, 24, 26, 31, 32, 33, 100, 256]
SETTINGS = only_if(
    lambda lr, momentum, dampening, weight_decay, nesterov: not nesterov or (momentum > 0 and dampening == 0),
    (1, 0.01), (0, 0.9), (0, 0.1, 0.5), (0, 0.001), (0, 1))
CLIPPED = [([n], max_norm) for n in [*range(1, 70), 255, 1000, 7840, 23520, 100352] for max_norm in (0.1, 1000)] + [
    ([23520, 30, 300, 10], 1.5), ([1] * 13, 1), (range(1, 33), 3), ([784, 784], 50)]

# Rows, channels, numbers of a channel in a row (0: no dimensions of its own), and what is added to the input.
NORMALIZED = only_if(lambda n, c, plane, offset: n * max(plane, 1) > 1 and n * c * plane <= 40_000,
                     (1, 2, 5, 64, 100), (1, 3, 8, 17, 128), (0, 1, 2, 7, 8, 9, 49, 784), (3,))

FAMILIES = {
    "linear": (LINEAR, lambda draws, *shape: linear_of(draws.normal, *shape)),
    "linear, special": (WILD, lambda draws, *shape: linear_of(draws.wild, *shape)),
    "convolution": (CONVOLUTIONS, lambda draws, *shape: convolution_of(draws.normal, *shape)),
    "convolution, special": (WILD_CONVOLUTIONS, lambda draws, *shape: convolution_of(draws.wild, *shape)),
    "pooling, special": (POOLINGS, pooling),
    "columnSum": (only_if(lambda n, c: n * c <= 100_000, ROWS, COLUMNS) + LONG_COLUMNS,
                  lambda draws, n, c: [draws.normal(n, c).sum(0)]),
    "sum": ([(n,) for n in SIZES], sums),
    "crossEntropy": (only_if(lambda n, c, scale: n * c <= 20_000, (1, 7, 32, 33, 64, 100, 1000), CLASSES, (4,))
                     + [(33, c, 64) for c in CLASSES] + [(1, 1000, 4), (7, 1000, 4), (1000, 1000, 4), (33, 1000, 64)],
                     cross_entropy),
    "softmax, special": (itertools.product((7, 64), CLASSES),
                         lambda draws, n, c: softmax_of(draws.wild(n, c), draws.normal(n, c))),
    "fromLogits": (only_if(lambda n, c, scale: n * c <= 20_000, (1, 7, 64, 100, 1000), CLASSES, (4,))
                   + [(33, c, 64) for c in CLASSES] + [(60000, 10, 4), (7, 1000, 4)], from_logits),
    "logSoftmax, special": (itertools.product((7, 64), CLASSES),
                            lambda draws, n, c: log_softmax_of(draws.wild(n, c), draws.wild(n, c))),
    "activation": ([(n, scale) for n in [*range(1, 50), 255, 1001, 10007] for scale in (1, 8)], activation),
    "activation, patterns": ([(block,) for block in range(16)],
                             lambda _, block: curves_of(patterns(block), torch.ones_like(patterns(block)))),
    "activation, tails": ([(block,) for block in range(16)], lambda _, block: tails(block)),
    "manual": ([(n, *sizes) for n in (1, 7, 32, 64, 100) for sizes in ((784, 10), (5, 3), (33, 40))], manual),
    "exp": ([(block,) for block in range(16)], lambda _, block: [torch.exp(patterns(block))]),
    "log": ([(block,) for block in range(16)], lambda _, block: [torch.log(patterns(block))]),
    "relu": ([(n,) for n in (1, 7, 64, 1001)], relu),
    "sgd": ([(n, *settings) for n in (1, 10, 301) for settings in SETTINGS], sgd),
    "adam": (itertools.product((1, 10, 301), (0.001, 0.1), (0.9, 0.5), (0, 0.01), (0, 1)), adam),
    "rmsprop": (itertools.product((1, 10, 301), (0.99, 0.5), (0, 0.01), (0, 0.9), (0, 1)), rmsprop),
    "clip": ([(list(sizes), max_norm) for sizes, max_norm in CLIPPED], clip),
    "basic": ([(n, lr) for n in (1, 10, 301) for lr in (1, 0.01)],
              lambda draws, n, lr: trained(draws, n, lambda params: BasicOptim(params, lr))),
    "dropout": ([(n, p, before) for n in (1, 7, 312, 8192) for p in (0.2, 0.5, 0.999) for before in (0, 623, 1000)],
                dropout),
    "batchNorm": (NORMALIZED, lambda draws, *shape: batch_norm_of(draws.normal, *shape)),
    "batchNorm, special": (itertools.product((2, 7), (5, 9), (0, 1, 9), (0,)),
                           lambda draws, *shape: batch_norm_of(draws.wild, *shape)),
}


def digest(output):
    values = output.detach().contiguous().numpy().reshape(-1)
    values = np.where(np.isnan(values), np.float32(np.nan), values)
    return hashlib.sha256(values.tobytes()).hexdigest()[:16]


def lines():
    for name, (shapes, run) in FAMILIES.items():
        cases = []
        for seed, shape in enumerate(shapes):
            outputs = " ".join(map(digest, run(Draws(seed), *shape)))
            cases.append(json.dumps([shape, seed, outputs], separators=(",", ":")))
        yield f"{json.dumps(name)}: [\n" + ",\n".join(cases) + "\n]"


if __name__ == "__main__":
    check_pytorch()
    torch.set_num_threads(1)
    with torch.backends.mkldnn.flags(enabled=False):
        text = "{\n" + ",\n".join(lines()) + "\n}\n"
    with open(f"{FOLDER}/../golden/torch_vectors.json", "w") as file:
        file.write(text)
