// What flags and a train line come to in a lesson without numbers.
#include "tests/catch.hpp"
#include "tests/derive/page_of.hpp"

using namespace tracer;
using tracer::has;

namespace {

const std::string net =
    "param W: (2, 3)\nparam b: (2)\ninput x: (3)\ninput y: (2)\nz = W @ x + b\n"
    "L = 1/2*sum((z - y)**2)\n";

std::string train(const std::string& how) {
  return test::page_of(net + "train L with " + how + "\n");
}

}  // namespace

TEST_CASE("in symbols what asks for numbers is refused", "[derive]") {
  const auto refusal = [](const auto& set) {
    DeriveOptions options;
    set(options);
    try {
      derive(lesson(net), options);
      return std::string();
    } catch (const Error& error) {
      return std::string(error.what());
    }
  };
  const std::string remedy = "give each value without a number one with --set";
  CHECK(refusal([](DeriveOptions& o) { o.rounding = Rounding{}; }) ==
        "--round rounds numbers, and this lesson is in symbols: " + remedy);
  CHECK(refusal([](DeriveOptions& o) { o.first_step = o.last_step = 2; }) ==
        "--samples chooses among steps, and this lesson is in symbols, the same in every step: " +
            remedy);
  CHECK(refusal([](DeriveOptions& o) { o.check = true; }) ==
        "--check takes differences of numbers, and this lesson is in symbols: " + remedy);
  CHECK(refusal([](DeriveOptions& o) { o.steps = 2; }).empty());
}

TEST_CASE("in symbols a train line is its rule", "[derive]") {
  const std::string plain = train("sgd(lr=0.1)");
  CHECK(has(plain, "Update    new = old − 0.1 · gradient, all from the gradients above"));
  CHECK(has(plain, "W ← W − 0.1 · ∂L/∂W"));
  const std::string heavy = train("momentum(lr=0.1)");
  CHECK(has(heavy, "velocity ← 0.9 · velocity + ∂L/∂W"));
  CHECK(has(heavy, "in the first step the gradient itself"));
  const std::string mean = train("momentum(lr=0.1, dampening=0.9, dampen_first=true)");
  CHECK(has(mean, "velocity ← 0.9 · velocity + (1 − 0.9) · ∂L/∂W"));
  CHECK(has(mean, "before the first step velocity is 0"));
  const std::string adam = train("adam(lr=0.1)");
  CHECK(has(adam, "m̂ = m/(1 − 0.9ᵗ)"));
  CHECK(has(train("sgd(lr=0.1), clip_value=2"), "cut = minimum(maximum(∂L/∂W, −2), 2)"));
  CHECK(has(train("sgd(lr=0.1), epochs=3, schedule=exponential(gamma=0.5)"), "b ← b − lr · ∂L/∂b"));
  CHECK(has(train("lbfgs()"), "the update is left out: lbfgs"));
}

TEST_CASE("in symbols an entry is the sum that makes it", "[derive]") {
  DeriveOptions options;
  options.wrt = {"W[1,0]"};
  CHECK(has(test::page_of(net, options), "(∂L/∂W)[1,0] = (∂L/∂z)[1,0] · x[0,0]"));
  options.depth = 2;
  CHECK(has(test::page_of(net, options), "(∂L/∂z)[1,0] = z[1,0] − y[1,0]"));
  options.depth = 3;
  CHECK(has(test::page_of(net, options),
            "z[1,0] = W[1,0] · x[0,0] + W[1,1] · x[1,0] + W[1,2] · x[2,0] + b[1,0]"));
}

TEST_CASE("in symbols a sum whose length has no number is written with Σ", "[derive]") {
  const std::string text =
      "param W: (n, d)\ninput X: (d, m)\ninput Y: (n, m)\nZ = W @ X\nL = 1/2*sum((Z - Y)**2)\n";
  DeriveOptions options;
  options.wrt = {"W[2,1]"};
  options.depth = 3;
  const std::string page = test::page_of(text, options);
  CHECK(has(page, "(∂L/∂W)[2,1] = Σₖ (∂L/∂Z)[2,k] · X[1,k]"));
  CHECK(has(page, "k from 0 to m − 1"));
  CHECK(has(page, "(∂L/∂Z)[2,k] = Z[2,k] − Y[2,k]"));
  CHECK(has(page, "Z[2,k] = Σₗ W[2,l] · X[l,k]"));
  // k and l are sizes here
  CHECK(has(test::page_of("param W: (k, l)\ninput x: (l)\nz = W @ x\nL = sum(z**2)\n",
                          {.wrt = {"W[0,0]"}, .depth = 3}),
            "z[0,0] = Σᵣ W[0,r] · x[r,0]"));
  options.wrt = {"W[:,1]"};
  CHECK_THROWS_WITH(test::page_of(text, options),
                    "--wrt W[:,1]: W is n×d, and n has no number: name the entry, W[0,0]");
}
