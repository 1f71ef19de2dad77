"""Seconds per epoch of a job in NumPy: prints seconds and mean loss, an epoch a line. Usage: JOB DATA START EPOCHS

The images are normalized to float32 once, before the clock starts; every epoch gathers its batches by its order.
START holds the initial parameters and the orders. `--kernel` prints which BLAS computes, and nothing else.
"""
import ctypes
import json
import sys
import time

import numpy as np


def blas():
    """The kernels that OpenBLAS chose for this processor, "OpenBLAS 0.3.21 (SkylakeX kernels)"."""
    with open("/proc/self/maps") as maps:
        libraries = {line.split()[-1] for line in maps if "openblas" in line}
    for library in sorted(libraries):
        try:
            openblas = ctypes.CDLL(library)
            openblas.openblas_get_corename.restype = ctypes.c_char_p
            openblas.openblas_get_config.restype = ctypes.c_char_p
        except AttributeError:
            continue
        version = openblas.openblas_get_config().decode().split()[1]
        return f"OpenBLAS {version} ({openblas.openblas_get_corename().decode()} kernels)"
    return "a BLAS that is not OpenBLAS"


if sys.argv[1] == "--kernel":
    print(blas())
    sys.exit()

job, data, start, epochs = json.loads(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
sizes, BATCH, LR = job["sizes"], job["batch"], np.float32(job["lr"])
MEAN_LOSS = job["reduction"] == "mean"
MEAN_GRADIENT = MEAN_LOSS or job["gradient"] == "manual"

pixels = np.fromfile(f"{data}/train-images-idx3-ubyte", np.uint8, offset=16).reshape(60000, 784)
labels = np.fromfile(f"{data}/train-labels-idx1-ubyte", np.uint8, offset=8)
images = ((pixels.astype(np.float32) / np.float32(255)) - np.float32(0.1307)) / np.float32(0.3081)

flat = np.fromfile(f"{start}/parameters.f32", np.float32)
orders = np.fromfile(f"{start}/orders.i32", np.int32).reshape(-1, 60000)
weights, biases = [], []
for inputs, outputs in zip(sizes, sizes[1:]):
    weights.append(flat[: inputs * outputs].reshape(outputs, inputs).copy())
    biases.append(flat[inputs * outputs :][:outputs].copy())
    flat = flat[(inputs + 1) * outputs :]
last = len(weights) - 1

for epoch in range(epochs):
    order = orders[epoch]
    started = time.perf_counter()
    total = 0.0
    for first in range(0, 60000, BATCH):
        rows = order[first : first + BATCH]
        x, y = images[rows], labels[rows]
        n = np.arange(len(y))
        inputs = [x]
        for layer in range(last):
            inputs.append(np.maximum(inputs[layer] @ weights[layer].T + biases[layer], 0))
        z = inputs[last] @ weights[last].T + biases[last]
        e = np.exp(z - z.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        loss = -float(np.log(np.clip(p[n, y], 1e-10, 1)).sum())
        total += loss / len(y) if MEAN_LOSS else loss
        dz = p
        dz[n, y] -= 1
        if MEAN_GRADIENT:
            dz /= np.float32(len(y))
        for layer in range(last, -1, -1):
            below = (dz @ weights[layer]) * (inputs[layer] > 0) if layer > 0 else None
            weights[layer] -= LR * (dz.T @ inputs[layer])
            biases[layer] -= LR * dz.sum(axis=0)
            dz = below
    print(time.perf_counter() - started, total / -(-60000 // BATCH), flush=True)
