// Large lessons: what takes more bits than the rest of a page is computed with more on its own, and
// thousands of lines take no longer, each, than a few.
#include <chrono>
#include <string>

#include "tests/catch.hpp"
#include "tests/derive/lessons.hpp"
#include "tracer/derive/quick_norm.hpp"
#include "tracer/number/decimal.hpp"
#include "tracer/number/random.hpp"
#include "tracer/render/derivation_page.hpp"
#include "tracer/render/formats.hpp"

using namespace tracer;

namespace {

std::string text_of(const Derivation& derivation) { return write(page_of(derivation), "text"); }

// The gradient of b before a batch normalisation is 0, which no precision proves.
const std::string normalised = R"(
param W = kaiming(128, 60)
param b = zeros(128, 1)
param gamma = ones(128, 1)
param beta = zeros(128, 1)
param V = xavier(3, 128)
data X, Y = linear(60, features=60, targets=3)
Z = W @ X + b
N = batch_norm(Z, gamma, beta)
A = tanh(N)
L = mse(V @ A, Y)
train L with adam(lr=0.01), batch_size=30, epochs=1
)";

// n lines, each made of the one before it, or all of them added up in the last.
std::string lines(const std::string& kind, int n) {
  std::string text = "param w = 0.5\ninput x = 2\n";
  std::string sum, sums;  // 400 values in a line
  for (int i = 1; i <= n; ++i) {
    const std::string y = "y" + std::to_string(i), before = "y" + std::to_string(i - 1);
    if (kind == "wide") {
      text += y + " = " + std::to_string(i) + "*x*w\n";
      sum += (i % 400 == 1 ? "" : " + ") + y;
      if (i % 400 == 0) {
        text += "s" + std::to_string(i) + " = " + sum + "\n";
        sums += (sums.empty() ? "s" : " + s") + std::to_string(i);
        sum.clear();
      }
    } else if (i == 1) {
      text += y + " = x*w\n";
    } else if (kind == "rational") {
      text += y + " = " + before + " + w\n";
    } else {
      text += y + (i % 2 == 0 ? " = tanh(" + before + ")\n" : " = " + before + " + w\n");
    }
  }
  return text + "L = " + (kind == "wide" ? sums : "y" + std::to_string(n) + "**2") + "\n";
}

double seconds_of(const std::string& text) {
  const Program program = test::lesson(text);
  const auto began = std::chrono::steady_clock::now();
  const DeriveResult result = derive(program, {});
  CHECK(result.derivation.steps.size() == 1);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

}  // namespace

TEST_CASE("a 0 that can't be proved is told in a large lesson as in a small one",
          "[derive][large]") {
  const Program program = test::lesson(normalised);
  DeriveOptions options;
  options.steps = 1;
  options.every_entry = false;
  const std::string in_part = text_of(derive(program, options).derivation);
  // with a mistake in it (here none) the whole step is run again up to the limit
  options.wrong = [](const BatchGraph&, const Rules&) { return std::map<NodeId, Symbol>(); };
  options.every_entry = true;
  const std::string as_a_whole = text_of(derive(program, options).derivation);
  CHECK(in_part == as_a_whole);
  CHECK(has(in_part, "|v| < 1e-300, not proved to be 0"));
}

TEST_CASE("a norm by doubles has the digits of the exact one", "[derive][large]") {
  RandomStream stream(3, "norms");
  int quick = 0;
  for (int n = 0; n < 300; ++n) {
    Array<Exact> value(20, 12);
    Exact squares = 0;
    for (Eigen::Index k = 0; k < value.size(); ++k) {
      const Exact x(Rational(static_cast<int>(stream.below(2001)) - 1000, 1 + stream.below(50)));
      value(k) = n % 2 == 0 ? x : exp(x / 100);
      squares += value(k) * value(k);
    }
    const auto text = quick_norm(value, 6);
    if (!text) continue;
    ++quick;
    CHECK(*text == to_decimal(sqrt(squares), 6, false).text);
  }
  CHECK(quick > 200);
  CHECK_FALSE(quick_norm(Array<Exact>::Constant(3, 3, Exact(1)), 6));  // 3, and not 3.00000
  CHECK_FALSE(quick_norm(Array<Exact>::Constant(30, 30, Exact(0)), 6));
}

TEST_CASE("a derivation grows with its lines, and no faster", "[derive][large]") {
  for (const char* kind : {"wide", "rational", "chain"}) {
    CAPTURE(kind);
    const double few = seconds_of(lines(kind, 400));
    const double many = seconds_of(lines(kind, 3200));
    CHECK(many < 8 * 4 * few + 0.1);  // quadratic: 64 times
  }
}
