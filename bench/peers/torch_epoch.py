"""Seconds per epoch of a job in eager PyTorch: prints seconds and mean loss, an epoch a line. Usage: JOB DATA START EPOCHS

The article's code on tensors that are in memory: no DataLoader, which would cost several times as much by itself.
START holds the initial parameters and the orders.
"""
import json
import os
import sys
import time

import numpy as np
import torch
from torch import nn

job, data, start, epochs = json.loads(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
sizes, BATCH, LR = job["sizes"], job["batch"], job["lr"]
MANUAL = job["gradient"] == "manual"
torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))

pixels = np.fromfile(f"{data}/train-images-idx3-ubyte", np.uint8, offset=16).reshape(60000, 784)
labels = torch.from_numpy(np.fromfile(f"{data}/train-labels-idx1-ubyte", np.uint8, offset=8).astype(np.int64))
images = torch.from_numpy(pixels).float().div(255).sub(0.1307).div(0.3081)



def layer(text):
    """A layer of a job's model, such as conv2d(1,6,5,padding=2)."""
    name, _, rest = text.rstrip(")").partition("(")
    parts = [part.partition("=") for part in rest.split(",") if part]
    args = [int(value) for value, equals, _ in parts if not equals]
    options = {key: int(value) for key, equals, value in parts if equals}
    if name == "image":
        return nn.Unflatten(1, tuple(args))
    modules = {"conv2d": nn.Conv2d, "maxpool2d": nn.MaxPool2d, "linear": nn.Linear, "flatten": nn.Flatten, "relu": nn.ReLU}
    return nn.Softmax(dim=1) if name == "softmax" else modules[name](*args, **options)


if sizes:
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    model = nn.Sequential(*layers[:-1], nn.Softmax(dim=1))
else:
    model = nn.Sequential(*map(layer, job["model"]))
flat = torch.from_numpy(np.fromfile(f"{start}/parameters.f32", np.float32))
torch.nn.utils.vector_to_parameters(flat, model.parameters())
ROWS = job.get("rows", 60000)
orders = torch.from_numpy(np.fromfile(f"{start}/orders.i32", np.int32).astype(np.int64)).reshape(-1, ROWS)
optimizer = torch.optim.SGD(model.parameters(), lr=LR)
onehot = torch.eye(10)


def loss_of(probabilities, y):
    loss = -torch.sum(onehot[y] * torch.log(torch.clamp(probabilities, 1e-10, 1.0)))
    return loss / len(y) if job["reduction"] == "mean" else loss


def autograd_step(x, y):
    loss = loss_of(model(x), y)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()


def manual_step(x, y):
    """The article's formulas for one linear layer."""
    weight, bias = model.parameters()
    with torch.no_grad():
        probabilities = model(x)
        dz = (probabilities - onehot[y]) / len(y)
        weight -= LR * (dz.T @ x)
        bias -= LR * dz.sum(0)
        return loss_of(probabilities, y).item()


for epoch in range(epochs):
    order = orders[epoch]
    started = time.perf_counter()
    running = 0.0
    for rows in order.split(BATCH):
        running += (manual_step if MANUAL else autograd_step)(images[rows], labels[rows])
    print(time.perf_counter() - started, running / -(-ROWS // BATCH), flush=True)
