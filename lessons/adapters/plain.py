#!/usr/bin/env python3
"""For a program that can only read and print numbers (in awk, Fortran, C, BASIC):

    tracer check net.lesson --program 'python3 plain.py awk -f net.awk'

What follows plain.py is the program. It reads, one matrix after the other, a line with the name, the
number of rows and the number of columns, and then the rows:

    W1 3 2
    0.5 -0.25
    0.75 1.0
    -0.5 0.25

and prints its gradients in the same way, as "dL/dW1 3 2" and so on, with 17 digits ("%.17g").
Needs Python's own library and nothing else.
"""
import json
import subprocess
import sys


def rows_of(value):
    return value if isinstance(value, list) else [[value]]


problem = json.load(sys.stdin)
text = ""
for group in ("params", "data", "inputs", "masks"):
    for name, value in problem[group].items():
        rows = rows_of(value)
        text += "%s %d %d\n" % (name, len(rows), len(rows[0]))
        text += "".join(" ".join(repr(number) for number in row) + "\n" for row in rows)

ran = subprocess.run(sys.argv[1:], input=text, stdout=subprocess.PIPE, universal_newlines=True)
if ran.returncode != 0:
    sys.exit("%s ended with status %d" % (sys.argv[1], ran.returncode))

words = ran.stdout.split()
answer = {}
at = 0
while at < len(words):
    name, rows, columns = words[at], int(words[at + 1]), int(words[at + 2])
    numbers = [float(word) for word in words[at + 3 : at + 3 + rows * columns]]
    if len(numbers) < rows * columns:
        sys.exit("%s has %d numbers, expected %d x %d" % (name, len(numbers), rows, columns))
    answer[name] = [numbers[r * columns : (r + 1) * columns] for r in range(rows)]
    at += 3 + rows * columns
print(json.dumps(answer))
