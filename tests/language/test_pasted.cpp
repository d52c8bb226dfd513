// Lines of PyTorch, Keras, NumPy and of books, pasted into a lesson: each is answered with the line
// to write in its place, and that line works.
#include "tests/catch.hpp"
#include "tests/language/elaborated.hpp"

using namespace tracer;

namespace {

constexpr std::string_view above =
    "param W = [[1, 2], [3, 4]]\nparam w = [1, 2]\nparam b = 1\ninput x = [3, 4]\n"
    "input z = [1, -1]\ninput y = [1, 0]\n";

struct Paste {
  std::string_view pasted;
  std::string_view remedy;  // holds this
  std::string_view works;   // the lines that it says
};

const std::vector<Paste>& pastes() {
  static const std::vector<Paste> all{
      {"L = sum(W @ x)\nL.backward()", "write grad L", "L = sum(W @ x)\ngrad L"},
      {"L = sum(W @ x)\nloss = L.backward()", "write grad L", "L = sum(W @ x)\ngrad L"},
      {"L = sum(W @ x)\noptimizer.step()", "train L with sgd(lr=0.01), epochs=1",
       "L = sum(W @ x)\ntrain L with sgd(lr=0.01), epochs=1"},
      {"L = sum(W @ x)\nmodel.fit(x, y, epochs=3)", "train L with sgd(lr=0.01), epochs=1",
       "L = sum(W @ x)\ntrain L with sgd(lr=0.01), epochs=1"},
      {"loss = sum(W @ x)\nopt = torch.optim.SGD([W], lr=0.1)",
       "train loss with sgd(lr=0.1), epochs=1 as the last line",
       "loss = sum(W @ x)\ntrain loss with sgd(lr=0.1), epochs=1"},
      {"loss = sum(W @ x)\nopt = keras.optimizers.Adam(0.001)",
       "train loss with adam(lr=0.001), epochs=1",
       "loss = sum(W @ x)\ntrain loss with adam(lr=0.001), epochs=1"},
      {"fc = nn.Linear(2, 3)\nL = sum(W @ x)",
       "write param W_fc = kaiming(3, 2) and param b_fc = zeros(3, 1), and z = W_fc @ x + b_fc",
       "param W_fc = kaiming(3, 2)\nparam b_fc = zeros(3, 1)\nq = W_fc @ x + b_fc\nL = sum(q)"},
      {"h = tf.keras.layers.Dense(3, activation='relu')(x)\nL = sum(W @ x)",
       "param b_h = zeros(3, 1), and z = W_h @ x + b_h where it is applied to x; then a = relu(z)",
       "param W_h = kaiming(3, 2)\nparam b_h = zeros(3, 1)\nq = W_h @ x + b_h\na = relu(q)\nL = "
       "sum(a)"},
      {"L = keras.losses.mse(y, z)", "write mse(z, y)", "L = mse(z, y)"},
      {"L = somewhere.mse(z, y)", "write mse(z, y)", "L = mse(z, y)"},
      {"act = nn.ReLU()\nL = sum(W @ x)", "write relu(z)", "a = relu(z)\nL = sum(a)"},
      {"f = nn.CrossEntropyLoss()\nL = sum(W @ x)", "L = softmax_cross_entropy(z, y)",
       "L = softmax_cross_entropy(z, y)"},
      {"a = σ(z)\nL = sum(a)", "write sigmoid(z)", "a = sigmoid(z)\nL = sum(a)"},
      {"L = Σ(z)", "write sum(z)", "L = sum(z)"},
      {"c = F.hardtanh(z)\nL = sum(c)", "write clip(z, -1, 1)", "c = clip(z, -1, 1)\nL = sum(c)"},
      {"c = np.clip(z, 0, x)\nL = sum(c)", "write minimum(z, x)", "c = minimum(z, x)\nL = sum(c)"},
      {"c = z.clamp(1, 0)\nL = sum(c)", "write clip(z, 0, 1)", "c = clip(z, 0, 1)\nL = sum(c)"},
      {"L = np.log1p(b)", "write log(1 + b)", "L = log(1 + b)"},
      {"L = np.log10(b)", "write log(b)/log(10)", "L = log(b)/log(10)"},
      {"L = torch.erfc(b)", "write 1 - erf(b)", "L = 1 - erf(b)"},
      {"L = categorical_crossentropy(y, softmax(z))", "write cross_entropy(softmax(z), y)",
       "L = cross_entropy(softmax(z), y)"},
      {"v = torch.randn(2, 3)\nL = sum(W @ x)", "declare what is drawn: param v = normal(2, 3)",
       "param v = normal(2, 3)\nL = sum(W @ x) + sum(v)"},
      {"L = sum(W @ x)\nw = w - 0.1*dw", "write train L with sgd(lr=0.1) in place of such lines",
       "L = sum(W @ x)\ntrain L with sgd(lr=0.1)"},
      {"L = sum(W @ x)\nw = w - w.grad", "write train L with sgd(lr=0.01) in place of such lines",
       "L = sum(W @ x)\ntrain L with sgd(lr=0.01)"},
      {"L = sum(W @ x)\ntrain L with sgd(lr=0.1)\nw = w - 0.1*dw", "leave it out",
       "L = sum(W @ x)"},
      {"L = sum(W @ x)\ndw = w.grad", "grad L wrt w asks for this one",
       "L = sum(W @ x)\ngrad L wrt w"},
      {"torch.manual_seed(3)\nL = sum(W @ x)", "write seed 3", "seed 3\nL = sum(W @ x)"},
      {"L = sum(W @ x)\ntrain L with sgd(lr=-0.1)",
       "write minus_L = -L, and train minus_L with sgd(lr=0.1)",
       "L = sum(W @ x)\nminus_L = -L\ntrain minus_L with sgd(lr=0.1)"},
      {"L = sum(W @ x)\ntrain L with momentum(lr=0.1, beta=0.9)", "did you mean momentum?",
       "L = sum(W @ x)\ntrain L with momentum(lr=0.1, momentum=0.9)"},
      {"L = sum(W @ x)\ntrain L with adam(lr=0.1, beta=0.9)", "did you mean beta1?",
       "L = sum(W @ x)\ntrain L with adam(lr=0.1, beta1=0.9)"},
  };
  return all;
}

}  // namespace

TEST_CASE("a pasted line is answered with the line to write, which works", "[elaborate][pasted]") {
  for (const Paste& paste : pastes()) {
    DYNAMIC_SECTION(paste.pasted) {
      const std::string said = mistake(std::string(above) + std::string(paste.pasted) + "\n");
      CAPTURE(said);
      CHECK(said.find(paste.remedy) != std::string::npos);
      CHECK(mistakes(std::string(above) + std::string(paste.works) + "\n") == "");
    }
  }
}

TEST_CASE("what PyTorch differentiates for is a parameter", "[elaborate][pasted]") {
  for (const std::string_view maker :
       {"torch.tensor([1., 2.], requires_grad=True)", "nn.Parameter(torch.tensor([1., 2.]))",
        "tf.Variable([1., 2.])"}) {
    CAPTURE(maker);
    const Program program = lesson("v = " + std::string(maker) + "\nL = sum(v**2)\n");
    CHECK(program.parameters == std::vector<std::string>{"v"});
    CHECK(text_of(forward(program).at("L")) == "5");
  }
  const Program constant = lesson("v = torch.tensor([1., 2.])\nparam w = 3\nL = w*sum(v**2)\n");
  CHECK(constant.parameters == std::vector<std::string>{"w"});
}

TEST_CASE("a size of a shape without numbers is a number in formulas", "[elaborate]") {
  const Program program = lesson("param V: (m, 2)\nL = sum(V)/m\n");
  CHECK(program.symbolic);
  CHECK(mistakes("param V: (m, 2)\nL = sum(V)/V.shape[0]\n") == "");
  CHECK(shape_of_line("param a: (m, 1)\nparam b: (n, 1)\nc = concat(a, b)\nL = sum(c**2)\n", "c") ==
        "(m + n)×1");
}

TEST_CASE("pasted: the second argument of a library's max, min and norm is its own", "[language]") {
  const auto value = [](const std::string& line) {
    return lesson("param X = [[1, 2], [3, 4]]\n" + line + "\n");
  };
  for (const char* along : {"L = sum(X.max(1))", "L = sum(np.max(X, 1))", "L = sum(np.min(X, 0))"})
    CHECK_NOTHROW(value(along));
  CHECK_THROWS_AS(value("L = np.linalg.norm(X, 1)"), Error);  // the order, as in NumPy
  CHECK_NOTHROW(value("L = np.linalg.norm(X, 2)"));
  CHECK_NOTHROW(value("L = sum(max(X, 1))"));  // Python's: the larger of two
}
