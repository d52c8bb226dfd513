# Gradients computed in awk, which can only read and print numbers: see plain.py.
#
#   tracer check net.lesson --program 'python3 plain.py awk -f net.awk'

# a matrix: its name and its sides, then its rows
left == 0 { name = $1; rows[name] = left = $2; columns[name] = $3; next }
{
  r = rows[name] - left--
  for (c = 0; c < columns[name]; ++c) v[name, r, c] = $(c + 1)
}

function show(name, r_max, c_max,   r, c) {
  printf "%s %d %d\n", name, r_max, c_max
  for (r = 0; r < r_max; ++r) {
    for (c = 0; c < c_max; ++c) printf "%.17g ", g[name, r, c]
    printf "\n"
  }
}

END {
  m = columns["X"]; inputs = rows["X"]; hidden = rows["W1"]; classes = rows["W2"]
  loss = 0
  for (k = 0; k < m; ++k) {
    for (i = 0; i < hidden; ++i) {
      z1[i] = v["b1", i, 0]
      for (j = 0; j < inputs; ++j) z1[i] += v["W1", i, j] * v["X", j, k]
      a1[i] = z1[i] > 0 ? z1[i] : 0
    }
    sum = 0
    for (i = 0; i < classes; ++i) {
      z2 = v["b2", i, 0]
      for (j = 0; j < hidden; ++j) z2 += v["W2", i, j] * a1[j]
      p[i] = exp(z2)
      sum += p[i]
    }
    for (i = 0; i < classes; ++i) {
      p[i] /= sum
      if (v["Y", i, k] != 0) loss -= v["Y", i, k] * log(p[i]) / m
      dz2[i] = (p[i] - v["Y", i, k]) / m
      g["dL/db2", i, 0] += dz2[i]
      for (j = 0; j < hidden; ++j) g["dL/dW2", i, j] += dz2[i] * a1[j]
    }
    for (j = 0; j < hidden; ++j) {
      if (z1[j] <= 0) continue
      dz1 = 0
      for (i = 0; i < classes; ++i) dz1 += v["W2", i, j] * dz2[i]
      g["dL/db1", j, 0] += dz1
      for (n = 0; n < inputs; ++n) g["dL/dW1", j, n] += dz1 * v["X", n, k]
    }
  }
  g["L", 0, 0] = loss
  show("L", 1, 1)
  show("dL/dW1", hidden, inputs); show("dL/db1", hidden, 1)
  show("dL/dW2", classes, hidden); show("dL/db2", classes, 1)
}
