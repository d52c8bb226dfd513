#!/usr/bin/env python3
"""The program of the lesson find-the-bug: two hidden layers, and one mistake.

    tracer check find-the-bug --program 'python3 lessons/find-the-bug/net.py'
"""
import json
import sys

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def relu(z):
    return np.maximum(z, 0)


def softmax(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def gradients(params, X, Y):
    W1, b1, W2, b2, W3, b3 = (params[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    m = X.shape[1]

    Z1 = W1 @ X + b1
    A1 = sigmoid(Z1)
    Z2 = W2 @ A1 + b2
    A2 = sigmoid(Z2)
    Z3 = W3 @ A2 + b3
    P = softmax(Z3)
    L = -np.sum(Y * np.log(P)) / m

    dZ3 = (P - Y) / m
    dW3 = dZ3 @ A2.T
    db3 = dZ3.sum(axis=1, keepdims=True)
    dZ2 = W3.T @ dZ3 * relu(Z2)
    dW2 = dZ2 @ A1.T
    db2 = dZ2.sum(axis=1, keepdims=True)
    dZ1 = W2.T @ dZ2 * relu(Z1)
    dW1 = dZ1 @ X.T
    db1 = dZ1.sum(axis=1, keepdims=True)
    return {"L": L, "dL/dW1": dW1, "dL/db1": db1, "dL/dW2": dW2, "dL/db2": db2,
            "dL/dW3": dW3, "dL/db3": db3}


problem = json.load(sys.stdin)
params = {name: np.atleast_2d(np.array(value, float)) for name, value in problem["params"].items()}
X, Y = (np.atleast_2d(np.array(problem["data"][name], float)) for name in ("X", "Y"))
answer = gradients(params, X, Y)
print(json.dumps({name: np.asarray(value).tolist() for name, value in answer.items()}))
