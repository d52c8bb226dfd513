"""PyTorch, scikit-learn and NumPy as sides of the training benchmark: rivals.py NAME [THREADS].

One of them a process, for thread counts are read when the libraries load. Each trains the network
that it is given on the same images in the same order from the same weights as tracer does, in
float32, the way its own users would write it: tensors in memory, slices as batches. How it is
driven stands in side.hpp. Next: train.cpp, which lets all sides run in turn.
"""

import ctypes
import gzip
import json
import os
import sys
import time
import warnings

PACKAGES = {"torch": "python3-torch", "sklearn": "python3-sklearn", "numpy": "python3-numpy"}


def read_idx(folder, name, skip):
    """The bytes of an IDX file after its header; .gz or not."""
    path = os.path.join(folder, "mnist", name)
    if os.path.exists(path):
        with open(path, "rb") as file:
            content = file.read()
    else:
        with gzip.open(path + ".gz") as file:
            content = file.read()
    return np.frombuffer(content, np.uint8, offset=skip)


def mnist(folder):
    """Images as rows, pixels from 0 to 1; labels."""
    labels = read_idx(folder, "train-labels-idx1-ubyte", 8).astype(np.int64)
    pixels = read_idx(folder, "train-images-idx3-ubyte", 16).reshape(len(labels), -1)
    return pixels.astype(np.float32) / np.float32(255), labels


def first_weights(work):
    """W1, W2, ..., each units × inputs: tracer's where its side has written them, else drawn."""
    shapes = list(zip(work["layers"][1:], work["layers"]))
    if os.path.exists(work["weights"]):
        flat = np.fromfile(work["weights"], np.float32)
        ends = np.cumsum([units * inputs for units, inputs in shapes])
        return [part.reshape(shape) for part, shape in zip(np.split(flat, ends[:-1]), shapes)]
    random = np.random.default_rng(0)
    sigmoid = work["activation"] == "sigmoid"
    scales = [(2 / (units + inputs) if sigmoid else 2 / inputs) ** 0.5 for units, inputs in shapes]
    return [(random.standard_normal(shape) * scale).astype(np.float32)
            for shape, scale in zip(shapes, scales)]


def blas_core():
    """Which kernels OpenBLAS has chosen, of the library that this process has loaded."""
    with open("/proc/self/maps") as maps:
        paths = {line.split()[-1] for line in maps if "blas" in line and ".so" in line}
    for path in sorted(paths):
        library = ctypes.CDLL(path)
        for name in ("openblas_get_corename", "openblas_get_corename64_"):
            if hasattr(library, name):
                function = getattr(library, name)
                function.restype = ctypes.c_char_p
                return "OpenBLAS core " + function().decode()
    return "not on OpenBLAS"


class Torch:
    def __init__(self, threads):
        torch.set_num_threads(threads)

    @staticmethod
    def version():
        return "PyTorch " + torch.__version__

    def start(self, work, x, y):
        modules = []
        weights = first_weights(work)
        for layer, weight in enumerate(weights, 1):
            linear = torch.nn.Linear(weight.shape[1], weight.shape[0])
            with torch.no_grad():
                linear.weight.copy_(torch.from_numpy(weight))
                linear.bias.zero_()
            modules.append(linear)
            if layer == len(weights):
                break
            if work["batch_norm"]:
                modules.append(torch.nn.BatchNorm1d(weight.shape[0]))
            modules.append(torch.nn.Sigmoid() if work["activation"] == "sigmoid"
                           else torch.nn.ReLU())
            if work["dropout"]:
                modules.append(torch.nn.Dropout(float(work["dropout"])))
        self.model = torch.nn.Sequential(*modules)
        self.model.train()
        kind = torch.optim.SGD if work["optimizer"] == "sgd" else torch.optim.Adam
        self.optimizer = kind(self.model.parameters(), lr=float(work["lr"]))
        self.loss = torch.nn.CrossEntropyLoss()
        self.x, self.y = torch.from_numpy(x), torch.from_numpy(y)
        self.batch = work["batch"] or len(x)

    def epoch(self):
        total = 0.0
        for i in range(0, len(self.x), self.batch):
            x, y = self.x[i:i + self.batch], self.y[i:i + self.batch]
            self.optimizer.zero_grad(set_to_none=True)
            loss = self.loss(self.model(x), y)
            loss.backward()
            self.optimizer.step()
            total += loss.item() * len(x)
        return total / len(self.x)


class Sklearn:
    def __init__(self, threads):
        warnings.simplefilter("ignore")  # "has not converged": it is not meant to

    @staticmethod
    def version():
        return "scikit-learn " + sklearn.__version__

    def start(self, work, x, y):
        if work["batch_norm"] or work["dropout"]:
            raise NotImplementedError("scikit-learn has no batch norm and no dropout")
        activation = {"sigmoid": "logistic"}.get(work["activation"], work["activation"])
        # tol and n_iter_no_change: it never stops by itself; one call of fit is one turn
        self.model = sklearn.neural_network.MLPClassifier(
            work["layers"][1:-1], activation=activation, solver=work["optimizer"], alpha=0,
            batch_size=work["batch"] or len(x), learning_rate_init=float(work["lr"]), momentum=0,
            nesterovs_momentum=False, shuffle=False, max_iter=work["epochs"], warm_start=True,
            tol=0, n_iter_no_change=10**9)
        self.model.partial_fit(x[:128], y[:128], classes=np.arange(10))  # makes the arrays
        for array, weight in zip(self.model.coefs_, first_weights(work)):
            array[...] = weight.T
        for array in self.model.intercepts_:
            array[...] = 0
        self.x, self.y = x, y

    def turn(self, epochs):
        before = len(self.model.loss_curve_)
        self.model.fit(self.x, self.y)
        losses = self.model.loss_curve_[before:]
        assert len(losses) == epochs
        return float(np.mean(losses))


class Numpy:
    """A loop by hand, as a course on neural networks has it, but without needless copies."""

    def __init__(self, threads):
        pass

    @staticmethod
    def version():
        return "NumPy " + np.__version__

    def start(self, work, x, y):
        self.x, self.y, self.work = x, y, work
        self.batch = work["batch"] or len(x)
        self.random = np.random.default_rng(0)
        self.drop = float(work["dropout"] or 0)
        self.weights = [np.ascontiguousarray(w.T) for w in first_weights(work)]  # inputs × units
        self.biases = [np.zeros(w.shape[1], np.float32) for w in self.weights]
        hidden = [w.shape[1] for w in self.weights[:-1]]
        self.gammas = [np.ones(n, np.float32) for n in hidden] if work["batch_norm"] else []
        self.betas = [np.zeros(n, np.float32) for n in hidden] if work["batch_norm"] else []
        self.means = [np.zeros(n, np.float32) for n in hidden]
        self.variances = [np.ones(n, np.float32) for n in hidden]
        self.parameters = self.weights + self.biases + self.gammas + self.betas
        self.m = [np.zeros_like(p) for p in self.parameters]
        self.v = [np.zeros_like(p) for p in self.parameters]
        self.scratch = [np.empty_like(p) for p in self.parameters]
        self.steps = 0

    def normalise(self, z, layer):
        mean = z.mean(axis=0)
        z -= mean
        variance = np.einsum("ij,ij->j", z, z) / np.float32(len(z))
        unbiased = variance * np.float32(len(z) / (len(z) - 1))
        self.means[layer] += np.float32(0.1) * (mean - self.means[layer])
        self.variances[layer] += np.float32(0.1) * (unbiased - self.variances[layer])
        scale = 1 / np.sqrt(variance + np.float32(1e-5))
        z *= scale
        return scale

    def step(self, x, y):
        work, last, m = self.work, len(self.weights) - 1, len(x)
        values, normal, scales, masks = [x], [], [], []
        for layer, (w, b) in enumerate(zip(self.weights, self.biases)):
            z = values[-1] @ w
            z += b
            if layer == last:
                break
            if work["batch_norm"]:
                scales.append(self.normalise(z, layer))
                normal.append(z)
                z = z * self.gammas[layer]
                z += self.betas[layer]
            if work["activation"] == "relu":
                np.maximum(z, 0, out=z)
            else:
                np.negative(z, out=z)
                np.exp(z, out=z)
                z += 1
                np.reciprocal(z, out=z)
            if self.drop:
                kept = self.random.random(z.shape, np.float32) >= self.drop
                masks.append(kept * np.float32(1 / (1 - self.drop)))
                z *= masks[-1]
            values.append(z)
        z -= z.max(axis=1, keepdims=True)
        np.exp(z, out=z)
        z /= z.sum(axis=1, keepdims=True)
        rows = np.arange(m)
        loss = -float(np.log(z[rows, y]).mean())
        z[rows, y] -= 1
        z /= m
        gradients = [None] * len(self.parameters)
        count = len(self.weights)
        for layer in range(last, -1, -1):
            gradients[layer] = values[layer].T @ z
            gradients[count + layer] = z.sum(axis=0)
            if layer == 0:
                break
            a = values[layer]
            z = z @ self.weights[layer].T
            if work["activation"] == "relu":
                z *= a > 0  # what was dropped is 0 as well
            else:
                z *= a * (1 - a)  # sigmoid; no workload drops any of it, which would change a
            if self.drop:
                z *= masks[layer - 1]
            if work["batch_norm"]:
                n = normal[layer - 1]
                gradients[2 * count + layer - 1] = d_gamma = np.einsum("ij,ij->j", z, n)
                gradients[3 * count - 1 + layer - 1] = d_beta = z.sum(axis=0)
                z -= d_beta / np.float32(m)
                z -= n * (d_gamma / np.float32(m))
                z *= self.gammas[layer - 1] * scales[layer - 1]
        self.update(gradients)
        return loss

    def update(self, gradients):
        lr = np.float32(self.work["lr"])
        if self.work["optimizer"] == "sgd":
            for p, g in zip(self.parameters, gradients):
                g *= lr
                p -= g
            return
        self.steps += 1
        rate = lr * np.float32((1 - 0.999**self.steps) ** 0.5 / (1 - 0.9**self.steps))
        epsilon = np.float32(1e-8 * (1 - 0.999**self.steps) ** 0.5)
        for p, g, m, v, s in zip(self.parameters, gradients, self.m, self.v, self.scratch):
            m *= np.float32(0.9)
            np.multiply(g, np.float32(0.1), out=s)
            m += s
            v *= np.float32(0.999)
            np.multiply(g, g, out=s)
            s *= np.float32(0.001)
            v += s
            np.sqrt(v, out=s)
            s += epsilon
            np.divide(m, s, out=s)
            s *= rate
            p -= s

    def epoch(self):
        total = 0.0
        for i in range(0, len(self.x), self.batch):
            x = self.x[i:i + self.batch]
            total += self.step(x, self.y[i:i + self.batch]) * len(x)
        return total / len(self.x)


def serve(side, questions, say):
    images = None
    epochs = 1
    for line in questions:
        question = json.loads(line)
        try:
            if question["do"] == "start":
                work = question["workload"]
                epochs = work["epochs"]
                if images is None:
                    images = mnist(work["data"])
                side.start(work, images[0][:work["samples"]], images[1][:work["samples"]])
                say({"ready": True})
            else:
                begin = time.perf_counter()
                if hasattr(side, "turn"):
                    loss = side.turn(epochs)
                else:
                    loss = sum(side.epoch() for _ in range(epochs)) / epochs
                seconds = time.perf_counter() - begin
                say({"seconds": seconds, "wall": seconds, "loss": loss})
        except Exception as error:  # whatever it is, the other sides go on without this one
            say({"absent": f"{error}" or type(error).__name__})


def main():
    # standard output belongs to the answers: what a library prints goes to standard error
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)

    def say(answer):
        answers.write(json.dumps(answer) + "\n")

    name = sys.argv[1]
    global np, torch, sklearn
    try:
        import numpy as np
        if name == "torch":
            import torch
        if name == "sklearn":
            import sklearn
            import sklearn.neural_network
    except ImportError as error:
        say({"absent": f"{error} in {sys.executable}; install it with: apt-get install "
             f"{PACKAGES[name]}, or name another interpreter with --python"})
        return
    side = {"torch": Torch, "sklearn": Sklearn, "numpy": Numpy}[name](int(sys.argv[2]))
    say({"hello": f"{side.version()} ({blas_core()})"})
    serve(side, sys.stdin, say)


if __name__ == "__main__":
    main()
