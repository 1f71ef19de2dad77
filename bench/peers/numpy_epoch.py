"""Seconds per epoch of the two-layer job in NumPy: prints one number a line, an epoch each.

The images are normalized to float32 once, before the clock starts; every epoch gathers its batches in a new order.
"""
import sys
import time

import numpy as np

folder, epochs = sys.argv[1], int(sys.argv[2])
BATCH, LR = 64, np.float32(0.001)

pixels = np.fromfile(f"{folder}/train-images-idx3-ubyte", np.uint8, offset=16).reshape(60000, 784)
labels = np.fromfile(f"{folder}/train-labels-idx1-ubyte", np.uint8, offset=8)
images = ((pixels.astype(np.float32) / np.float32(255)) - np.float32(0.1307)) / np.float32(0.3081)

draw = np.random.default_rng(0)


def layer(outputs, inputs):
    bound = 1 / np.sqrt(inputs)
    weight = draw.uniform(-bound, bound, (outputs, inputs)).astype(np.float32)
    return weight, draw.uniform(-bound, bound, outputs).astype(np.float32)


w1, b1 = layer(30, 784)
w2, b2 = layer(10, 30)
for _ in range(epochs):
    order = draw.permutation(60000)
    started = time.perf_counter()
    loss = 0.0
    for first in range(0, 60000, BATCH):
        rows = order[first : first + BATCH]
        x, y = images[rows], labels[rows]
        n = np.arange(len(y))
        hidden = x @ w1.T + b1
        active = np.maximum(hidden, 0)
        z = active @ w2.T + b2
        e = np.exp(z - z.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        loss -= float(np.log(np.clip(p[n, y], 1e-10, 1)).sum())
        dz = p
        dz[n, y] -= 1
        dh = (dz @ w2) * (hidden > 0)
        w2 -= LR * (dz.T @ active)
        b2 -= LR * dz.sum(axis=0)
        w1 -= LR * (dh.T @ x)
        b1 -= LR * dh.sum(axis=0)
    print(time.perf_counter() - started, loss / 938, flush=True)
