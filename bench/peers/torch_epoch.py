"""Seconds per epoch of the two-layer job in eager PyTorch: prints seconds and mean loss, an epoch a line.

The article's code on tensors that are in memory: no DataLoader, which would cost several times as much by itself.
"""
import sys
import time

import numpy as np
import torch
from torch import nn

folder, epochs = sys.argv[1], int(sys.argv[2])
BATCH = 64
torch.set_num_threads(1)

pixels = np.fromfile(f"{folder}/train-images-idx3-ubyte", np.uint8, offset=16).reshape(60000, 784)
labels = torch.from_numpy(np.fromfile(f"{folder}/train-labels-idx1-ubyte", np.uint8, offset=8).astype(np.int64))
images = torch.from_numpy(pixels).float().div(255).sub(0.1307).div(0.3081)

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(784, 30), nn.ReLU(), nn.Linear(30, 10), nn.Softmax(dim=1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.001)
onehot = torch.eye(10)
generator = torch.Generator().manual_seed(0)
for _ in range(epochs):
    torch.empty((), dtype=torch.int64).random_(generator=generator)
    order = torch.randperm(60000, generator=generator)
    started = time.perf_counter()
    running = 0.0
    for rows in order.split(BATCH):
        x, y = images[rows], labels[rows]
        loss = -torch.sum(onehot[y] * torch.log(torch.clamp(model(x), 1e-10, 1.0)))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        running += loss.item()
    print(time.perf_counter() - started, running / 938, flush=True)
