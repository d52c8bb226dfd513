// The lesson that `tracer train --layers ...` stands for: its text, and that it is always one.
#include <fmt/format.h>

#include "tests/catch.hpp"
#include "tests/language/elaborated.hpp"
#include "tracer/number/random.hpp"
#include "tracer/train/network.hpp"
#include "tracer/train/trainer.hpp"

using namespace tracer;

namespace {

NetworkOptions circles_network() {
  NetworkOptions options;
  options.layers = {2, 5, 1};
  options.data = "circles";
  return options;
}

std::string refusal(const NetworkOptions& options) {
  try {
    lesson_of(options);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

template <class T>
T one_of(RandomStream& stream, const std::vector<T>& choices) {
  return choices[stream.below(choices.size())];
}

}  // namespace

TEST_CASE("network: a classifier of pictures, written out", "[network]") {
  NetworkOptions options;
  options.layers = {784, 128, 10};
  options.activation = "logistic";
  options.loss = "CrossEntropyLoss";
  options.beside["--dropout"] = "0.2";
  options.beside["--batch-norm"] = "";
  options.l2 = "1e-4";
  options.validation = "0.1";
  options.early_stopping = true;
  options.patience = 5;
  options.schedule = "cosine";
  options.seed = 42;
  options.n = 2000;
  options.command = "tracer train --layers 784,128,10";
  CHECK(lesson_of(options) ==
        "# 784-128-10 on mnist\n"
        "# This lesson is what a command line stands for:\n"
        "#     tracer train --layers 784,128,10\n"
        "# Edit it, and train it with tracer train FILE.\n"
        "\n"
        "seed 42\n"
        "let lam = 1e-4\n"
        "param W1 = xavier(128, 784)\n"
        "param b1 = zeros(128, 1)\n"
        "param gamma1 = ones(128, 1)\n"
        "param beta1 = zeros(128, 1)\n"
        "param W2 = xavier(10, 128)\n"
        "param b2 = zeros(10, 1)\n"
        "data X, Y = mnist(\"train\", n=2000)\n"
        "test X, Y = mnist(\"test\")\n"
        "\n"
        "Z1 = W1 @ X + b1\n"
        "N1 = batch_norm(Z1, gamma1, beta1)\n"
        "A1 = sigmoid(N1)\n"
        "D1 = dropout(A1, 0.2)\n"
        "Z2 = W2 @ D1 + b2\n"
        "P  = softmax(Z2)\n"
        "L  = cross_entropy(P, Y) + lam/2*(sum(W1**2) + sum(W2**2))\n"
        "\n"
        "train L with adam(lr=0.001), batch_size=128, epochs=10, shuffle=true, validation=0.1, "
        "schedule=cosine, early_stopping=true, patience=5\n");
}

TEST_CASE("network: two classes end in a sigmoid, numbers in nothing", "[network]") {
  const std::string two = lesson_of(circles_network());
  CHECK(two.find("P  = sigmoid(Z2)\nL  = bce(P, Y)\n") != std::string::npos);
  NetworkOptions options = circles_network();
  options.data = "linear(50, features=3, targets=2)";
  options.layers = {3, 4, 2};
  const std::string numbers = lesson_of(options);
  CHECK(numbers.find("P  = W2 @ A1 + b2\nL  = mse(P, Y)\n") != std::string::npos);
  CHECK(numbers.find("batch_size=all") != std::string::npos);  // 128 are more than there are
  options.data = "blobs(60, centers=4)";
  options.layers = {2, 4};
  CHECK(lesson_of(options).find("P  = softmax(Z1)\nL  = cross_entropy(P, Y)\n") !=
        std::string::npos);
}

TEST_CASE("network: class weights, and data of their own to watch and to judge by", "[network]") {
  NetworkOptions options;
  options.layers = {2, 4, 3};
  options.data = "spirals(90, arms=3)";
  options.class_weights = "1,2.5,1";
  options.validation_data = "held out.csv";
  options.test_data = "spirals(30, arms=3)";
  const std::string made = lesson_of(options);
  CHECK(made.find("let class_weights = [1, 2.5, 1]\n") != std::string::npos);
  CHECK(made.find("L  = cross_entropy(P, class_weights*Y)\n") != std::string::npos);
  CHECK(made.find("validation X, Y = csv(\"held out.csv\")\ntest X, Y = spirals(30, arms=3)\n") !=
        std::string::npos);
  options.validation_data.clear();
  // 30 samples of each: every class counts 1
  options.class_weights = "balanced";
  CHECK(lesson_of(options).find("[1, 1, 1]") != std::string::npos);
  options.class_weights = "1,2";
  CHECK(refusal(options) ==
        "--class-weights 1,2: expected balanced, or a number above 0 for each of the 3 classes, as "
        "in 1,2.5");
  options.loss = "mse";
  CHECK(refusal(options) == "--class-weights 1,2: mse has none; bce and cross_entropy take them");
  NetworkOptions two = circles_network();
  two.class_weights = "1,3";
  two.validation = "0.1";
  CHECK(lesson_of(two).find("L  = (1 + 3)*focal(P, Y, gamma=0, alpha=3/(1 + 3))\n") !=
        std::string::npos);
  CHECK(lesson(lesson_of(two)).remarks.empty());
  two.validation_data = "x.csv";
  CHECK(refusal(two) == "--validation 0.1: --validation-data has them; leave one of the two out");
}

// The weighted loss and its gradient, against the sum that it stands for; a saturated output too.
TEST_CASE("network: the weighted losses are those sums", "[network]") {
  const std::string data =
      "input Z = [[0.5, -1, 2, 0, 30, -30]]\ninput Y = [[1, 0, 0, 1, 1, 0]]\nparam b = 0\n"
      "P = sigmoid(Z + b)\n";
  const auto loss_and_step = [&](const std::string& loss) {
    const Program program = lesson(data + "L = " + loss + "\ntrain L with sgd(lr=1)\n");
    Trainer trainer(program, {.dtype = Dtype::float64});
    const double value = trainer.epoch().loss;
    return std::pair(value, std::get<Array<double>>(trainer.model().parameters.at("b"))(0));
  };
  const auto [loss, step] = loss_and_step("(1 + 3)*focal(P, Y, gamma=0, alpha=3/(1 + 3))");
  const auto [wanted, wanted_step] =
      loss_and_step("mean(3*Y*softplus(-(Z + b)) + (1 - Y)*softplus(Z + b))");
  CHECK_THAT(loss, Catch::Matchers::WithinRel(wanted, 1e-12));
  CHECK_THAT(step, Catch::Matchers::WithinRel(wanted_step, 1e-9));
}

TEST_CASE("network: what can't be is answered with what can", "[network]") {
  NetworkOptions options = circles_network();
  options.layers = {2};
  CHECK(refusal(options) ==
        "--layers: a network has at least two sizes, inputs and outputs: write --layers "
        "784,128,64,10");
  options.layers = {3, 5, 1};
  CHECK(refusal(options) ==
        "--layers: the first layer has 3 units, but circles has 2 entries a sample; begin with 2");
  options.layers = {2, 5, 2};
  CHECK(refusal(options) ==
        "--layers: the last layer has 2 units, but circles has two classes, told apart by one "
        "output; end with 1");
  options = circles_network();
  options.activation = "rleu";
  CHECK(refusal(options) == "there is no activation called 'rleu': did you mean relu?");
  options = circles_network();
  options.optimizer = "adm";
  CHECK(refusal(options) == "there is no optimizer called 'adm': did you mean adam?");
  options = circles_network();
  options.data = "cirles";
  CHECK(refusal(options) == "--data cirles: there is no such data set; did you mean circles?");
  options = circles_network();
  options.data = "linear";
  options.layers = {1, 5, 1};
  options.loss = "bce";
  CHECK(refusal(options) == "--loss bce: the targets of linear are numbers, not classes; use mse");
  options = circles_network();
  options.patience = 3;
  CHECK(refusal(options) == "--patience says when early stopping stops: add --early-stopping");
  options = circles_network();
  options.data = "photo.jpg";
  CHECK(refusal(options).starts_with("--data photo.jpg: photo.jpg is no kind of file"));
}

TEST_CASE("network: options at random give lessons without a mistake or a remark", "[network]") {
  using Words = std::vector<std::string>;
  RandomStream stream(3, "network options");
  const auto coin = [&] { return stream.below(2) == 0; };
  for (int round = 0; round < 60; ++round) {
    NetworkOptions options;
    struct Set {
      std::string data;
      int inputs, outputs;
      Words losses;
    };
    const Set set =
        one_of<Set>(stream, {{"circles", 2, 1, {"", "bce", "log_loss", "mse", "BCEWithLogitsLoss"}},
                             {"moons", 2, 1, {"", "binary_crossentropy", "l1"}},
                             {"spirals(200, arms=3)", 2, 3, {"", "CrossEntropyLoss", "mse"}},
                             {"blobs(90, centers=5, features=4)", 4, 5, {"", "log_loss"}},
                             {"xor", 2, 1, {""}},
                             {"linear", 1, 1, {"", "MSELoss", "mae", "half_mse"}}});
    options.data = set.data;
    options.layers = {set.inputs};
    for (std::uint64_t i = stream.below(3); i > 0; --i)
      options.layers.push_back(1 + static_cast<int>(stream.below(6)));
    options.layers.push_back(set.outputs);
    options.loss = one_of(stream, set.losses);
    options.activation = one_of<std::string>(
        stream,
        {"relu", "LeakyReLU", "elu", "logistic", "tanh", "gelu", "swish", "softplus", "identity"});
    options.init = one_of<std::string>(stream, {"", "kaiming", "he_uniform", "xavier_normal_",
                                                "normal(std=0.01)", "uniform(low=-1, high=1)"});
    options.optimizer = one_of<std::string>(
        stream, {"SGD", "momentum", "nesterov", "adam", "AdamW", "RMSprop", "adagrad", "LBFGS"});
    const bool steps = options.optimizer != "LBFGS";
    if (coin()) options.lr = "0.05";
    if (coin() && options.optimizer == "SGD") {
      options.momentum = "0.9";
      options.nesterov = coin();
    }
    if (coin() && steps) options.weight_decay = "1e-3";
    options.batch_size = one_of<std::string>(stream, {"16", "128", "5000", "all"});
    options.epochs = 12;
    if (coin()) options.beside["--dropout"] = "0.25";
    if (coin()) options.beside["--batch-norm"] = "";
    if (coin()) options.l2 = "1e-4";
    if (coin()) options.validation = "0.2";
    options.early_stopping = coin();
    if (options.early_stopping && coin()) options.patience = 4;
    if (steps) {
      options.schedule = one_of<std::string>(
          stream, {"", "constant", "cosine", "step(step_size=3, gamma=0.5)",
                   "exponential(gamma=0.9)", "reduce_on_plateau(factor=0.5, patience=2)"});
      if (coin()) options.warmup = 2;
      if (coin()) options.clip_norm = "1";
      if (coin()) options.clip_value = "0.5";
    }
    if (coin() && set.data.find('(') == std::string::npos) options.n = 150;
    options.shuffle = coin();
    options.seed = static_cast<unsigned>(round);
    options.command = "tracer train --layers ...\n--data 'x'";
    const std::string text = lesson_of(options);
    INFO(text);
    CHECK(mistakes(text) == "");
    const Program program = lesson(text);
    CHECK(program.remarks.empty());
    CHECK(program.training.has_value());
    CHECK(program.graph(4)->prediction >= 0);
    CHECK(program.seed == options.seed);
  }
}
