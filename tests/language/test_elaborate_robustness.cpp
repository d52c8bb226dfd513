// Lessons that nobody would write: whatever they say, they are understood or answered with
// mistakes.
#include <array>

#include "tests/catch.hpp"
#include "tests/language/elaborated.hpp"
#include "tracer/number/random.hpp"

using namespace tracer;

namespace {

constexpr std::array<std::string_view, 3> lessons{
    R"(# a title
let h = 3
seed 7
param W = kaiming(h, 2)
param b = [0.1, -1/2, 3]
param g = ones(3, 1)
data X, Y in ([1, 2], [0, 1, 0]), ([3, 4], [1, 0, 0]), ([5, 6], [0, 0, 1])
Z = W @ X + b
N = batch_norm(Z, g, zeros(3, 1), eps=1e-5)
A = dropout(leaky_relu(N, slope=0.1), p=0.25)
P = softmax(A, axis=0)
m = X.shape[1]
L = cross_entropy(P, Y) + l2(W)/(2*m)
train L with adam(lr=0.01, betas=(0.9, 0.999)), batch_size=2, epochs=3, shuffle=false
expect step 2: dL/dW[0, 1] = 0.5 within 10, P[0, 0] <= 1
expect finally: loss <= 1e3
)",
    R"(param W: (m, n)
input x: (n)
input dY = [[1, 2], [3, 4]]
Y = tanh(W @ x) ** 2 - x.T @ x
M = concat([dY, dY], axis=0)[0:2, :].reshape(-1, 1)
S = np.sum(np.maximum(0, M), axis=1, keepdims=True)
T = sum(Y) + sum(S)
grad T wrt W, x
)",
    R"(data x, y = circles(20, factor=0.5, noise=0.1), samples="rows"
test x, y = circles(10)
param w = normal(2, 1, std=0.5); param c = 0
z = x @ w + c
q = 1/(1 + exp(-z))
L = -(y*log(q) + (1 - y)*log(1 - q))
predict q
train L with sgd(1/10), batch_size=all
expect accuracy >= 0.5 on test
)"};

// what is put in, taken out or exchanged
constexpr std::array<std::string_view, 44> pieces{
    "x",        "W",    "b",      "L",         "Y",      "m",      "h",    "0",    "1",
    "-1",       "2",    "3",      "1e9",       "1/0",    "(",      ")",    "[",    "]",
    ",",        "+",    "-",      "*",         "/",      "@",      "**",   ".T",   ".shape[0]",
    ".shape",   "[0]",  "[:, 1]", "[None, :]", "axis=1", "p=2",    "None", "True", "\"a\"",
    "softmax(", "mse(", "sum(",   "concat(",   "\n",     "param ", "let ", " = "};

std::string mutated(std::string_view lesson, RandomStream& random) {
  std::string text(lesson);
  const auto edits = 1 + random.below(3);
  for (std::uint64_t i = 0; i < edits; ++i) {
    const auto at = static_cast<std::size_t>(random.below(text.size()));
    const auto length = static_cast<std::size_t>(random.below(4));
    if (random.below(3) == 0) {
      text.erase(at, length);
    } else {
      text.replace(at, random.below(2) == 0 ? 0 : length,
                   pieces[static_cast<std::size_t>(random.below(pieces.size()))]);
    }
  }
  return text;
}

}  // namespace

TEST_CASE("no lesson, however strange, gets past the elaborator without a graph or a mistake",
          "[elaborate]") {
  RandomStream random(2026, "mutations");
  int understood = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::string text =
        mutated(lessons[static_cast<std::size_t>(random.below(lessons.size()))], random);
    CAPTURE(text);
    ElaborateOptions options;
    options.evaluation_mode = random.below(4) == 0;
    options.differentiate_set = random.below(4) == 0;
    if (random.below(4) == 0) options.set["x"] = Array<Exact>::Constant(2, 1, Exact(1));
    try {
      const Program program = lesson(text, options);
      const BatchGraph built =
          *program.graph(program.data && program.training ? std::min(program.data->count, 2) : 1);
      CHECK(built.loss >= 0);
      ++understood;
    } catch (const LessonError& error) {
      CHECK(!error.errors.empty());
    }
  }
  CHECK(understood > 100);
  CHECK(understood < 2900);
}

TEST_CASE("the unchanged lessons are understood", "[elaborate]") {
  for (const std::string_view text : lessons) {
    CAPTURE(text);
    CHECK(mistakes(text).empty());
  }
}
