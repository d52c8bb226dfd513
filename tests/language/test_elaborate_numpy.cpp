// Forward passes as they stand in notebooks, pasted below the leaves: shapes and values.
#include "tests/catch.hpp"
#include "tests/language/elaborated.hpp"

using namespace tracer;

TEST_CASE("np.dot with keepdims, as in a course on neural networks", "[elaborate][numpy]") {
  const Program program = lesson(R"(
data X, Y = [[1, 2, 0], [3, 1, 1]], [[0, 1, 1]]
param W1 = [[1, 0], [0, 1], [1, -1]]
param b1 = np.zeros((3, 1))
param W2 = [[1, 2, -1]]
param b2 = [[0.5]]

m = Y.shape[1]
Z1 = np.dot(W1, X) + b1
A1 = np.maximum(0, Z1)
Z2 = np.dot(W2, A1) + b2
dist = Z2 - Y
cost = (1./(2*m)) * np.sum(np.sum(np.square(dist), axis=1, keepdims=True), axis=0, keepdims=True)
)");
  const BatchGraph built = *program.graph(1);
  CHECK(shape_in(built, "A1") == "3×1");
  const auto values = forward(program, 3);
  CHECK(text_of(values.at("A1")) == "[[1, 2, 0], [3, 1, 1], [0, 1, 0]]");
  CHECK(text_of(values.at("dist")) == "[[15/2, 5/2, 3/2]]");
  CHECK(text_of(values.at("cost")) == "259/24");
}

TEST_CASE(".dot, .T and len on a design matrix", "[elaborate][numpy]") {
  const Program program = lesson(R"(
input X = np.array([[1., 2.], [3., 4.], [5., 6.]])
input y = np.array([[1.], [2.], [3.]])
param theta = np.array([[0.5], [0.25]])

error = X.dot(theta) - y
J = np.dot(error.T, error) / (2 * len(y))
)");
  CHECK(shape_in(*program.graph(1), "error") == "3×1");
  CHECK(text_of(forward(program).at("error")) == "[[0], [1/2], [1]]");
  CHECK(text_of(forward(program).at("J")) == "5/24");
}

TEST_CASE("brackets over several lines, and indentation", "[elaborate][numpy]") {
  const Program program = lesson(R"(
    import numpy as np
    param W = np.array([
        [1, -1],   # first unit
        [0, 2],
    ])
    input x = np.array([2, 1])
    h = np.tanh(
        np.matmul(W, x)
        - np.multiply(
            W[:, 0],
            1,
        )
    )
    L = np.sum(h, axis=0)
)");
  CHECK(shape_in(*program.graph(1), "h") == "2×1");
  CHECK(shape_in(*program.graph(1), "L") == "1×1");
  CHECK(program.graph(1)->texts.begin()->second ==
        "tanh(np.matmul(W, x) - np.multiply(W[:, 0], 1,))");
  CHECK(text_of(forward(program).at("L")).starts_with("0.96402758007"));  // tanh(0) + tanh(2)
}

TEST_CASE("X @ W + b with samples in rows, as in PyTorch", "[elaborate][numpy]") {
  const Program program = lesson(R"(
data X, Y in ([1, 2], [1, 0]), ([3, 1], [0, 1]), ([0, 1], [0, 1]), samples="rows"
param W = [[0.5, -0.5], [0, 0.5]]
param b = [0.5, 0]
Z = X @ W + b
P = F.softmax(Z, dim=1)
L = cross_entropy(P, Y)
train L with sgd(lr=0.1), batch_size=all
)");
  const BatchGraph built = *program.graph(3);
  CHECK(shape_in(built, "Z") == "3×2");
  CHECK(built.graph[built.graph.find("Z")].shape.rows.name == "m");
  CHECK(program.remarks.empty());
  const auto values = forward(program, 3);
  CHECK(text_of(values.at("Z")) == "[[1, 1/2], [2, -1], [1/2, 1/2]]");
  CHECK(text_of(values.at("L")).starts_with("1.4052705"));  // (ln(1 + e^-½) + ln(1 + e³) + ln 2)/3
}

TEST_CASE("scalars with math.exp", "[elaborate][numpy]") {
  const Program program = lesson(R"(
param w = 0; param b = 0
x = 2.0
y = 1.0
z = w * x + b
y_hat = 1 / (1 + math.exp(-z))
loss = -(y * math.log(y_hat) + (1 - y) * math.log(1 - y_hat))
)");
  CHECK(text_of(forward(program).at("y_hat")) == "1/2");
  CHECK(text_of(forward(program).at("loss")).starts_with("0.6931471805"));
  CHECK(program.graph(1)->lines.size() == 3);
}
