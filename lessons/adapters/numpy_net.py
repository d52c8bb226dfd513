#!/usr/bin/env python3
"""Gradients computed with NumPy, for tracer check:

    tracer check net.lesson --program 'python3 numpy_net.py'

Put your own forward and backward pass into gradients(). A matrix comes as the lesson has it, one
column a sample; a scalar of the lesson comes as 1 x 1. Whatever you print for yourself belongs on
standard error: print(..., file=sys.stderr).
"""
import json
import sys

import numpy as np


def gradients(params, data):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    X, Y = data["X"], data["Y"]
    m = X.shape[1]

    Z1 = W1 @ X + b1
    A1 = np.maximum(Z1, 0)
    Z2 = W2 @ A1 + b2
    E = np.exp(Z2 - Z2.max(axis=0, keepdims=True))
    P = E / E.sum(axis=0, keepdims=True)
    L = -np.sum(Y * np.log(P)) / m

    dZ2 = (P - Y) / m
    dW2 = dZ2 @ A1.T
    db2 = dZ2.sum(axis=1, keepdims=True)
    dZ1 = W2.T @ dZ2 * (Z1 > 0)
    dW1 = dZ1 @ X.T
    db1 = dZ1.sum(axis=1, keepdims=True)
    return {"L": L, "dL/dW1": dW1, "dL/db1": db1, "dL/dW2": dW2, "dL/db2": db2}


def matrices(group):
    return {name: np.atleast_2d(np.array(value, dtype=float)) for name, value in group.items()}


problem = json.load(sys.stdin)
answer = gradients(matrices(problem["params"]), matrices(problem["data"]))
print(json.dumps({name: np.asarray(value).tolist() for name, value in answer.items()}))
