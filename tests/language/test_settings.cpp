// Settings written into a lesson's text.
#include "tests/catch.hpp"
#include "tracer/error.hpp"
#include "tracer/language/settings.hpp"

namespace tracer {
namespace {

const std::string net = R"(let h = 20
param W1 = kaiming(h, 784)
param b1 = zeros(h, 1)
param W2 = normal(10, h, std=0.01)
data X, Y = mnist("train")
A1 = relu(W1 @ X + b1)
P = softmax(W2 @ A1)
L = cross_entropy(P, Y)
train L with sgd(lr=0.1), batch_size=16, epochs=5
)";

// The lines that are others now.
std::string changed(const LessonSettings& settings, std::vector<std::string>* left_out = nullptr) {
  const Source before("net.lesson", net);
  const Source after = Adjustable(before).with(settings, left_out);
  REQUIRE(after.line_count() >= before.line_count());
  std::string lines;
  for (std::size_t k = 1; k <= after.line_count(); ++k) {
    const bool same = k <= before.line_count() && before.line(k) == after.line(k);
    if (!same) lines += std::string(after.line(k)) + "\n";
  }
  return lines;
}

std::string failure(const std::string& name) {
  try {
    Adjustable(Source("net.lesson", net)).own_name(name);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("settings: constants and first values", "[settings]") {
  CHECK(changed({{"h", "50"}}) == "let h = 50\n");
  CHECK(changed({{"W1", "xavier"}}) == "param W1 = xavier(h, 784)\n");
  CHECK(changed({{"W1", "normal(std=0.1)"}}) == "param W1 = normal(h, 784, std=0.1)\n");
  CHECK(changed({{"W2", "zeros"}}) == "param W2 = zeros(10, h)\n");
  CHECK(changed({{"W2", "zeros(10, 20)"}}) == "param W2 = zeros(10, 20)\n");
  CHECK(changed({{"b1", "ones"}}) == "param b1 = ones(h, 1)\n");
  CHECK(changed({{"init", "uniform(low=-0.5, high=0.5)"}}) ==
        "param W1 = uniform(h, 784, low=-0.5, high=0.5)\n"
        "param W2 = uniform(10, h, low=-0.5, high=0.5)\n");
}

TEST_CASE("settings: the activation of hidden lines, not the output's", "[settings]") {
  CHECK(changed({{"activation", "tanh"}}) == "A1 = tanh(W1 @ X + b1)\n");
}

TEST_CASE("settings: the train line", "[settings]") {
  CHECK(changed({{"lr", "0.5"}, {"validation", "0.1"}}) ==
        "train L with sgd(lr=0.5), batch_size=16, epochs=5, validation=0.1\n");
  CHECK(changed({{"optimizer", "adam"}, {"beta1", "0.8"}}) ==
        "train L with adam(beta1=0.8), batch_size=16, epochs=5\n");
  std::vector<std::string> left_out;
  CHECK(changed({{"optimizer", "adam"}, {"momentum", "0.9"}}, &left_out) ==
        "train L with adam(), batch_size=16, epochs=5\n");
  CHECK(left_out == std::vector<std::string>{"momentum"});
  CHECK(changed({{"seed", "7"}}) == "seed 7\n\n");
  CHECK(Adjustable(Source("n", net)).without("batch_size").text().find("sgd(lr=0.1), epochs=5") !=
        std::string::npos);
}

TEST_CASE("settings: the words of others, and what there is not", "[settings]") {
  const Adjustable lesson(Source("net.lesson", net));
  CHECK(lesson.own_name("learning_rate_init") == "lr");
  CHECK(lesson.own_name("solver") == "optimizer");
  CHECK(lesson.own_name("max_iter") == "epochs");
  CHECK(lesson.own_name("W2") == "W2");
  CHECK(failure("batchsize") == "net.lesson has no option batchsize; did you mean batch_size?");
  CHECK(failure("zzz").starts_with("net.lesson has no option zzz; there are lr and what else"));
  CHECK_THROWS_WITH(Adjustable(Source("a.lesson", "param w = 1\nL = w**2\n")),
                    "a.lesson has no train line; add train L with sgd(lr=0.01), epochs=10");
}

}  // namespace tracer
