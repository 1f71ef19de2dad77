#!/usr/bin/python3
"""Writes tests/golden/torch_schedules.json: the learning rates of PyTorch's schedulers, for the tests of schedules.

    tests/reference/torch_schedules.py

Each case has the schedule as in an experiment, the steps per epoch and the number of steps; then, of the learning rate
and the momentum of every step, the SHA-256 of float64, little-endian, where the cosine is rounded correctly, and that of
float32 with the C library's cosine, whose last bit depends on the processor. The PyTorch that is meant is that of
torch_reference.py, which refuses another.
"""
import decimal
import hashlib
import json
import math
import os
import sys
import types
import warnings

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, FOLDER)
from torch_reference import check_pytorch, make_optimizer, make_schedule
import numpy as np
import torch
from torch.optim import lr_scheduler

decimal.getcontext().prec = 60
PI = decimal.Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803")


def exact_cosine(x):
    """The cosine, rounded once."""
    x = decimal.Decimal(x) % (2 * PI)
    term = total = decimal.Decimal(1)
    for n in range(2, 200, 2):
        term *= -x * x / (n * (n - 1))
        total += term
        if abs(term) < decimal.Decimal("1e-50"):
            return float(total)


def rates(schedule, optimizer, lr, steps, per_epoch):
    """Learning rate and momentum (0 if there is none) of every step."""
    made = make_optimizer({"lr": lr, **optimizer}, [torch.nn.Parameter(torch.zeros(1))])
    scheduler, counts_steps = make_schedule(schedule, made, per_epoch)
    group, found = made.param_groups[0], []
    for step in range(1, steps + 1):
        found.append((group["lr"], group["betas"][0] if "betas" in group else group.get("momentum", 0)))
        made.step()
        if counts_steps or step % per_epoch == 0:
            scheduler.step()
    return found


def digest(values, kind):
    return hashlib.sha256(np.array(values, kind).tobytes()).hexdigest()[:16]


SGD, ADAM = {"name": "sgd", "momentum": 0.9}, {"name": "adam"}
EPOCH, STEP = {"per": "epoch"}, {"per": "step"}
COSINE = {"name": "cosine", **STEP}
ONE = {"name": "one-cycle", **STEP, "max_lr": 0.1, "epochs": 3}
WARM_UP = {"name": "linear", **STEP, "total_iters": 40, "until": 40}

# Schedule, optimizer, learning rate, steps, and steps per epoch.
CASES = [
    ({"name": "step", **EPOCH, "step_size": 3}, SGD, 0.1, 40, 2),
    ({"name": "step", **STEP, "step_size": 7, "gamma": 0.97}, ADAM, 0.001, 300, 100),
    ({"name": "multi-step", **EPOCH, "milestones": [2, 5, 6], "gamma": 0.3}, SGD, 0.1, 40, 4),
    ({"name": "exponential", **STEP, "gamma": 0.999}, SGD, 0.1, 3000, 1000),
    ({"name": "linear", **EPOCH}, SGD, 0.1, 20, 2),
    ({"name": "linear", **STEP, "start_factor": 0.01, "total_iters": 100}, SGD, 0.1, 300, 100),
    ({"name": "linear", **STEP, "start_factor": 1, "end_factor": 0, "total_iters": 100}, ADAM, 0.003, 100, 100),
    ({"name": "cosine", **EPOCH, "epochs": 10}, ADAM, 0.001, 30, 3),
    ({**COSINE, "epochs": 3}, ADAM, 0.001, 1500, 500),
    ({**COSINE, "T_max": 7, "eta_min": 0.01}, SGD, 0.1, 100, 10),
    ({**COSINE, "T_max": 1}, SGD, 0.1, 9, 10),
    (ONE, SGD, 0.01, 1500, 500),
    ({**ONE, "three_phase": True, "pct_start": 0.4}, ADAM, 0.01, 300, 100),
    ({**ONE, "anneal_strategy": "linear", "base_momentum": 0.8, "max_momentum": 0.9}, ADAM, 0.01, 300, 100),
    ({**ONE, "cycle_momentum": False, "div_factor": 10, "final_div_factor": 100}, SGD, 0.01, 300, 100),
    ([WARM_UP, {**COSINE, "epochs": 3}], ADAM, 0.001, 300, 100),
    ([WARM_UP, {**COSINE, "eta_min": 0.0003, "epochs": 4}], ADAM, 0.0007, 400, 100),
    ([WARM_UP, {"name": "step", **STEP, "step_size": 30, "until": 120}, {"name": "exponential", **STEP, "gamma": 0.9}],
     SGD, 0.1, 300, 100),
    ([{"name": "exponential", **EPOCH, "gamma": 0.7, "until": 3}, {"name": "multi-step", **EPOCH, "milestones": [1, 4]}],
     SGD, 0.1, 90, 9),
    ([{"name": "cosine", **EPOCH, "T_max": 4, "until": 4}, {"name": "linear", **EPOCH}], SGD, 0.1, 90, 9),
]


def line(case):
    plain = rates(*case)
    lr_scheduler.math = types.SimpleNamespace(cos=exact_cosine, pi=math.pi)
    exact = rates(*case)
    lr_scheduler.math = math
    if digest(plain, "<f4") != digest(exact, "<f4"):
        sys.exit(f"The two cosines do not have the same learning rates in float32: {case[0]}")
    return json.dumps([*case, digest(exact, "<f8"), digest(plain, "<f4"), exact[-1]])


if __name__ == "__main__":
    check_pytorch()
    warnings.filterwarnings("ignore", module="torch.optim.lr_scheduler")
    with open(f"{FOLDER}/../golden/torch_schedules.json", "w") as file:
        file.write("[\n" + ",\n".join(map(line, CASES)) + "\n]\n")
