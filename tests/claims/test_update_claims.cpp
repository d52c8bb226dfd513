// Gradients from weights before and after one step.
#include <cmath>

#include "tests/catch.hpp"
#include "tests/claims/claims_of.hpp"
#include "tracer/claims/read_claims.hpp"
#include "tracer/error.hpp"

using namespace tracer;

namespace {

std::vector<NamedArray> arrays(std::string_view json) { return parse_named_arrays(json, "c", "c"); }

constexpr std::string_view neuron =
    "param w = 1\nparam b = 2\nL = (w*3 + b)**2\ntrain L with sgd(lr=0.25), batch_size=1\n";

}  // namespace

TEST_CASE("an update is a gradient times the learning rate", "[claims]") {
  Program program = lesson(neuron);
  WeightUpdate update{arrays(R"({"w": 0.5, "b": 4})"),
                      arrays(R"({"w": -7.75, "b": 1.25})"),
                      "w0.json",
                      "w1.json",
                      {}};
  const Claims claims = update_claims(program, update);
  CHECK(names_in(claims) == "grad w, grad b");
  CHECK(claims.claims[0].values(0, 0) == 33);
  CHECK(claims.claims[1].values(0, 0) == 11);
  CHECK(claims.source == "w1.json");
  // 2⁻⁵³·(7.75 + 0.5)/0.25: the new weight was rounded so much, and the old one
  CHECK(std::abs(claims.claims[0].half_unit(0, 0) - (33 * 0x1p-53L + 4 * 0.005L)) < 1e-17L);
  CHECK(text_of(exact_value(program.values.at("w"))) == "1/2");
  update.lr = Rational(1, 2);
  CHECK(update_claims(program, update).claims[0].values(0, 0) == 16.5L);
}

TEST_CASE("float32 weights leave more unknown", "[claims]") {
  Program program = lesson(neuron);
  const WeightUpdate update{
      arrays(R"({"w": 0.5, "b": 4})"), arrays(R"({"w": -8, "b": 1})"), "a", "b", {}};
  const Claims claims = update_claims(program, update, {"c", precision_of("float32")});
  CHECK(claims.claims[0].half_unit(0, 0) == 34 * 0x1p-24L);
}

TEST_CASE("an update that can't be read as gradients says why", "[claims]") {
  Program program = lesson(neuron);
  WeightUpdate update{arrays(R"({"w": 1, "b": 2})"), arrays(R"({"w": 1})"), "a", "b", {}};
  CHECK_THROWS_WITH(update_claims(program, update),
                    "b is in a and not in b; both files have the same parameters");
  std::swap(update.before, update.after);
  CHECK_THROWS_WITH(update_claims(program, update),
                    "b is in b and not in a; both files have the same parameters");
  update.lr = Rational(0);
  CHECK_THROWS_WITH(update_claims(program, update), "the learning rate must be above 0");
  for (const auto& [rate, kind] : {std::pair("1e-400", "small"), std::pair("1e400", "large")}) {
    update.lr = parse_rational(rate);
    CHECK_THROWS_WITH(update_claims(program, update),
                      std::string("the learning rate is too ") + kind + " to be a float64");
  }
  Program adam = lesson("param w = 1\nL = w**2\ntrain L with adam(lr=0.25), batch_size=1\n");
  CHECK_THROWS_WITH(
      update_claims(adam, {arrays(R"({"w": 1})"), arrays(R"({"w": 1})"), "a", "b", {}}),
      "test.lesson trains with adam, whose step is not the gradient times a number; make "
      "one step of plain gradient descent, and say with what learning rate the "
      "weights were updated: --lr 0.1");
  Program none = lesson("param w = 1\nL = w**2\n");
  CHECK_THROWS_WITH(
      update_claims(none, {arrays(R"({"w": 1})"), arrays(R"({"w": 1})"), "a", "b", {}}),
      "test.lesson has no train line; say with what learning rate the weights were "
      "updated: --lr 0.1");
}
